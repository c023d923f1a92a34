"""From a mailbox to verdicts: fetch what is new, read it, put it into conversations, judge those.

Newest first, and judged as soon as there is something to show; the rest backwards while
the lists sharpen.  Each step commits by itself, and a cursor moves only when everything
below it is stored, so that a run may end at any instant and the next one goes on (S21).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable

from filelock import FileLock, Timeout

from repliquette.conversation.claims import without_false_claim
from repliquette.errors import BusyError, RepliquetteError, ThrottledError
from repliquette.limits import FETCH_BATCH
from repliquette.mailbox.budget import Budget, Meter
from repliquette.mailbox.source import Source
from repliquette.model import Message, Owner, RawMessage, Unreadable
from repliquette.pipeline.history import History, histories
from repliquette.pipeline.judging import Judging, Progress, quiet
from repliquette.pipeline.knowledge import Knowledge
from repliquette.pipeline.known import Known
from repliquette.pipeline.plan import Batch, windows
from repliquette.pipeline.readers import Readers
from repliquette.store import Copy, Store
from repliquette.store.places import MARKS

__all__ = ["Intake", "Pace", "Progress", "SyncReport", "alone", "quiet"]

SEVERAL = 1_000  # fewer are read sooner than other processes have started
_PIECE_MOST = 250  # so that two readers share a batch
_PIECE_BYTES = 4 * 2**20  # on their way to a reader at once; a freak message is its own piece

OnLists = Callable[[], object]


@runtime_checkable
class Metered(Protocol):
    """A source whose provider limits downloads: what was spent is kept between runs."""

    meter: Meter | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How many messages make a batch, and after how many the lists are shown: the first time, and again."""

    batch: int = FETCH_BATCH
    first: int = 500
    every: int = 5_000


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run found: messages read (copies not counted), and conversations judged.

    `troubles` names what went wrong with conversations that could not be judged: a
    mistake of ours.  They are tried again by the next run.  Where the server asked to be
    left alone, the run ended early: `rests_until` says until when, `why` in its words.
    `astray` where something has left its folder and was found in no other so far: only a
    reading of all folders tells whether it is gone.
    """

    new: int
    judged: int
    troubles: tuple[str, ...] = ()
    rests_until: datetime | None = None
    why: str = ""
    astray: bool = False


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the store's lock: BusyError where another run has it (S21)."""
    # Whichever thread is done last lets go of it.
    lock = FileLock(data / "sync.lock", timeout=0, thread_local=False)
    try:
        with lock:
            yield
    except Timeout as error:
        raise BusyError(
            "Another Repliquette is reading this mailbox.", hint="Wait for it to end, then try again."
        ) from error


@dataclass(frozen=True, slots=True)
class Intake:
    """Brings mail of one account into the store and judges it; `address` names the account.

    `on_lists` is called whenever the lists can be shown anew.
    """

    store: Store
    address: str
    owner: Owner
    knowledge: Knowledge
    now: datetime
    progress: Progress = quiet
    on_lists: OnLists = field(default=lambda: None)
    pace: Pace = field(default=Pace())

    @property
    def judging(self) -> Judging:
        """What gives the verdicts."""
        number = self.store.account_id(self.address)
        return Judging(self.store, number, self.address, self.owner, self.knowledge, self.now, self.progress)

    def check_rest(self) -> None:
        """ThrottledError where the server has asked to be left alone until later; ask before connecting."""
        until = self.store.accounts.rests_until(self.store.account_id(self.address))
        if until is not None and until > self.now:
            raise ThrottledError(
                f"The server of {self.address} asked to be left alone until {until:%Y-%m-%d %H:%M} UTC.",
                retry_after_s=(until - self.now).total_seconds(),
                hint="What was read so far is in the lists; the rest follows by itself.",
            )

    def rest(self, error: ThrottledError) -> datetime:
        """Keep what a server asked for, at login, while it is watched or read: until when it is left alone."""
        until = self.now + timedelta(seconds=error.retry_after_s)
        self.store.accounts.rest(self.store.account_id(self.address), until)
        return until

    def read(self, source: Source, *, whole: bool = True) -> SyncReport:
        """Bring the store up to date with a source; a second run reads only what is new.

        `whole` is False where the source shows only some of the account's folders: then
        what left one of them may lie in another.
        """
        self.check_rest()
        run = _Run(self, source)
        rests_until, why = None, ""
        try:
            run.read(whole=whole)
        except ThrottledError as error:
            rests_until, why = self.rest(error), str(error)
        run.settle()
        if whole and rests_until is None:
            self.store.accounts.synced(run.account_id, self.now)
        astray = self.store.places.has_strays(run.account_id)
        return SyncReport(run.new, len(run.judged), tuple(sorted(run.troubles)), rests_until, why, astray)

    def settle(self) -> tuple[int, tuple[str, ...]]:
        """Judge every conversation that needs it; returns how many, and the troubles."""
        judged, troubles = self.judging.settle()
        return len(judged), troubles

    def is_due(self) -> bool:
        """Whether there is anything to judge: new mail, the passing of time, other rules or settings."""
        return self.judging.is_due()


