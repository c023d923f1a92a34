"""Mail on disk: a Maildir, an mbox (Google Takeout), or a tree of folders of .eml files.

`ArchiveSource` satisfies `source.Source` and never writes.  Roles come from
folder names by the table of `folders`; spam, trash and drafts are not read, nor
"all mail" beside an inbox (copies); any other folder is: whoever names an archive
means all of it.

A file has no UID, so the place in the sorted list of names is its UID and a
checksum of that list is the UIDVALIDITY: an archive that changed is read again,
which is cheap on a disk and never wrong.  (An mbox only grows: see `mbox`.)
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from imapclient import imap_utf7

from repliquette.errors import UnknownError
from repliquette.limits import FETCH_BYTES
from repliquette.mailbox.folders import in_reading_order, role_of
from repliquette.mailbox.mbox import MboxShelf, is_mbox
from repliquette.mailbox.source import Census, Changes, Cursor, Wants, everything
from repliquette.model import Folder, FolderRole, MessageKey, RawMessage

CLOSED_ROLES = frozenset({FolderRole.JUNK, FolderRole.TRASH, FolderRole.DRAFTS})
MAILDIR_PARTS = frozenset({"cur", "new", "tmp"})
MAILDIR_FLAGS = {
    "D": r"\Draft",
    "F": r"\Flagged",
    "P": "$Forwarded",
    "R": r"\Answered",
    "S": r"\Seen",
    "T": r"\Deleted",
}
_FLAGS = re.compile(r"[:!;]2,([A-Za-z]*)$")  # ":" is no file name on Windows


class Shelf(Protocol):
    """One folder of an archive."""

    @property
    def folder(self) -> Folder:
        """Its name and role."""

    def changes(self, cursor: Cursor | None) -> Changes:
        """As `Source.changes`."""

    def since(self, day: date) -> frozenset[int]:
        """As `Source.since`."""

    def census(self) -> Census:
        """As `Source.census`."""

    def fetch(self, uids: Sequence[int]) -> Iterator[RawMessage]:
        """As `Source.fetch`."""


class ArchiveSource:
    """Satisfies `source.Source` for a file or folder."""

    def __init__(self, path: Path) -> None:
        """Look what `path` holds; UnknownError where it is not there or holds no mail."""
        self._path = path
        found = [shelf for shelf in _shelves(path) if shelf.folder.role not in CLOSED_ROLES]
        if not found:
            raise UnknownError(
                f"There is no mail in {path}.",
                seen="a folder" if path.is_dir() else "a file" if path.exists() else "nothing",
                hint="Name a Maildir, an mbox file, or a folder with .eml files.",
            )
        has_inbox = any(shelf.folder.role is FolderRole.INBOX for shelf in found)
        self._shelves = {
            shelf.folder.name: shelf for shelf in found if not (has_inbox and shelf.folder.role is FolderRole.ALL)
        }

    @property
    def account(self) -> str:
        """The path of the archive."""
        return str(self._path)

    def folders(self) -> tuple[Folder, ...]:
        """Every folder worth reading, inbox and sent mail first."""
        return in_reading_order(shelf.folder for shelf in self._shelves.values())

    def changes(self, folder: Folder, cursor: Cursor | None) -> Changes:
        """What is new in a folder, newest first; all of it where its files changed."""
        return self._shelves[folder.name].changes(cursor)

    def since(self, folder: Folder, day: date) -> frozenset[int]:
        """The UIDs of messages that arrived on `day` or later, where the archive keeps such times."""
        return self._shelves[folder.name].since(day)

    def census(self, folder: Folder) -> Census:
        """Everything in the folder, by number only."""
        return self._shelves[folder.name].census()

    def fetch(self, folder: Folder, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:  # noqa: ARG002 - reading from a disk costs little
        """The messages in the order given, those that vanished left out."""
        return self._shelves[folder.name].fetch(uids)

    def close(self) -> None:
        """Nothing is held open."""


class FileShelf:
    """A folder with one message a file: .eml files, or the "cur" and "new" of a Maildir."""

    def __init__(self, folder: Folder, directory: Path) -> None:
        self.folder = folder
        self._is_maildir = _is_maildir(directory)
        self._places = [directory / "cur", directory / "new"] if self._is_maildir else [directory]
        self._files = self._listed()

    def changes(self, cursor: Cursor | None) -> Changes:
        """Nothing, or everything: the UIDVALIDITY is a checksum of the names."""
        self._files = self._listed()
        now = Cursor(self._uidvalidity(), len(self._files) + 1)
        known = cursor is not None and cursor.uidvalidity == now.uidvalidity
        added = () if known else tuple(range(len(self._files), 0, -1))
        return Changes(self.folder, added, now, len(self._files), reset=cursor is not None and not known)

    def fetch(self, uids: Sequence[int]) -> Iterator[RawMessage]:
        """The messages in the order given, those that vanished left out."""
        uidvalidity = self._uidvalidity()
        for uid in uids:
            if 0 < uid <= len(self._files) and (path := self._files[uid - 1]).exists():
                yield self._message(path, MessageKey(self.folder.name, uidvalidity, uid))

    def since(self, day: date) -> frozenset[int]:
        """By the time of arrival, which a Maildir keeps as the time of the file."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        return frozenset(uid for uid, file in enumerate(self._files, 1) if file.stat().st_mtime >= start)

    def census(self) -> Census:
        """Flags are read from the names of a Maildir; .eml files have none."""
        marks = [self._flags(file) for file in self._files]
        return Census(
            self._uidvalidity(),
            frozenset(range(1, len(marks) + 1)),
            frozenset(uid for uid, flags in enumerate(marks, 1) if r"\Answered" in flags),
            frozenset(uid for uid, flags in enumerate(marks, 1) if r"\Deleted" in flags),
        )

    def _flags(self, path: Path) -> frozenset[str]:
        found = _FLAGS.search(path.name) if self._is_maildir else None
        return frozenset(MAILDIR_FLAGS[letter] for letter in (found[1] if found else "") if letter in MAILDIR_FLAGS)

    def _listed(self) -> list[Path]:
        files = [file for place in self._places if place.is_dir() for file in place.iterdir()]
        wanted = (f for f in files if f.is_file() and (self._is_maildir or f.suffix.lower() == ".eml"))
        return sorted(wanted, key=lambda file: _by_number(_identity(file)))

    def _uidvalidity(self) -> int:
        names = "\n".join(_identity(file) for file in self._files)
        return zlib.crc32(names.encode("utf-8", "surrogateescape"))

    def _message(self, path: Path, key: MessageKey) -> RawMessage:
        with path.open("rb") as file:
            raw = file.read(FETCH_BYTES + 1)
            # A Maildir keeps the time of arrival there; of an .eml file it tells when it was copied.
            when = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC) if self._is_maildir else None
        return RawMessage(
            raw[:FETCH_BYTES], key, self.folder.role, self._flags(path), when, truncated=len(raw) > FETCH_BYTES
        )


