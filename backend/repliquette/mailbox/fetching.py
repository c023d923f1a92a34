r"""Little of each message: its head and structure, then its texts where `wants` asks for them.

Two commands for a batch: heads (\Seen stays as it is: BODY.PEEK), and for equal lists of
parts one command each.  One that the server refuses is asked again in halves, so that
a single broken message does not take its neighbours with it; a message whose structure
cannot be read comes as its first bytes, and one that the server will not give at all comes
empty, so that it is counted as unreadable and not lost (MailKit #919, vmime #159).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from repliquette.limits import FETCH_BATCH, FETCH_BATCH_BYTES, FETCH_BYTES, KIB, RAW_HEADER_BYTES, REFUSALS_MOST
from repliquette.mailbox import heard, skeleton, structure
from repliquette.mailbox.connection import ReadingConnection, RefusedError
from repliquette.mailbox.heard import Opened
from repliquette.mailbox.skeleton import Piece, Plan
from repliquette.mailbox.source import Wants
from repliquette.mailbox.structure import Part
from repliquette.mailbox.wire import Fetched, Token, number, string
from repliquette.model import FolderRole, MessageKey, RawMessage

_KNOWN = "UID FLAGS INTERNALDATE RFC822.SIZE"
_GMAIL = " X-GM-THRID X-GM-MSGID X-GM-LABELS"
_HEAD = f" BODY.PEEK[HEADER]<0.{RAW_HEADER_BYTES}> BODYSTRUCTURE"
_START = f" BODY.PEEK[]<0.{FETCH_BYTES}>"
_HEAD_EXPECTED = 8 * KIB
_NEWS = {b"UID", b"FLAGS", b"MODSEQ"}  # of a message whose flags somebody changes, and no answer to us
_NOTHING = Plan(())
_MONTHS = {month: n for n, month in enumerate(b"JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)}
_DATE = re.compile(rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\Z")


@dataclass(slots=True)
class _Mail:
    """A message as it comes together."""

    items: dict[bytes, Token] = field(default_factory=dict)
    root: Part | None = None
    plan: Plan = _NOTHING
    texts: dict[str, bytes] = field(default_factory=dict)
    start: bytes | None = None

    @property
    def head(self) -> bytes:
        """Its header, b"" where the server gave none."""
        return string(self.items.get(b"BODY[HEADER]")) or b""

    def structure(self) -> Part | None:
        """The tree of its parts, where it and its header can be believed."""
        size = number(self.items.get(b"RFC822.SIZE"))
        body = None if size is None or len(self.head) >= RAW_HEADER_BYTES else size - len(self.head)
        return structure.read(self.items.get(b"BODYSTRUCTURE"), body) if self.head else None


class _Folder(NamedTuple):
    """The folder that is read, and what of each message is known anyway."""

    connection: ReadingConnection
    opened: Opened
    role: FolderRole
    known: str


def fetch(
    connection: ReadingConnection, opened: Opened, uids: Sequence[int], role: FolderRole, wants: Wants, *, gmail: bool
) -> Iterator[RawMessage]:
    """The messages in the order given, those that vanished left out; `opened` is the folder that is open.

    A message whose header `wants` declines comes as its header alone.  ServerError, ThrottledError as `Connection.speaking`.
    """
    folder = _Folder(connection, opened, role, _KNOWN + _GMAIL * gmail)
    for start in range(0, len(uids), FETCH_BATCH):
        batch = _Batch(folder, uids[start : start + FETCH_BATCH])
        batch.read(wants)
        yield from batch.messages()


class _Batch:
    """The messages that are read together."""

    def __init__(self, folder: _Folder, uids: Sequence[int]) -> None:
        self._folder = folder
        self._uids = uids
        self._mails: dict[int, _Mail] = {}
        self._refused: set[int] = set()
        self._refusals = 0

    def read(self, wants: Wants) -> None:
        """Ask the server for all that is wanted of them."""
        self._read_heads()
        read = {uid: mail for uid, mail in self._mails.items() if not mail.head or wants(mail.head)}
        for mail in read.values():
            mail.root = mail.structure()
        unclear = [uid for uid, mail in read.items() if not mail.root]
        wanted = {uid: mail for uid, mail in read.items() if mail.root}
        for mail in wanted.values():
            mail.plan = skeleton.plan(mail.root)
        unclear += self._read_texts({uid: mail.plan.first for uid, mail in wanted.items()})
        unclear += self._read_texts(
            {uid: mail.plan.missing(mail.texts) for uid, mail in wanted.items() if mail.plan.then}
        )
        self._read_starts(unclear)

    def messages(self) -> Iterator[RawMessage]:
        """What came of it, in the order asked for."""
        for uid in self._uids:
            if uid in self._mails:
                key = MessageKey(self._folder.opened.name, self._folder.opened.uidvalidity, uid)
                yield _message(self._mails[uid], key, self._folder.role)

    def _read_heads(self) -> None:
        answers = self._asked(self._uids, self._folder.known + _HEAD, RAW_HEADER_BYTES, _HEAD_EXPECTED)
        for one in answers:
            if one.uid and (one.broken or not one.items.keys() <= _NEWS):
                self._mails.setdefault(one.uid, _Mail()).items.update(one.items)
        if any(one.uid is None for one in answers):  # whose answer is it that cannot be read?
            self._refused.update(self._uids)
        for uid in self._refused:
            self._mails.setdefault(uid, _Mail())

    def _read_texts(self, pieces: Mapping[int, tuple[Piece, ...]]) -> list[int]:
        """Fetch parts, one command for all messages that need the same ones; UIDs of those that lack some."""
        alike: dict[tuple[tuple[str, int], ...], list[int]] = defaultdict(list)
        for uid, wanted in pieces.items():
            if wanted:
                alike[tuple((piece.section, piece.most) for piece in wanted)].append(uid)
        for parts, uids in alike.items():
            items = "UID " + " ".join(f"BODY.PEEK[{section}]<0.{most}>" for section, most in parts)
            most = max(most for _, most in parts)
            for some in _portions(uids, pieces):
                for one in self._asked(some, items, most, most):
                    self._keep_texts(one)
        return [uid for uid, wanted in pieces.items() if any(not self._mails[uid].texts.get(p.section) for p in wanted)]

    def _keep_texts(self, one: Fetched) -> None:
        mail = self._mails.get(one.uid or 0)
        for name, value in one.items.items() if mail else ():
            if mail and name.startswith(b"BODY[") and (text := string(value)):
                mail.texts[name[5:-1].decode("latin-1")] = text

    def _read_starts(self, uids: Sequence[int]) -> None:
        """The first bytes of messages that could not be taken apart; those that are gone are forgotten."""
        self._refused = set()
        gone = set(uids)
        for some in _chunks(uids, max(1, FETCH_BATCH_BYTES // FETCH_BYTES)):
            for one in self._asked(some, self._folder.known + _START, FETCH_BYTES, FETCH_BYTES):
                if one.uid and b"BODY[]" in one.items:
                    self._mails[one.uid].items.update(one.items)
                    self._mails[one.uid].start = string(one.items[b"BODY[]"])
                    gone.discard(one.uid)
        for uid in gone - self._refused:
            del self._mails[uid]

    def _asked(self, uids: Sequence[int], items: str, literal: int, expected: int) -> list[Fetched]:
        """The answers of the server; where it refuses, those to halves of the question."""
        try:
            return self._folder.connection.fetch_items(uids, items, literal=literal, asked=len(uids) * expected)
        except RefusedError:
            self._refusals += 1
            if self._refusals > REFUSALS_MOST:
                raise
        if len(uids) == 1:
            self._refused.update(uids)
            return []
        half = len(uids) // 2
        return [one for some in (uids[:half], uids[half:]) for one in self._asked(some, items, literal, expected)]


def _portions(uids: Sequence[int], pieces: Mapping[int, tuple[Piece, ...]]) -> Iterator[list[int]]:
    """Those that bring at most FETCH_BATCH_BYTES together."""
    some: list[int] = []
    room = FETCH_BATCH_BYTES
    for uid in uids:
        size = sum(min(piece.size, piece.most) for piece in pieces[uid])
        if some and size > room:
            yield some
            some, room = [], FETCH_BATCH_BYTES
        some.append(uid)
        room -= size
    if some:
        yield some


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (uids[at : at + size] for at in range(0, len(uids), size))


def _message(mail: _Mail, key: MessageKey, role: FolderRole) -> RawMessage:
    said = mail.items
    raw, is_cut = _bytes(mail)
    size = number(said.get(b"RFC822.SIZE")) or 0
    flags = said.get(b"FLAGS")
    return RawMessage(
        raw=raw,
        key=key,
        role=role,
        flags=heard.flag_words(flags) if isinstance(flags, list) else frozenset(),
        internal_date=_when(string(said.get(b"INTERNALDATE"))),
        gmail_thread=number(said.get(b"X-GM-THRID")) or None,
        gmail_message=number(said.get(b"X-GM-MSGID")) or None,
        labels=heard.labels(said.get(b"X-GM-LABELS")),
        truncated=is_cut,
        size=size,
    )


def _bytes(mail: _Mail) -> tuple[bytes, bool]:
    """The bytes of a message as far as they came, and whether a text of it was cut."""
    if mail.start is not None:
        return bytes(mail.start), len(mail.start) >= FETCH_BYTES
    head = mail.head
    is_cut = len(head) >= RAW_HEADER_BYTES or mail.plan.is_cut
    if mail.root is None:
        return bytes(head), is_cut
    pieces = (*mail.plan.first, *(page for _, pages in mail.plan.then for page in pages))
    cut = any(piece.is_cut and piece.section in mail.texts for piece in pieces)
    return skeleton.build(head, mail.root, mail.texts), is_cut or cut


def _when(said: bytes | None) -> datetime | None:
    """INTERNALDATE in UTC; None for what is no date."""
    found = _DATE.match(said or b"")
    month = _MONTHS.get(found[2].upper()) if found else None
    if not found or not month:
        return None
    away = timedelta(hours=int(found[8]), minutes=int(found[9]))
    try:
        day, year, hour, minute, second = (int(found[n]) for n in (1, 3, 4, 5, 6))
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return local - away if found[7] == b"+" else local + away
    except (ValueError, OverflowError):
        return None
