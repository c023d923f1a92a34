"""In which order a mailbox is read: newest first, inbox and sent mail side by side.

The plan follows from what the server lists alone, never from what is stored already, so
that a run which was cut off and the next one together make the same batches as one
undisturbed run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from repliquette.mailbox.source import Changes, Source
from repliquette.model import Folder, FolderRole

# What people are still waiting for is of the last months; then backwards in ever larger steps.
REACHES = (timedelta(days=90), timedelta(days=365), timedelta(days=3 * 365))
# The server dates by its own calendar.
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one folder, newest first."""

    folder: Folder
    uids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: once its batches are read, everything since then is (None: everything there is)."""

    since: date | None
    batches: tuple[Batch, ...]


def windows(source: Source, changes: Sequence[Changes], today: date, batch: int) -> Iterator[Window]:
    """The stretches from now backwards; a few messages are one.  The source is asked when it comes to each."""
    left = {one.folder: one.added for one in changes}
    few = sum(map(len, left.values())) <= 2 * batch
    for reach in () if few else REACHES:
        day = today - reach
        recent = {folder: source.since(folder, day) for folder, uids in left.items() if uids}
        near = {folder: [uid for uid in left[folder] if uid in uids] for folder, uids in recent.items()}
        yield Window(day + _DAY, _side_by_side(near, batch))
        left = {
            folder: tuple(uid for uid in uids if uid not in recent.get(folder, ())) for folder, uids in left.items()
        }
    yield Window(None, _side_by_side(left, batch))


def _side_by_side(lists: Mapping[Folder, Sequence[int]], size: int) -> tuple[Batch, ...]:
    """Batches of all folders, each folder in step with the others; sent mail first, or the answered would look owed."""
    placed = [
        (
            start / len(uids),
            folder.role is not FolderRole.SENT,
            number,
            Batch(folder, tuple(uids[start : start + size])),
        )
        for number, (folder, uids) in enumerate(lists.items())
        for start in range(0, len(uids), size)
    ]
    return tuple(batch for *_, batch in sorted(placed, key=lambda one: one[:3]))
