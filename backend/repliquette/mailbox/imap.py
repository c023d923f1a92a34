r"""A mailbox over IMAP: read without a trace, and a box for drafts.

`ImapSource` opens folders with EXAMINE and fetches BODY.PEEK only, so \Seen
stays as it is (S19).  What it has read it knows by UID, valid as long as the
folder's UIDVALIDITY (RFC 9051 §2.3.1.1, S21).  `ImapDraftBox` (module `drafts`)
has a connection of its own.  Together they are all that this project says to a
mail server; nothing here can send, move or delete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Self

from repliquette.errors import SettingsError
from repliquette.limits import FETCH_BATCH, FETCH_BYTES, GMAIL_ID, UID_WINDOW
from repliquette.mailbox.connection import Opened, ReadingConnection
from repliquette.mailbox.drafts import ImapDraftBox
from repliquette.mailbox.folders import READ_FIRST, in_reading_order, role_of
from repliquette.mailbox.source import Census, Changes, Cursor, Wants, everything
from repliquette.mailbox.words import plain_words
from repliquette.model import Folder, FolderRole, MessageKey, RawMessage
from repliquette.settings import AccountSetting

__all__ = ["ImapDraftBox", "ImapSource"]

GMAIL = b"X-GM-EXT-1"
GMAIL_ITEMS = ("X-GM-THRID", "X-GM-MSGID")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # RFC 9051 date
CLOSED_FOLDERS = frozenset({b"\\noselect", b"\\nonexistent"})


class ImapSource:
    """Satisfies `source.Source` for one account."""

    def __init__(self, account: AccountSetting, connection: ReadingConnection) -> None:
        self._account = account
        self._connection = connection
        self._extra = GMAIL_ITEMS if GMAIL in connection.capabilities else ()

    @classmethod
    def connect(cls, account: AccountSetting, password: str) -> Self:
        """Log in, the password tried once; ServerError or LoginError say what to do."""
        return cls(account, ReadingConnection(account, password))

    @property
    def account(self) -> str:
        """The address of the account."""
        return self._account.address

    def folders(self) -> tuple[Folder, ...]:
        """Inbox, sent mail and archive; or the folders that the settings name, and sent mail always.

        Without sent mail, what was answered would look owed.
        """
        listed = self._connection.list_folders()
        readable = [
            Folder(name, role_of(name, flags, mark))
            for flags, mark, name in listed
            if not CLOSED_FOLDERS & {flag.lower() for flag in flags}
        ]
        wanted = set(self._account.folders)
        if missing := wanted - {folder.name for folder in readable}:
            raise SettingsError(
                f"{self.account} has no folder named {', '.join(sorted(missing))}.",
                seen=plain_words(f"folders: {', '.join(folder.name for folder in readable)}"),
                hint="Correct the key folders of this account in your settings.",
            )
        return in_reading_order(f for f in readable if self._is_wanted(f))

    def changes(self, folder: Folder, cursor: Cursor | None) -> Changes:
        """The UIDs since a cursor, newest first; all of them after a change of UIDVALIDITY."""
        opened = self._connection.examine(folder.name)
        reset = cursor is not None and cursor.uidvalidity != opened.uidvalidity
        first = 1 if cursor is None or reset else cursor.uidnext
        added = self._uids_from(first, opened)
        uidnext = opened.uidnext or max([first, *(uid + 1 for uid in added)])
        return Changes(folder, tuple(added), Cursor(opened.uidvalidity, uidnext), opened.total, reset)

    def since(self, folder: Folder, day: date) -> frozenset[int]:
        """The UIDs of messages that arrived on `day` or later, as the server dates them."""
        self._open(folder)
        return frozenset(self._connection.search("SINCE", f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"))

    def census(self, folder: Folder) -> Census:
        """Everything in the folder, by number only."""
        opened = self._open(folder)
        search = self._connection.search
        return Census(
            opened.uidvalidity,
            frozenset(self._uids_from(1, opened)),
            frozenset(search("ANSWERED")),
            frozenset(search("DELETED")),
        )

    def fetch(self, folder: Folder, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:  # noqa: ARG002 - all is fetched so far
        """The messages in the order given, those that vanished left out."""
        opened = self._open(folder)
        for start in range(0, len(uids), FETCH_BATCH):
            batch = uids[start : start + FETCH_BATCH]
            answers = self._connection.fetch(batch, self._extra)
            for uid in batch:
                if uid in answers:
                    yield _message(answers[uid], MessageKey(folder.name, opened.uidvalidity, uid), folder.role)

    def close(self) -> None:
        """Say goodbye; never raises."""
        self._connection.close()

    def _open(self, folder: Folder) -> Opened:
        opened = self._connection.opened
        return self._connection.examine(folder.name) if opened is None or opened.name != folder.name else opened

    def _is_wanted(self, folder: Folder) -> bool:
        if self._account.folders:
            return folder.name in self._account.folders or folder.role is FolderRole.SENT
        return folder.role in READ_FIRST

    def _uids_from(self, first: int, opened: Opened) -> list[int]:
        """UIDs not below `first`, newest first, asked for in windows that keep the answers short."""
        if opened.total == 0 or (opened.uidnext is not None and first >= opened.uidnext):
            return []
        if opened.uidnext is None:
            # "n:*" also names the last message where it lies below n (RFC 9051 §9, seq-range).
            return sorted((uid for uid in self._connection.search("UID", f"{first}:*") if uid >= first), reverse=True)
        found: set[int] = set()
        for last in range(opened.uidnext - 1, first - 1, -UID_WINDOW):
            low = max(first, last - UID_WINDOW + 1)
            found.update(uid for uid in self._connection.search("UID", f"{low}:{last}") if low <= uid <= last)
            if len(found) >= opened.total:  # the rest of the numbers is unused
                break
        return sorted(found, reverse=True)


def _message(answer: Mapping[bytes, Any], key: MessageKey, role: FolderRole) -> RawMessage:
    raw: bytes = answer.get(b"BODY[]<0>", answer.get(b"BODY[]")) or b""
    size: int = answer.get(b"RFC822.SIZE") or 0
    when: datetime | None = answer.get(b"INTERNALDATE")
    return RawMessage(
        raw=raw,
        key=key,
        role=role,
        flags=_flags(answer.get(b"FLAGS") or ()),
        internal_date=when.astimezone(UTC) if when else None,
        gmail_thread=_gmail_id(answer.get(b"X-GM-THRID")),
        gmail_message=_gmail_id(answer.get(b"X-GM-MSGID")),
        truncated=len(raw) >= FETCH_BYTES and size > len(raw),
    )


def _gmail_id(said: object) -> int | None:
    return said if isinstance(said, int) and 0 < said <= GMAIL_ID else None


def _flags(flags: Sequence[object]) -> frozenset[str]:
    r"""Flags as text; \Recent belongs to the session, not to the message."""
    words = (flag.decode("utf-8", "replace") if isinstance(flag, bytes) else str(flag) for flag in flags)
    return frozenset(word for word in words if word.lower() != r"\recent")