class _Run:
    """One reading of a source."""

    def __init__(self, intake: Intake, source: Source) -> None:
        self._intake = intake
        self._store = intake.store
        self._source = source
        self.account_id = intake.store.account_id(intake.address)
        self.new = 0
        self.judged: set[str] = set()
        self.troubles: set[str] = set()
        self._taken = 0
        self._total = 0
        self._shown_at = 0
        self._meter: Meter | None = None
        if isinstance(source, Metered) and source.meter is not None:
            budget = Budget.from_text(self._store.accounts.budget(self.account_id))
            self._meter = source.meter = Meter(budget)

    def read(self, *, whole: bool) -> None:
        """Everything that is new, and what happened to what is older."""
        past = histories(self._store, self.account_id, self._source, self._intake.now)
        self._store.places.begin(self.account_id, [one.changes for one in past])
        self._total = sum(len(one.missing) for one in past)
        if self._total:
            self._read_new(past)
        for one in past:
            self._store.places.settle(self.account_id, one.changes, one.flags, one.vanished, one.counted_at)
        if whole and past:
            shown = [one.changes.folder.name for one in past]
            others = self._store.places.others(self.account_id, shown)
            overlooked = [name for name in others if not self._source.is_gone(name)]
            self._store.places.sweep(self.account_id, [*shown, *overlooked])

    def _read_new(self, past: Sequence[History]) -> None:
        missing = {one.changes.folder.name: one.missing for one in past}
        intake = self._intake
        workers = None if self._total >= SEVERAL else 0
        changes = [one.changes for one in past]
        with Readers(intake.knowledge.lore, intake.knowledge.own, workers=workers) as readers:
            readers.warm()
            known = Known(self._store, self.account_id, intake.knowledge.lore, ahead=self._total)
            stream = _Stream(self, self._source, known, readers)
            for window in windows(self._source, changes, intake.now.date(), intake.pace.batch):
                for batch in window.batches:
                    left = tuple(uid for uid in batch.uids if uid in missing[batch.folder.name])
                    if left:
                        stream.fetch(replace(batch, uids=left))
                        self._show_if_due(stream)
                stream.drain()
                if window.since is not None:
                    self._window_read(window.since)

    def _window_read(self, since: date) -> None:
        if self._taken > self._shown_at:
            self.settle()
        self._store.accounts.complete(self.account_id, since)

    def _show_if_due(self, stream: _Stream) -> None:
        waits_for = self._intake.pace.every if self._shown_at else self._intake.pace.first
        if self._taken - self._shown_at >= waits_for:
            stream.drain()
            self.settle()

    def add(self, folder: str, items: list[Message | Unreadable | Copy]) -> None:
        """Store what was read, with the download counted."""
        self.new += self._store.add(self.account_id, items)
        if self._meter is not None:
            self._store.accounts.keep_budget(self.account_id, self._meter.budget.to_text())
        self._taken += len(items)
        self._intake.progress(f"Reading {folder}", self._taken, self._total)

    def mine(self, read: Message | Unreadable) -> Message | Unreadable:
        """As it is kept: no false claim to be me, and no mark that is not kept up to date."""
        if isinstance(read, Unreadable):
            return read
        message = without_false_claim(read, self._intake.owner)
        return message if message.flags <= MARKS else replace(message, flags=message.flags & MARKS)

    def settle(self) -> None:
        """Judge what there is, and have it shown."""
        judged, troubles = self._intake.judging.settle()
        self.judged |= judged
        self.troubles = set(troubles)
        self._shown_at = self._taken
        self._intake.on_lists()


class _Stream:
    """Batches on their way: while one is fetched, those before it are read by other processes."""

    def __init__(self, run: _Run, source: Source, known: Known, readers: Readers) -> None:
        self._run = run
        self._source = source
        self._known = known
        self._readers = readers
        self._waiting: deque[tuple[str, list[Copy | None], Future[list[Message | Unreadable]]]] = deque()

    def fetch(self, batch: Batch) -> None:
        """Fetch a batch and hand it to the readers; store what they have finished."""
        try:
            raws = self._source.fetch(batch.folder, batch.uids, self._known.wants(batch.folder))
            for piece in _pieces(raws):
                copies = [self._known.take(raw) for raw in piece]
                unread = [raw for raw, copy in zip(piece, copies, strict=True) if copy is None]
                self._waiting.append((batch.folder.name, copies, self._readers.submit(unread)))
                while len(self._waiting) > self._readers.ahead:
                    self._store_oldest()
        except RepliquetteError:
            self.drain()  # what the server has given us is ours
            raise

    def drain(self) -> None:
        """Store everything that is under way."""
        while self._waiting:
            self._store_oldest()

    def _store_oldest(self) -> None:
        folder, copies, reading = self._waiting.popleft()
        read = iter(reading.result())
        items = [copy or self._run.mine(next(read)) for copy in copies]
        self._run.add(folder, items)
        self._known.learn(item.message_id for item in items if isinstance(item, Message))


def _pieces(raws: Iterator[RawMessage]) -> Iterator[list[RawMessage]]:
    """What comes, in pieces that bound the memory."""
    piece: list[RawMessage] = []
    size = 0
    for raw in raws:
        piece.append(raw)
        size += len(raw.raw)
        if size >= _PIECE_BYTES or len(piece) >= _PIECE_MOST:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
