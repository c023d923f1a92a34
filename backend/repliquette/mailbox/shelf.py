r"""A folder on disk with one message a file: .eml files, or the "cur" and "new" of a Maildir.

A file has no UID, so the UID is a hash of what stays of it: the name without its
flags in a Maildir (where names are unique for good), name and size of an .eml file.
A new, renamed or deleted file therefore changes nothing for the others, and moving
from "new" to "cur" nothing for itself.  Of the cursor, UIDNEXT is beyond all UIDs and
tells by a hash whether any file came or went; the mod-sequence by another whether any
flag did, and when the last file was made or renamed: only later ones are named again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from repliquette.limits import FETCH_BYTES, HEADER_BYTES
from repliquette.mailbox.source import Census, Changes, Cursor, Wants, everything
from repliquette.model import Folder, MessageKey, RawMessage

MAILDIR_FLAGS = {
    "D": r"\Draft",
    "F": r"\Flagged",
    "P": "$Forwarded",
    "R": r"\Answered",
    "S": r"\Seen",
    "T": r"\Deleted",
}
# The numbering itself has a number: another way to make UIDs needs another one.
NUMBERING = 2
UID_BITS = 62  # SQLite's integers have 63; two of 100,000 files share a UID in one of 900 million folders
UID_END = 1 << UID_BITS
MARKS_BITS = 31  # of the mod-sequence, for the flags; above them seconds
MARKS_MASK = (1 << MARKS_BITS) - 1
SLACK_S = 2  # FAT keeps every other second
RENAMING_LEAVES_NO_TIME = os.name == "nt"  # there st_ctime is when the file was made
_MARKS = frozenset(":!;")  # before "2," and the flags; ":" can stand in no file name on Windows
_HEADER_END = re.compile(rb"\r?\n\r?\n")


class FileShelf:
    """Satisfies `archive.Shelf`."""

    def __init__(self, folder: Folder, directory: Path) -> None:
        self.folder = folder
        self._is_maildir = is_maildir(directory)
        self._places = [directory / "cur", directory / "new"] if self._is_maildir else [directory]
        self._listing: dict[int, str] | None = None

    def changes(self, cursor: Cursor | None) -> Changes:
        """What may be new, newest first (a reader skips what it knows), and the flags of what was touched."""
        files = self._list()
        flags = {uid: self._flags(file) for uid, file in files.items()}
        names, marks = UID_END + _number(f"{sorted(files)}"), _number(f"{_in_words(flags)}") & MARKS_MASK
        known = cursor if cursor is not None and cursor.uidvalidity == NUMBERING else None
        if known and (known.uidnext, (known.modseq or 0) & MARKS_MASK) == (names, marks):
            return Changes(self.folder, (), known, len(files), told=True)
        touched = {uid: _touched(file) for uid, file in files.items()}
        now = Cursor(NUMBERING, names, max(touched.values(), default=0) << MARKS_BITS | marks)
        since = 0 if known is None or RENAMING_LEAVES_NO_TIME else (known.modseq or 0) >> MARKS_BITS
        recent = [uid for uid in files if touched[uid] >= since - SLACK_S]
        is_same = known is not None and known.uidnext == names
        newest_first = sorted([] if is_same else recent, key=lambda uid: _by_number(_base(files[uid])), reverse=True)
        return Changes(
            self.folder,
            tuple(newest_first),
            now,
            len(files),
            reset=cursor is not None and known is None,
            flags={uid: flags[uid] for uid in recent} if known else {},
            told=is_same,
        )

    def fetch(self, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:
        """The messages in the order given, those that vanished left out."""
        files = self._list() if self._listing is None else self._listing
        is_fresh = False
        for uid in uids:
            message = self._read(uid, files, wants)
            if message is None and uid in files and not is_fresh:
                files, is_fresh = self._list(), True  # another program marked it, or moved it from "new" to "cur"
                message = self._read(uid, files, wants)
            if message:
                yield message

    def since(self, day: date) -> frozenset[int]:
        """By the time of arrival, which a Maildir keeps as the time of the file."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        return frozenset(uid for uid, file in self._list().items() if _modified(file) >= start)

    def census(self) -> Census:
        """Flags are read from the names of a Maildir; .eml files have none."""
        marks = {uid: self._flags(file) for uid, file in self._list().items()}
        return Census(
            NUMBERING,
            frozenset(marks),
            frozenset(uid for uid, flags in marks.items() if r"\Answered" in flags),
            frozenset(uid for uid, flags in marks.items() if r"\Deleted" in flags),
        )

    def _list(self) -> dict[int, str]:
        """UID → path, in any order: strings, since a Path costs more than its file's name."""
        self._listing = {_number(identity): path for identity, path in self._files()}
        return self._listing

    def _files(self) -> Iterator[tuple[str, str]]:
        """What stays of each file, and where it lies."""
        for place in self._places:
            for entry in _entries(place):
                if self._is_maildir and entry.is_file():
                    yield _name_and_letters(entry.name)[0], entry.path
                elif entry.name.lower().endswith(".eml") and entry.is_file():
                    yield f"{entry.name}/{entry.stat().st_size}", entry.path

    def _flags(self, path: str) -> frozenset[str]:
        return _flags_of(_name_and_letters(path)[1]) if self._is_maildir else frozenset()

    def _read(self, uid: int, files: Mapping[int, str], wants: Wants) -> RawMessage | None:
        try:
            path = files[uid]
            with open(path, "rb") as file:  # noqa: PTH123 - as in _list
                known = os.fstat(file.fileno())
                raw = _wanted(file, wants)
        except (KeyError, FileNotFoundError):
            return None
        return RawMessage(
            raw[:FETCH_BYTES],
            MessageKey(self.folder.name, NUMBERING, uid),
            self.folder.role,
            self._flags(path),
            # A Maildir keeps the time of arrival there; of an .eml file it tells when it was copied.
            datetime.fromtimestamp(known.st_mtime, UTC) if self._is_maildir else None,
            truncated=len(raw) > FETCH_BYTES,
            size=known.st_size,
        )


