r"""A mailbox in memory that satisfies `Source`: folders as dicts of UIDs, moves, flags, deletions, renumbering.

It tells what happened to older messages as a server with CONDSTORE and QRESYNC does,
unless `tells` is false; it can break off after so many messages.
"""

from __future__ import annotations

import email
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from repliquette.mailbox.source import Census, Changes, Cursor, Wants, everything
from repliquette.model import Folder, FolderRole, MessageKey, RawMessage

ROLES = {"INBOX": FolderRole.INBOX, "Sent": FolderRole.SENT, "Archive": FolderRole.ARCHIVE}


@dataclass
class Lain:
    """A message in a folder."""

    raw: bytes
    flags: frozenset[str] = frozenset()
    changed: int = 0

    @property
    def header(self) -> bytes:
        return self.raw.partition(b"\n\n")[0] + b"\n\n"

    @property
    def day(self) -> date:
        stated = email.message_from_bytes(self.header)["Date"]
        return (parsedate_to_datetime(stated) if stated else datetime(2026, 1, 1, tzinfo=UTC)).date()


@dataclass
class Box:
    """A folder."""

    name: str
    uidvalidity: int = 1
    uidnext: int = 1
    mail: dict[int, Lain] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)

    @property
    def folder(self) -> Folder:
        return Folder(self.name, ROLES.get(self.name, FolderRole.OTHER))


class Shelf:
    """The source; `fetched` lists (folder, UID) of whole messages, `heads` of those whose header was enough."""

    account = "kim@northwind.example"

    def __init__(
        self, inbox: Sequence[bytes] = (), sent: Sequence[bytes] = (), *, breaks_after: int = 10**9, tells: bool = True
    ) -> None:
        self.boxes = {name: Box(name) for name in ("INBOX", "Sent")}
        self.tells = tells
        self.left = breaks_after
        self.error: Exception = ConnectionError("gone")
        self.fetched: list[tuple[str, int]] = []
        self.heads: list[tuple[str, int]] = []
        self.asked: list[str] = []
        self.hidden: set[str] = set()
        self._modseq = 1
        for name, mails in (("INBOX", inbox), ("Sent", sent)):
            for raw in mails:
                self.put(name, raw)

    def put(self, folder: str, raw: bytes, *flags: str) -> int:
        """Deliver a message."""
        box = self.boxes.setdefault(folder, Box(folder))
        self._modseq += 1
        uid = box.uidnext
        box.uidnext += 1
        box.mail[uid] = Lain(raw, frozenset(flags), self._modseq)
        return uid

    def take(self, folder: str, uid: int) -> bytes:
        """Expunge a message."""
        box = self.boxes[folder]
        self._modseq += 1
        box.gone[uid] = self._modseq
        return box.mail.pop(uid).raw

    def move(self, folder: str, uid: int, to: str) -> int:
        """Move a message to another folder."""
        flags = self.boxes[folder].mail[uid].flags
        return self.put(to, self.take(folder, uid), *flags)

    def flag(self, folder: str, uid: int, *flags: str) -> None:
        """Replace the flags of a message."""
        self._modseq += 1
        lain = self.boxes[folder].mail[uid]
        lain.flags, lain.changed = frozenset(flags), self._modseq

    def renumber(self, folder: str) -> None:
        """Give a folder another UIDVALIDITY and its messages other numbers."""
        box = self.boxes[folder]
        mails = [lain for _, lain in sorted(box.mail.items())]
        self.boxes[folder] = replace(
            box, uidvalidity=box.uidvalidity + 1, uidnext=len(mails) + 5, gone={}, mail=dict(enumerate(mails, 5))
        )

    # Source ---------------------------------------------------------------------------------------

    def folders(self) -> tuple[Folder, ...]:
        return tuple(box.folder for box in self.boxes.values() if box.name not in self.hidden)

    def changes(self, folder: Folder, cursor: Cursor | None) -> Changes:
        box = self.boxes[folder.name]
        reset = cursor is not None and cursor.uidvalidity != box.uidvalidity
        is_new = cursor is None or reset
        first = 1 if is_new else cursor.uidnext
        told = self.tells and not is_new and cursor.modseq is not None
        since = cursor.modseq or 0 if cursor else 0
        return Changes(
            folder,
            tuple(sorted((uid for uid in box.mail if uid >= first), reverse=True)),
            Cursor(box.uidvalidity, box.uidnext, self._modseq if self.tells else None),
            len(box.mail),
            reset=reset,
            flags={u: m.flags for u, m in box.mail.items() if u < first and m.changed > since} if told else {},
            vanished=tuple(u for u, at in box.gone.items() if u < first and at > since) if told else (),
            told=told,
        )

    def since(self, folder: Folder, day: date) -> frozenset[int]:
        return frozenset(uid for uid, lain in self.boxes[folder.name].mail.items() if lain.day >= day)

    def census(self, folder: Folder) -> Census:
        self.asked.append(folder.name)
        box = self.boxes[folder.name]
        marked = {
            mark: frozenset(u for u, m in box.mail.items() if mark in m.flags) for mark in (r"\Answered", r"\Deleted")
        }
        return Census(box.uidvalidity, frozenset(box.mail), marked[r"\Answered"], marked[r"\Deleted"])

    def is_gone(self, name: str) -> bool:
        return name not in self.boxes

    def fetch(self, folder: Folder, uids: Sequence[int], wants: Wants = everything) -> Iterator[RawMessage]:
        box = self.boxes[folder.name]
        for uid in uids:
            if not self.left:
                raise self.error
            self.left -= 1
            if uid not in box.mail:
                continue
            lain = box.mail[uid]
            whole = wants(lain.header)
            (self.fetched if whole else self.heads).append((folder.name, uid))
            raw = lain.raw if whole else lain.header
            key = MessageKey(folder.name, box.uidvalidity, uid)
            yield RawMessage(raw, key, folder.role, lain.flags, size=len(lain.raw))

    def close(self) -> None:
        pass
