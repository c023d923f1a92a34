"""The door to a mailbox: what every source of mail can do.

`imap.ImapSource` and `archive.ArchiveSource` satisfy `Source`; only IMAP also
offers a `DraftBox`, over a connection of its own (S19: reading is read-only by
construction; a draft is an APPEND and nothing else).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from repliquette.model import DraftReceipt, Folder, RawMessage

# Whether a message with this header need be read further; false where the header alone tells its kind.
Wants = Callable[[bytes], bool]


def everything(_header: bytes) -> bool:
    """Want the text of every message."""
    return True


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been read: every UID below `uidnext` is known, unless UIDVALIDITY changed.

    `modseq` is the mod-sequence (RFC 7162) up to which flags and removals are known;
    None where the server keeps none that can be believed.
    """

    uidvalidity: int
    uidnext: int
    modseq: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new in a folder since a cursor.

    `added` are UIDs, newest first.  `reset` is true where the UIDVALIDITY
    changed and everything known of this folder's places must be forgotten.  `total`
    counts the messages in the folder now.

    `flags` (UID -> all its flags) and `vanished` (UIDs, from among those given as known or
    anywhere below the cursor's `uidnext`) tell what happened to older messages.  They
    are the whole truth where `told` is true; where it is not, `Source.census` tells.
    """

    folder: Folder
    added: tuple[int, ...]
    cursor: Cursor
    total: int
    reset: bool = False
    flags: Mapping[int, frozenset[str]] = field(default_factory=dict)
    vanished: tuple[int, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Census:
    r"""All UIDs that lie in a folder now, and which of them are marked `\Answered` or `\Deleted`."""

    uidvalidity: int
    present: frozenset[int]
    answered: frozenset[int]
    deleted: frozenset[int]


class Source(Protocol):
    """Reads mail; never changes anything, flags included."""

    @property
    def account(self) -> str:
        """The address of the account, or the path of an archive."""

    def folders(self) -> tuple[Folder, ...]:
        """The folders worth reading (inbox and sent first), each with its role."""

    def changes(self, folder: Folder, cursor: Cursor | None) -> Changes:
        """What to fetch in a folder; `None` means that nothing is known of it yet."""

    def since(self, folder: Folder, day: date) -> frozenset[int]:
        """The UIDs of messages that arrived on `day` or later, as the server dates them."""

    def census(self, folder: Folder) -> Census:
        """Everything in the folder, by number only."""

    def is_gone(self, name: str) -> bool:
        """Whether a folder that `folders` does not show, but did, is really to be read no more.

        False where it is still there: then the list was incomplete, and its mail is kept.
        """

    def fetch(self, folder: Folder, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:
        """The messages in the order given, those that vanished left out.

        A message whose header `wants` declines comes as its header alone.
        """

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