def is_maildir(directory: Path) -> bool:
    """Whether a directory is a Maildir: it has a "cur"."""
    return (directory / "cur").is_dir()


def header_or_all(head: bytes, rest: Callable[[], bytes], wants: Wants) -> bytes:
    """The first bytes of a message with the `rest`, or its header alone where `wants` declines."""
    end = _HEADER_END.search(head)
    if end and not wants(head[: end.end()]):
        return head[: end.end()]
    return head + rest()


def _wanted(file: BinaryIO, wants: Wants) -> bytes:
    head = file.read(HEADER_BYTES)
    return header_or_all(head, lambda: file.read(FETCH_BYTES + 1 - len(head)), wants)


def _entries(place: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as found:
            return list(found)
    except FileNotFoundError:
        return []


def _name_and_letters(name: str) -> tuple[str, str]:
    """The part of a Maildir's file name that stays, and the flags behind it."""
    front, comma, letters = name.rpartition("2,")
    is_info = comma and front[-1:] in _MARKS and (letters.isalpha() or not letters)
    return (front[:-1], letters) if is_info else (name, "")


@lru_cache(1024)
def _flags_of(letters: str) -> frozenset[str]:
    return frozenset(MAILDIR_FLAGS[letter] for letter in letters if letter in MAILDIR_FLAGS)


def _touched(file: str) -> int:
    """When a file was made, renamed or moved here (seconds)."""
    try:
        return int(os.stat(file).st_ctime)  # noqa: PTH116 - see FileShelf._list
    except FileNotFoundError:
        return 0


def _modified(file: str) -> float:
    try:
        return os.stat(file).st_mtime  # noqa: PTH116 - see FileShelf._list
    except FileNotFoundError:
        return 0.0


def _in_words(flags: Mapping[int, frozenset[str]]) -> list[str]:
    return [f"{uid} {','.join(sorted(flags[uid]))}" for uid in sorted(flags)]


def _number(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return max(1, int.from_bytes(digest, "big") >> (64 - UID_BITS))


def _base(path: str) -> str:
    return path.rpartition(os.sep)[2]


def _by_number(name: str) -> list[tuple[int, str]]:
    """Sorts 2.eml before 10.eml."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
