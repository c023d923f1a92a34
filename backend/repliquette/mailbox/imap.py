r"""A mailbox over IMAP: read without a trace, and a box for drafts.

`ImapSource` opens folders with EXAMINE and fetches BODY.PEEK only, so \Seen
stays as it is (S19).  What it has read it knows by UID, valid as long as the
folder's UIDVALIDITY (RFC 9051 §2.3.1.1, S21).  Of Gmail it reads All Mail, where
each message lies once and labels tell what it is.  `ImapDraftBox` (module `drafts`)
has a connection of its own.  Together they are all that this project says to a
mail server; nothing here can send, move or delete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Self

from repliquette.limits import FETCH_BATCH
from repliquette.mailbox import changes as history
from repliquette.mailbox import fetching
from repliquette.mailbox.budget import Meter
from repliquette.mailbox.changes import Belief, Past, Seen, everywhere
from repliquette.mailbox.choice import Choice, choose
from repliquette.mailbox.connection import Opened, ReadingConnection, RefusedError
from repliquette.mailbox.drafts import ImapDraftBox
from repliquette.mailbox.folders import readable, role_of_gmail
from repliquette.mailbox.source import Census, Changes, Cursor, Wants, everything
from repliquette.model import Folder, FolderRole, RawMessage
from repliquette.settings import AccountSetting

__all__ = ["ImapDraftBox", "ImapSource"]

GMAIL = b"X-GM-EXT-1"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # RFC 9051 date
ANSWER_BYTES = 700  # of a message besides its text: flags, ids, structure


class ImapSource:
    """Satisfies `source.Source` for one account.

    `meter` counts downloads where the provider limits them (None elsewhere); who keeps its
    `budget` between runs may put another meter there.
    """

    def __init__(self, account: AccountSetting, connection: ReadingConnection) -> None:
        self._account = account
        self._connection = connection
        self._is_gmail = GMAIL in connection.capabilities
        self._belief = history.belief(connection, account.host)
        self._seen: dict[str, Seen] = {}
        self._choice: Choice | None = None
        self._listed: frozenset[str] = frozenset()
        self.meter = Meter() if self._is_gmail else None

    @classmethod
    def connect(cls, account: AccountSetting, password: str) -> Self:
        """Log in, the password tried once; ServerError or LoginError say what to do."""
        return cls(account, ReadingConnection(account, password))

    @property
    def account(self) -> str:
        """The address of the account."""
        return self._account.address

    @property
    def notes(self) -> tuple[str, ...]:
        """What the owner should know of the folders that are read, in sentences; after `folders`."""
        return self._choice.notes if self._choice else ()

    def folders(self) -> tuple[Folder, ...]:
        """Inbox, sent mail and archive (Gmail: all mail); or those that the settings name, and sent mail always.

        Without sent mail, what was answered would look owed: SettingsError where it cannot be told.
        """
        seen = readable(self._connection.list_folders())
        self._listed = frozenset(folder.name for folder in seen)
        self._choice = choose(self._account, seen, is_gmail=self._is_gmail)
        return self._choice.folders

    def changes(self, folder: Folder, cursor: Cursor | None) -> Changes:
        """The UIDs since a cursor, newest first, and what befell older ones; all after a change of UIDVALIDITY."""
        opened, is_resync = history.examine(self._connection, folder.name, cursor, self._belief)
        known = cursor if cursor is not None and cursor.uidvalidity == opened.uidvalidity else None
        added = history.uids_from(self._connection.search, known.uidnext if known else 1, opened)
        told = self._told(opened, known, added, is_resync=is_resync)
        now = Cursor(opened.uidvalidity, max([known.uidnext if known else 1, *(u + 1 for u in added)]), told.modseq)
        self._seen[folder.name] = Seen(now, opened.total)
        drafts = self._drafts(folder, opened)
        return Changes(
            folder,
            tuple(uid for uid in added if uid not in drafts),
            now,
            opened.total - len(drafts),
            reset=cursor is not None and known is None,
            flags=told.flags,
            vanished=told.vanished,
            told=told.told,
        )

    def since(self, folder: Folder, day: date) -> frozenset[int]:
        """The UIDs of messages that arrived on `day` or later, as the server dates them."""
        opened = self._open(folder)
        words = ("SINCE", f"{day.day}-{MONTHS[day.month - 1]}-{day.year}")
        return everywhere(self._connection.search, opened.total, *words) - self._drafts(folder, opened)

    def census(self, folder: Folder) -> Census:
        """Everything in the folder, by number only."""
        opened = self._connection.examine(folder.name)
        search = self._connection.search
        return Census(
            opened.uidvalidity,
            everywhere(search, opened.total) - self._drafts(folder, opened),
            everywhere(search, opened.total, "ANSWERED"),
            everywhere(search, opened.total, "DELETED"),
        )

    def is_gone(self, name: str) -> bool:
        """Whether a folder is not wanted any more, or neither listed nor to be opened: one of both may be a mistake."""
        if name in self._listed:
            return True
        try:
            self._connection.examine(name)
        except RefusedError:
            return True
        return False

    def fetch(self, folder: Folder, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:
        """The messages in the order given, those that vanished left out; ThrottledError when it was enough for today."""
        opened = self._open(folder)
        for start in range(0, len(uids), FETCH_BATCH):
            batch = uids[start : start + FETCH_BATCH]
            if self.meter:
                self.meter.check()
            for raw in fetching.fetch(self._connection, opened, batch, folder.role, wants, gmail=self._is_gmail):
                if self.meter:
                    self.meter.count(len(raw.raw) + ANSWER_BYTES)
                if message := self._placed(raw):
                    yield message

    def close(self) -> None:
        """Say goodbye; never raises."""
        self._connection.close()

    def _open(self, folder: Folder) -> Opened:
        opened = self._connection.opened
        return self._connection.examine(folder.name) if opened is None or opened.name != folder.name else opened

    def _told(self, opened: Opened, known: Cursor | None, added: Sequence[int], *, is_resync: bool) -> Past:
        """What the server tells of older messages, as far as it is believed."""
        if self._belief is Belief.NOTHING:
            return Past()
        if known is None:
            return Past(opened.modseq)
        seen = self._seen.get(opened.name)
        if not history.is_credible(opened, known, added):
            return Past()
        if is_resync:
            return history.resynced(opened, known, added, seen)
        return history.asked(self._connection, opened, known, added, seen)

    def _drafts(self, folder: Folder, opened: Opened) -> frozenset[int]:
        """The drafts among all mail of Gmail; elsewhere they have a folder of their own."""
        if folder.role is not FolderRole.ALL:
            return frozenset()
        return everywhere(self._connection.search, opened.total, "DRAFT")

    def _placed(self, raw: RawMessage) -> RawMessage | None:
        """A message of Gmail with the role that its labels tell; None for drafts and the like."""
        if not self._is_gmail:
            return raw
        role = role_of_gmail(raw.labels)
        if role is None or r"\Draft" in raw.flags:
            return None
        return replace(raw, role=role) if raw.role is FolderRole.ALL else raw
