"""What happened in each folder since it was last read, told by the server or found by counting.

Where a server does not tell the whole truth (`Changes.told`), counts are compared, and
where they disagree, or once in a while, all numbers of the folder: once a day, or every
quarter of an hour where a server keeps no mod-sequences, so that nothing else tells what
was answered elsewhere.  That also finds what an
earlier run was told to be there and did not get.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from repliquette.limits import COUNT_TOLD_S, COUNT_UNTOLD_S
from repliquette.mailbox.source import Census, Changes, Source
from repliquette.model import Folder
from repliquette.store import Store
from repliquette.store.places import ANSWERED, DELETED


@dataclass(frozen=True, slots=True)
class History:
    """The past of one folder: its changes, what of them is not stored, what became of older messages.

    `counted_at` is now where all numbers were compared, else None.
    """

    changes: Changes
    missing: frozenset[int]
    flags: Mapping[int, frozenset[str]] = field(default_factory=dict)
    vanished: frozenset[int] = frozenset()
    counted_at: datetime | None = None


def histories(store: Store, account_id: int, source: Source, now: datetime) -> tuple[History, ...]:
    """The past of every folder that the source shows."""
    teller = _Teller(store, account_id, source, now)
    return tuple(teller.with_empty(teller.tell(folder)) for folder in source.folders())


@dataclass(frozen=True, slots=True)
class _Teller:
    store: Store
    account_id: int
    source: Source
    now: datetime

    def tell(self, folder: Folder) -> History:
        cursor = self.store.places.cursor(self.account_id, folder.name)
        changes = self.source.changes(folder, cursor)
        missing = self.store.places.missing(self.account_id, changes)
        if not self.store.places.holds_any(self.account_id, changes):
            return History(changes, missing, counted_at=self.now)  # what is read now is as it is now
        is_first = cursor is None or changes.reset  # and was cut off before
        had = self.store.places.total(self.account_id, folder.name)
        agrees = had - len(changes.vanished) + len(changes.added) == changes.total
        if is_first or not agrees or (not changes.told and self._is_due(changes)):
            return self._counted(changes, missing)
        return History(changes, missing, changes.flags, frozenset(changes.vanished))

    def with_empty(self, past: History) -> History:
        """What came empty is asked for once more: the server may have choked on it."""
        empty = self.store.places.empty(self.account_id, past.changes) - past.vanished
        if not empty:
            return past
        added = tuple(sorted(empty.union(past.changes.added), reverse=True))
        return replace(past, changes=replace(past.changes, added=added), missing=past.missing | empty)

    def _is_due(self, changes: Changes) -> bool:
        last = self.store.places.counted_at(self.account_id, changes.folder.name)
        every_s = COUNT_UNTOLD_S if changes.cursor.modseq is None else COUNT_TOLD_S
        return last is None or self.now - last >= timedelta(seconds=every_s)

    def _counted(self, changes: Changes, missing: frozenset[int]) -> History:
        """All numbers compared."""
        census = self.source.census(changes.folder)
        if census.uidvalidity != changes.cursor.uidvalidity:  # just now: the next run sees it
            return History(changes, missing)
        known = self.store.places.known(self.account_id, changes)
        here = known.keys() & census.present
        told = {uid: marks for uid in here if (marks := _marks(census, uid)) != known[uid]}
        gaps = {uid for uid in census.present - known.keys() - missing if uid < changes.cursor.uidnext}
        added = tuple(sorted({*changes.added, *gaps}, reverse=True)) if gaps else changes.added
        vanished = frozenset(known.keys() - census.present)
        return History(replace(changes, added=added), missing | gaps, told, vanished, self.now)


def _marks(census: Census, uid: int) -> frozenset[str]:
    marked = ((ANSWERED, census.answered), (DELETED, census.deleted))
    return frozenset(mark for mark, uids in marked if uid in uids)
