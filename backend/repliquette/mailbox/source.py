"""The door to a mailbox: what every source of mail can do.

`imap.ImapSource` and `archive.ArchiveSource` satisfy `Source`; only IMAP also
offers a `DraftBox`, over a connection of its own (S19: reading is read-only by
construction; a draft is an APPEND and nothing else).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from repliquette.model import DraftReceipt, Folder, RawMessage


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been read: every UID below `uidnext` is known, unless UIDVALIDITY changed."""

    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new in a folder since a cursor.

    `added` are UIDs, newest first.  `reset` is true where the UIDVALIDITY
    changed and everything known of this folder must be forgotten.  `total`
    counts the messages in the folder now.
    """

    folder: Folder
    added: tuple[int, ...]
    cursor: Cursor
    total: int
    reset: bool = False


class Source(Protocol):
    """Reads mail; never changes anything, flags included."""

    @property
    def account(self) -> str:
        """The address of the account, or the path of an archive."""

    def folders(self) -> tuple[Folder, ...]:
        """The folders worth reading (inbox and sent first), each with its role."""

    def changes(self, folder: Folder, cursor: Cursor | None) -> Changes:
        """What to fetch in a folder; `None` means that nothing is known of it yet."""

    def fetch(self, folder: Folder, uids: Sequence[int]) -> Iterator[RawMessage]:
        """The messages in the order given, those that vanished left out."""

    def close(self) -> None:
        """Say goodbye; never raises."""


class DraftBox(Protocol):
    """Puts drafts where the owner's mail programs show them."""

    def append_draft(self, raw: bytes, message_id: str) -> DraftReceipt:
        r"""Save `raw` in the Drafts folder with \Draft set, once.

        Where a message with this Message-ID (without angle brackets) lies there
        already, nothing is written and the receipt says `created=False`.
        """

    def close(self) -> None:
        """Say goodbye; never raises."""
