"""Keeps the store up to date while a program runs: one thread an account, connected, reading, waiting.

A thread reads everything once, then waits for news and reads again what changed, the
folder that woke it first.  Time passing is news too: what is due by time alone is
judged anew.  Whatever fails is told once and tried again, soon at first, then every
five minutes, at once after a sleep of the machine; a server that asked to be left alone
is; a refused password is not tried again before it, or the settings, are others (S22).
A thread may end anywhere: each step of a reading commits by itself (S21).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from math import inf
from typing import Protocol

from repliquette import clock
from repliquette.errors import BusyError, LoginError, RepliquetteError, SettingsError, ThrottledError
from repliquette.limits import CALM_S, COUNT_UNTOLD_S, WAIT_SLICE_S
from repliquette.mailbox.budget import Meter
from repliquette.mailbox.patience import Backoff, Habit, Nap, Stop, way_out
from repliquette.mailbox.source import Source
from repliquette.mailbox.watching import Folders, Watch
from repliquette.pipeline.hold import Hold
from repliquette.pipeline.status import Board, State
from repliquette.pipeline.sync import Intake, Metered, Progress, SyncReport

FULL_ROUND_S = COUNT_UNTOLD_S  # new folders; flags that a server without CONDSTORE tells nobody
REJUDGE_S = 600.0  # "too soon" becomes "overdue" by time alone; minutes are not noticed
BUSY_S = 2.0
ASK_OWNER_S = 60.0  # how often a refused password is looked up again, to see whether it is another
JOIN_S = 0.5  # for a thread that waits or judges; one that hears nothing from its server is cut off

Opened = tuple[Source, Watch]


class Door(Protocol):
    """The way to one account."""

    @property
    def account(self) -> str:
        """Its address."""

    def secret(self) -> object:
        """Whatever a login depends on: another value is worth another try.  LoginError, SettingsError."""

    def open(self, habit: Habit) -> AbstractContextManager[Opened]:
        """Log in, the password tried once; closed afterwards."""

    def intake(self, progress: Progress) -> Intake:
        """The way into the store, as of now."""

    def is_up_to_date(self) -> None:
        """Note that everything is known as of now."""


class _Part:
    """Some folders of a source, the busiest first."""

    def __init__(self, source: Source, folders: Folders) -> None:
        self._source = source
        self.account = source.account
        self.changes = source.changes
        self.since = source.since
        self.census = source.census
        self.is_gone = source.is_gone
        self.fetch = source.fetch
        self.close = source.close
        self._folders = folders

    def folders(self) -> Folders:
        return self._folders

    @property
    def meter(self) -> Meter | None:
        return self._source.meter if isinstance(self._source, Metered) else None

    @meter.setter
    def meter(self, meter: Meter) -> None:
        if isinstance(self._source, Metered):
            self._source.meter = meter


class _StoppedError(Exception):
    """The reading was asked to stop."""


class _Account(threading.Thread):
    """Keeps one account up to date until it is stopped."""

    def __init__(self, door: Door, board: Board, hold: Hold) -> None:
        super().__init__(name=f"repliquette-{door.account}", daemon=True)
        self._door = door
        self._board = board
        self._hold = hold
        self._ending = Stop()
        self._backoff = Backoff()
        self._habit = Habit()
        self._watch: Watch | None = None
        self._connected_at = 0.0

    def run(self) -> None:
        """Connect, read, wait; whatever happens, again."""
        while not self._ending.is_set():
            try:
                self._stay()
            except _StoppedError:
                break
            except ThrottledError as error:
                self._rest(State.THROTTLED, error, error.retry_after_s)
            except (LoginError, SettingsError) as error:
                self._wait_for_owner(error)
            except (RepliquetteError, OSError) as error:
                self._rest(State.OFFLINE, error, self._pause())
            except Exception as error:  # noqa: BLE001 - S23: a mistake of ours must not end the watch over this account for good
                mine = RepliquetteError(
                    "Something went wrong that Repliquette did not expect.",
                    seen=type(error).__name__,  # its words may be those of a mail (S34)
                    hint="It is tried again; please report this.",
                )
                self._rest(State.OFFLINE, mine, self._pause())
        self._board.set(self._door.account, State.STOPPED)

    def stop(self) -> None:
        """Ask it to end."""
        self._ending.set()

    def cut_off(self) -> None:
        """End what it is waiting for."""
        if self.is_alive() and self._watch:
            self._watch.hang_up()

    def release(self) -> None:
        """Let go of what it waited with, unless it still does."""
        if not self.is_alive():
            self._ending.close()

    def _stay(self) -> None:
        """Be connected, until something goes wrong."""
        self._set(State.CONNECTING)
        self._connected_at = time.monotonic()
        self._intake().check_rest()
        try:
            with self._door.open(self._habit) as (source, self._watch):
                self._keep_reading(source, self._watch)
        except ThrottledError as error:
            self._intake().rest(error)  # also for the runs after this one
            raise

    def _keep_reading(self, source: Source, watch: Watch) -> None:
        while not self._ending.is_set():
            # Looked at before it is read: what comes while we read shows as another state afterwards.
            watch.look(source.folders())
            self._read(source)
            self._wait(source, watch)

    def _wait(self, source: Source, watch: Watch) -> None:
        """Wait for news and read it, until it is time to read everything."""
        end = time.monotonic() + FULL_ROUND_S
        while not self._ending.is_set() and (left := end - time.monotonic()) > 0:
            self._set(State.WAITING)
            if changed := watch.wait(self._ending, min(left, REJUDGE_S)):
                if self._read(_Part(source, changed), whole=False):
                    return  # only a reading of everything tells whether it was moved or is gone
            elif not self._ending.is_set():
                self._rejudge()
                self._note_up_to_date()

    def _read(self, source: Source, *, whole: bool = True) -> bool:
        """Read it, undisturbed by other processes; whether something has left its folder and is not found yet."""
        reports: list[SyncReport] = []
        self._alone(lambda: reports.append(self._intake().read(source, whole=whole)))
        for report in reports:
            if report.rests_until:  # what came before is kept; the rest comes when the server wants it
                rest_s = (report.rests_until - clock.now()).total_seconds()
                raise ThrottledError(report.why, retry_after_s=max(0.0, rest_s))
            self._note_up_to_date()
        return any(report.astray for report in reports)

    def _note_up_to_date(self) -> None:
        """What was not read just now has not changed since it was."""
        self._door.is_up_to_date()
        self._set(State.READING, synced_at=clock.now())

    def _rejudge(self) -> None:
        if self._intake().is_due():
            self._alone(lambda: self._intake().settle())

    def _alone(self, work: Callable[[], object]) -> None:
        """Do it while no other process does."""
        while not self._ending.is_set():
            try:
                with self._hold:
                    work()
            except BusyError as error:
                self._set(State.BUSY, trouble=str(error))
                self._ending.wait(BUSY_S)
            else:
                return

    def _intake(self) -> Intake:
        return self._door.intake(self._progress)

    def _progress(self, step: str, done: int, total: int) -> None:
        if self._ending.is_set():
            raise _StoppedError
        self._board.progress(self._door.account, step, done, total)

    def _pause(self) -> float:
        """How long to wait before the next attempt: a connection that held, or a sleep, makes it short."""
        if time.monotonic() - self._connected_at > CALM_S or (self._watch and self._watch.was_disturbed):
            self._backoff.reset()
        return self._backoff.pause()

    def _rest(self, state: State, error: Exception, seconds: float) -> None:
        """Tell, and wait; a sleep of the machine or another network ends the waiting unless it was asked for."""
        self._set(state, trouble=str(error), next_try=clock.now() + timedelta(seconds=seconds))
        server = self._watch.server if self._watch else None
        way = way_out(server) if server else ""
        end = time.monotonic() + seconds
        while not self._ending.is_set() and (left := end - time.monotonic()) > 0:
            nap, slice_s = Nap(), min(left, WAIT_SLICE_S)
            self._ending.wait(slice_s)
            has_moved = server is not None and way_out(server) != way
            if state is State.OFFLINE and (nap.slept(slice_s) or has_moved):
                self._backoff.reset()
                return

    def _wait_for_owner(self, error: RepliquetteError) -> None:
        """Wait until the password or the settings are others; a folder may have been missing for a moment only."""
        refused = self._secret()
        self._set(State.REFUSED, trouble=str(error))
        end = time.monotonic() + (inf if isinstance(error, LoginError) else FULL_ROUND_S)
        while not self._ending.is_set() and self._secret() == refused and time.monotonic() < end:
            self._ending.wait(ASK_OWNER_S)

    def _secret(self) -> object:
        try:
            return self._door.secret()
        except RepliquetteError as error:
            return str(error)

    def _set(self, state: State, **changes: object) -> None:
        self._board.set(self._door.account, state, **changes)


class Keeper:
    """Keeps all accounts up to date, each in its own thread; a failing one stops no other."""

    def __init__(self, doors: Iterable[Door], board: Board, hold: Hold) -> None:
        """`board` shows how each is doing."""
        self._accounts = [_Account(door, board, hold) for door in doors]

    def start(self) -> None:
        """Begin, and return at once."""
        for account in self._accounts:
            account.start()

    def stop(self) -> None:
        """Ask all to end, and return at once."""
        for account in self._accounts:
            account.stop()

    def close(self) -> None:
        """Stop, and wait a moment for it; what is half done then is taken up by the next run."""
        self.stop()
        for last_words in (_Account.cut_off, _Account.release):
            end = time.monotonic() + JOIN_S
            for account in filter(threading.Thread.is_alive, self._accounts):
                account.join(max(0.0, end - time.monotonic()))
            for account in self._accounts:
                last_words(account)
