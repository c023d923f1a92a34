"""Mail on disk: a Maildir, an mbox (Google Takeout), or a tree of folders of .eml files.

`ArchiveSource` satisfies `source.Source` and never writes.  Roles come from
folder names by the table of `folders`; spam, trash and drafts are not read, nor
"all mail" beside an inbox (copies); any other folder is: whoever names an archive
means all of it.

How a file comes by a UID, `shelf` tells (one message a file) and `mbox` (many).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from imapclient import imap_utf7

from repliquette.errors import UnknownError
from repliquette.mailbox.folders import in_reading_order, role_of
from repliquette.mailbox.mbox import MboxShelf, is_mbox
from repliquette.mailbox.shelf import FileShelf, is_maildir
from repliquette.mailbox.source import Census, Changes, Cursor, Wants, everything
from repliquette.model import Folder, FolderRole, RawMessage

CLOSED_ROLES = frozenset({FolderRole.JUNK, FolderRole.TRASH, FolderRole.DRAFTS})
MAILDIR_PARTS = frozenset({"cur", "new", "tmp"})
_BOX = re.compile(r"\.(?:mbox|sbd)$", re.IGNORECASE)


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

    def fetch(self, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:
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
        """What is new in a folder, newest first; named again is what a reader may know already."""
        return self._shelves[folder.name].changes(cursor)

    def since(self, folder: Folder, day: date) -> frozenset[int]:
        """The UIDs of messages that arrived on `day` or later, where the archive keeps such times."""
        return self._shelves[folder.name].since(day)

    def census(self, folder: Folder) -> Census:
        """Everything in the folder, by number only."""
        return self._shelves[folder.name].census()

    def is_gone(self, name: str) -> bool:
        """Whether it lies there no more: a disk shows everything or fails."""
        return name not in self._shelves

    def fetch(self, folder: Folder, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:
        """The messages in the order given, those that vanished left out."""
        return self._shelves[folder.name].fetch(uids, wants)

    def close(self) -> None:
        """Nothing is held open."""


def _shelves(path: Path) -> Iterator[Shelf]:
    if path.is_file() and is_mbox(path):
        yield MboxShelf(_folder(path.stem), path)
    for place, inner, files in os.walk(path):
        directory = Path(place)
        maildir = is_maildir(directory)
        if maildir:
            inner[:] = [name for name in inner if name not in MAILDIR_PARTS]
        if maildir or any(name.lower().endswith(".eml") for name in files):
            yield FileShelf(_folder(_folder_name(path, directory, maildir=maildir)), directory)
        if not maildir:
            yield from (_mbox(path, directory / name) for name in files if _may_be_mbox(directory / name))


def _may_be_mbox(file: Path) -> bool:
    """By name "Sent.mbox", or as Thunderbird and Apple Mail name them ("Sent", "mbox"); and by its first line."""
    return file.suffix.lower() in {".mbox", ""} and file.is_file() and is_mbox(file)


def _mbox(root: Path, file: Path) -> MboxShelf:
    """Its folder has the name of the file; of the directory where Apple Mail says "Sent.mbox/mbox"."""
    inner = file.relative_to(root)
    parts = [_BOX.sub("", part) for part in inner.parts]  # Thunderbird has "Archives.sbd/2024"
    if file.suffix and file.with_suffix("").is_file():
        parts[-1] = inner.name
    if inner.name == "mbox":
        parts = parts[:-1] or [_BOX.sub("", root.resolve().name)]
    return MboxShelf(_folder("/".join(parts)), file)


def _folder(name: str) -> Folder:
    """The role is that of the first part of the name that says one ("kim/sent_items")."""
    roles = (role_of(part) for part in name.split("/"))
    return Folder(name, next((role for role in roles if role is not FolderRole.OTHER), FolderRole.OTHER))


def _folder_name(root: Path, directory: Path, *, maildir: bool) -> str:
    if directory == root:
        return "INBOX" if maildir else root.resolve().name
    parts = directory.relative_to(root).parts
    if maildir:  # Maildir++ writes "Sent/2025" as ".Sent.2025", in modified UTF-7
        parts = tuple(_decoded(part[1:]).replace(".", "/") if part.startswith(".") else part for part in parts)
    return "/".join(parts)


def _decoded(name: str) -> str:
    return str(imap_utf7.decode(name.encode("ascii"))) if name.isascii() else name