def _shelves(path: Path) -> Iterator[Shelf]:
    if path.is_file() and is_mbox(path):
        yield MboxShelf(_folder(path.stem), path)
    for place, inner, files in os.walk(path):
        directory = Path(place)
        is_maildir = _is_maildir(directory)
        if is_maildir:
            inner[:] = [name for name in inner if name not in MAILDIR_PARTS]
        if is_maildir or any(name.lower().endswith(".eml") for name in files):
            yield FileShelf(_folder(_folder_name(path, directory, is_maildir=is_maildir)), directory)
        for name in files:
            if name.lower().endswith(".mbox") and is_mbox(directory / name):
                yield MboxShelf(
                    _folder((directory / name).relative_to(path).with_suffix("").as_posix()), directory / name
                )


def _folder(name: str) -> Folder:
    """The role is that of the first part of the name that says one ("kim/sent_items")."""
    roles = (role_of(part) for part in name.split("/"))
    return Folder(name, next((role for role in roles if role is not FolderRole.OTHER), FolderRole.OTHER))


def _folder_name(root: Path, directory: Path, *, is_maildir: bool) -> str:
    if directory == root:
        return "INBOX" if is_maildir else root.resolve().name
    parts = directory.relative_to(root).parts
    if is_maildir:  # Maildir++ writes "Sent/2025" as ".Sent.2025", in modified UTF-7
        parts = tuple(_decoded(part[1:]).replace(".", "/") if part.startswith(".") else part for part in parts)
    return "/".join(parts)


def _decoded(name: str) -> str:
    return str(imap_utf7.decode(name.encode("ascii"))) if name.isascii() else name


def _is_maildir(directory: Path) -> bool:
    return (directory / "cur").is_dir()


def _identity(file: Path) -> str:
    """The name of a message file without its changing flags, with its folder."""
    return _FLAGS.sub("", file.name)


def _by_number(name: str) -> list[tuple[int, str]]:
    """Sorts 2.eml before 10.eml."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
