"""One mbox file as a folder (RFC 4155; quoting as in mboxrd), and Google Takeout's extra headers.

A message's UID is its offset in the file, plus one: it stays while the file only
grows.  The file is mapped, never read as a whole.  A line "From …" starts a
message only after an empty line and with a time and a year in it, since bodies
have such lines too.  Takeout puts all labels into one file: messages under the
labels for spam, trash and drafts are left out, the rest gets its role by label.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from pathlib import Path

from repliquette.limits import FETCH_BYTES, GMAIL_ID, HEADER_BYTES
from repliquette.mailbox.folders import role_of
from repliquette.mailbox.shelf import header_or_all
from repliquette.mailbox.source import Census, Changes, Cursor, Wants, everything
from repliquette.model import Folder, FolderRole, MessageKey, RawMessage

HEAD_BYTES = 4096  # Takeout's headers are the first two of a message
LINE_BYTES = 1000
# nsMsgMessageFlags of Thunderbird; the message that it deleted lies there until it compacts the file.
MOZILLA_FLAGS = {0x1: r"\Seen", 0x2: r"\Answered", 0x4: r"\Flagged"}
EXPUNGED = 0x8
CHATS = frozenset({"chat", "chats"})
_POSTMARK = re.compile(rb"From \S.*\d:\d\d.*\d{4}\s*$")
_ZONE = r"(?: ([+-]\d{4}))?"
_DATE = re.compile(rf"([A-Z][a-z]{{2}}) +(\d{{1,2}}) (\d{{1,2}}:\d\d(?::\d\d)?){_ZONE} (\d{{4}}){_ZONE}")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_LABELS = re.compile(rb"^X-Gmail-Labels:((?:.*)(?:\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
_MOZILLA = re.compile(rb"X-Mozilla-Status: ([0-9A-Fa-f]{4})\b")
_THREAD = re.compile(rb"^X-GM-THRID:\s*(\d{1,19})\s*$", re.MULTILINE | re.IGNORECASE)
# Of several labels, the first of these roles is the message's.
_LABEL_ROLES = (FolderRole.TRASH, FolderRole.JUNK, FolderRole.DRAFTS, FolderRole.SENT, FolderRole.INBOX)
_LEFT_OUT = frozenset({FolderRole.TRASH, FolderRole.JUNK, FolderRole.DRAFTS})


def is_mbox(path: Path) -> bool:
    """Whether the file starts as an mbox does."""
    with path.open("rb") as file:
        return _POSTMARK.match(file.readline(LINE_BYTES)) is not None


class MboxShelf:
    """Satisfies `archive.Shelf`."""

    def __init__(self, folder: Folder, path: Path) -> None:
        self.folder = folder
        self._path = path

    def changes(self, cursor: Cursor | None) -> Changes:
        """The messages behind the cursor; all of them where the file did not just grow.

        The mod-sequence is the time of the file: Thunderbird marks messages in their place.
        """
        written = self._path.stat().st_mtime_ns
        with self._mapped() as data:
            starts = list(_starts(data))
            reset = cursor is not None and not self._has_grown(data, starts, cursor)
            first = 0 if cursor is None or reset else cursor.uidnext - 1
            kept = [start for start in starts if self._is_kept(data, start)]
            now = Cursor(_uidvalidity(data), len(data) + 1, written)
        added = tuple(s + 1 for s in reversed(kept) if s >= first)
        return Changes(self.folder, added, now, len(kept), reset, told=cursor == now)

    def fetch(self, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:
        """The messages in the order given, those that vanished left out."""
        with self._mapped() as data:
            for uid in uids:
                if _is_start(data, uid - 1):
                    yield self._message(data, uid - 1, wants)

    def since(self, day: date) -> frozenset[int]:
        """By the postmarks."""
        with self._mapped() as data:
            marks = {
                start: _postmark_date(data[start : start + LINE_BYTES].partition(b"\n")[0]) for start in _starts(data)
            }
        return frozenset(start + 1 for start, when in marks.items() if when and when.date() >= day)

    def census(self) -> Census:
        """Only Thunderbird keeps flags that we read."""
        with self._mapped() as data:
            kept = [start for start in _starts(data) if self._is_kept(data, start)]
            answered = frozenset(start + 1 for start in kept if r"\Answered" in _flags(_head(data, start)))
            return Census(_uidvalidity(data), frozenset(start + 1 for start in kept), answered, frozenset())

    @contextmanager
    def _mapped(self) -> Iterator[mmap.mmap | bytes]:
        with self._path.open("rb") as file:
            if not self._path.stat().st_size:  # nothing cannot be mapped
                yield b""
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield data

    def _has_grown(self, data: mmap.mmap | bytes, starts: Sequence[int], cursor: Cursor) -> bool:
        end = cursor.uidnext - 1  # some programs write the empty line in between only now
        return cursor.uidvalidity == _uidvalidity(data) and (end == len(data) or end in starts or end + 1 in starts)

    def _role(self, head: bytes) -> FolderRole:
        labels = _labels(head)
        if not labels:
            return self.folder.role
        if not CHATS.isdisjoint(label.lower() for label in labels):
            return FolderRole.DRAFTS  # what was said in a chat is no mail
        roles = {role_of(label) for label in labels}
        return next((role for role in _LABEL_ROLES if role in roles), FolderRole.ARCHIVE)

    def _is_kept(self, data: mmap.mmap | bytes, start: int) -> bool:
        head = _head(data, start)
        return self._role(head) not in _LEFT_OUT and not (EXPUNGED & _mozilla_status(head))

    def _message(self, data: mmap.mmap | bytes, start: int, wants: Wants) -> RawMessage:
        following = next(_starts(data, start + 1), len(data))
        body = data.find(b"\n", start, following) + 1 or following
        split = min(following, body + HEADER_BYTES)
        end = min(following, body + FETCH_BYTES)
        raw = header_or_all(data[body:split], lambda: data[split:end], wants)
        head = _head(data, start)
        return RawMessage(
            raw=_QUOTED_FROM.sub(rb"\1", raw),
            key=MessageKey(self.folder.name, _uidvalidity(data), start + 1),
            role=self._role(head),
            flags=_flags(head),
            internal_date=_postmark_date(data[start:body]),
            gmail_thread=_gmail_thread(head),
            truncated=len(raw) == FETCH_BYTES < following - body,
            size=following - body,
        )


def _starts(data: mmap.mmap | bytes, start: int = 0) -> Iterator[int]:
    """The offsets of all postmarks not before `start`."""
    if start == 0 and _is_start(data, 0):
        yield 0
    place = data.find(b"\nFrom ", max(0, start - 1))
    while place != -1:
        if _is_start(data, place + 1):
            yield place + 1
        place = data.find(b"\nFrom ", place + 1)


def _is_start(data: mmap.mmap | bytes, place: int) -> bool:
    after_empty_line = place == 0 or data[max(0, place - 3) : place].replace(b"\r", b"").endswith(b"\n\n")
    line = data[place : place + LINE_BYTES].partition(b"\n")[0]
    return after_empty_line and _POSTMARK.match(line) is not None


def _uidvalidity(data: mmap.mmap | bytes) -> int:
    return zlib.crc32(data[:LINE_BYTES].partition(b"\n")[0])


def _head(data: mmap.mmap | bytes, start: int) -> bytes:
    """The first header lines of a message, as far as they matter here."""
    return data[start : start + HEAD_BYTES].replace(b"\r", b"").partition(b"\n\n")[0]


def _mozilla_status(head: bytes) -> int:
    """Thunderbird's marks; it writes them first of all, where no sender can."""
    found = _MOZILLA.match(head.partition(b"\n")[2])
    return int(found[1], 16) if found else 0


def _flags(head: bytes) -> frozenset[str]:
    status = _mozilla_status(head)
    return frozenset(flag for bit, flag in MOZILLA_FLAGS.items() if status & bit)


def _gmail_thread(head: bytes) -> int | None:
    """Takeout's thread id; in another mbox the sender may have written the header, and any number in it."""
    found = _THREAD.search(head)
    return int(found[1]) if found and int(found[1]) <= GMAIL_ID else None


def _labels(head: bytes) -> list[str]:
    found = _LABELS.search(head)
    if not found:
        return []
    text = " ".join(found[1].decode("utf-8", "replace").split())
    with suppress(HeaderParseError, LookupError, UnicodeError):  # a label that cannot be read decides nothing
        text = str(make_header(decode_header(text)))
    return [label.strip() for label in text.split(",")]


def _postmark_date(line: bytes) -> datetime | None:
    """The time in "From kim@site.example Mon Mar  2 10:00:00 +0000 2026", UTC where no zone is named."""
    found = _DATE.search(line.decode("ascii", "replace"))
    if not found:
        return None
    month, day, time, before, year, after = found.groups()
    try:
        when = parsedate_to_datetime(f"{day} {month} {year} {time} {before or after or '+0000'}")
        return when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
