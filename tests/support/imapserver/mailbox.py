r"""Mailboxes in memory, as a test changes them: deliver, flag, expunge, move, label, renumber.

Every change gets a mod-sequence of its own (RFC 7162) and is told to whoever
listens (IDLE).  The methods may be called from any thread.

    mail = Account()
    uid = mail["INBOX"].deliver(b"Subject: x\n\nHello\n", flags={"\\Seen"})
    mail["INBOX"].flag(uid, "\\Answered")
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from support.imapserver import mime

SOME_DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Letter:
    """A message where it lies.  `gmail` is (X-GM-MSGID, X-GM-THRID, labels) or None."""

    uid: int
    raw: bytes
    internal_date: datetime
    flags: frozenset[str]
    modseq: int
    gmail: tuple[int, int, frozenset[str]] | None = None

    @cached_property
    def part(self) -> mime.Part:
        """The message as a tree."""
        return mime.read(self.raw)


@dataclass
class Mailbox:
    """A folder: its letters by UID (ascending), and what was expunged, with the mod-sequence of that."""

    name: str
    attributes: tuple[str, ...] = ()
    uidvalidity: int = 7
    uidnext: int = 1
    modseq: int = 1
    letters: dict[int, Letter] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    listeners: list[Callable[[], None]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def deliver(self, raw: bytes, *, flags: Iterable[str] = (), date: datetime = SOME_DAY, **more: Any) -> int:
        """Lay a message down, its lines ended by CRLF; gives its UID."""
        with self.lock:
            uid, self.uidnext = self.uidnext, self.uidnext + 1
            text = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            self.letters[uid] = Letter(uid, text, date, frozenset(flags), self._next(), **more)
            self._tell()
            return uid

    def flag(self, uid: int, *flags: str) -> None:
        """Set exactly these flags."""
        with self.lock:
            self.letters[uid].flags = frozenset(flags)
            self.touch(uid)

    def touch(self, uid: int) -> None:
        """Note that something of a message has changed."""
        with self.lock:
            self.letters[uid].modseq = self._next()
            self._tell()

    def expunge(self, *uids: int) -> None:
        """Remove messages for good."""
        with self.lock:
            for uid in uids:
                del self.letters[uid]
                self.gone[uid] = self._next()
            self._tell()

    def renumber(self, *, shuffled: bool = False) -> None:
        """A new UIDVALIDITY and new UIDs from 1; `shuffled` gives the old UIDs to other messages."""
        with self.lock:
            order = list(self.letters.values())
            order = order[1:] + order[:1] if shuffled else order
            self.uidvalidity += 1
            self.letters, self.gone, self.uidnext = {}, {}, 1
            for letter in order:
                letter.uid, letter.modseq = self.uidnext, self._next()
                self.letters[self.uidnext] = letter
                self.uidnext += 1
            self._tell()

    def _next(self) -> int:
        self.modseq += 1
        return self.modseq

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()


class Account:
    """All folders of one user, the usual five to begin with."""

    def __init__(self, folders: Iterable[tuple[str, tuple[str, ...]]] | None = None) -> None:
        usual = [("INBOX", ()), *((name, (f"\\{name}",)) for name in ("Drafts", "Sent", "Archive", "Junk"))]
        self._boxes = {name: Mailbox(name, attributes) for name, attributes in folders or usual}

    def __getitem__(self, name: str) -> Mailbox:
        return self._boxes["INBOX" if name.upper() == "INBOX" else name]

    def get(self, name: str) -> Mailbox | None:
        """The folder, or None."""
        return self._boxes.get("INBOX" if name.upper() == "INBOX" else name)

    def __iter__(self) -> Iterator[Mailbox]:
        return iter(self._boxes.values())

    def add(self, name: str, *attributes: str) -> Mailbox:
        """A new folder."""
        self._boxes[name] = Mailbox(name, attributes)
        return self._boxes[name]

    def move(self, uid: int, source: str, target: str) -> int:
        """Move a message as MOVE does (RFC 6851): gone there, new here; gives its new UID."""
        letter = self[source].letters[uid]
        new = self[target].deliver(letter.raw, flags=letter.flags, date=letter.internal_date, gmail=letter.gmail)
        self[source].expunge(uid)
        return new


GMAIL_FOLDERS = (
    ("INBOX", ("\\HasNoChildren",)),
    ("[Gmail]", ("\\HasChildren", "\\Noselect")),
    ("[Gmail]/All Mail", ("\\All", "\\HasNoChildren")),
    ("[Gmail]/Drafts", ("\\Drafts", "\\HasNoChildren")),
    ("[Gmail]/Important", ("\\HasNoChildren", "\\Important")),
    ("[Gmail]/Sent Mail", ("\\HasNoChildren", "\\Sent")),
    ("[Gmail]/Spam", ("\\HasNoChildren", "\\Junk")),
    ("[Gmail]/Starred", ("\\Flagged", "\\HasNoChildren")),
    ("[Gmail]/Trash", ("\\HasNoChildren", "\\Trash")),
)
_LABEL_FOLDERS = {
    "\\Inbox": "INBOX",
    "\\Draft": "[Gmail]/Drafts",
    "\\Important": "[Gmail]/Important",
    "\\Sent": "[Gmail]/Sent Mail",
    "\\Starred": "[Gmail]/Starred",
}
_OUTSIDE = {"\\Spam": "[Gmail]/Spam", "\\Trash": "[Gmail]/Trash"}  # such mail does not lie in All Mail
ALL_MAIL = "[Gmail]/All Mail"


class GmailAccount(Account):
    """Gmail's picture of a mailbox: all mail once, and a folder for each label that shows a part of it."""

    def __init__(self) -> None:
        super().__init__(GMAIL_FOLDERS)
        self._last = 1278455344230334865

    def receive(self, raw: bytes, *labels: str, thread: int | None = None, **more: Any) -> int:
        r"""Lay a message down under labels ("\\Inbox", "Clients"); gives its X-GM-MSGID.  `thread` is another's."""
        self._last += 1
        number = self._last
        for folder in self._folders(labels):
            box = self.get(folder) or self.add(folder, "\\HasNoChildren")
            box.deliver(raw, gmail=(number, thread or number, frozenset(labels)), **more)
        return number

    def relabel(self, message: int, *labels: str) -> None:
        """Give a message exactly these labels: it leaves and enters folders, and All Mail notes the change."""
        places = {box.name: letter for box in self for letter in box.letters.values() if letter.gmail[0] == message}
        one = next(iter(places.values()))
        gmail = (message, one.gmail[1], frozenset(labels))
        for name in places.keys() - self._folders(labels):
            self[name].expunge(places[name].uid)
        for name in self._folders(labels):
            if name in places:
                places[name].gmail = gmail
                self[name].touch(places[name].uid)
            else:
                box = self.get(name) or self.add(name, "\\HasNoChildren")
                box.deliver(one.raw, flags=one.flags, date=one.internal_date, gmail=gmail)

    def _folders(self, labels: Iterable[str]) -> set[str]:
        if outside := [_OUTSIDE[label] for label in labels if label in _OUTSIDE]:
            return {outside[0]}
        return {ALL_MAIL, *(_LABEL_FOLDERS.get(label, label) for label in labels)}
