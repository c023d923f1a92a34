"""How each account is doing, for people and programs: one frozen `Status` an account, always of now.

The service shows it to the page; beside that it lies in a small file of the data
folder, which `repliquette status` reads.  No word of any mail is in it (S34).
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from repliquette import clock


class State(StrEnum):
    """What is being done about an account."""

    CONNECTING = "connecting"
    READING = "reading"
    WAITING = "waiting"  # connected; news is told at once, or asked for every minute
    BUSY = "busy"  # another run of Repliquette reads; ours goes on after it
    OFFLINE = "offline"  # the server cannot be reached or misbehaved; tried again at `next_try`
    THROTTLED = "throttled"  # the server asked to be left alone until `next_try`
    REFUSED = "refused"  # the password or the settings need their owner
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Status:
    """One account: the state, since when, when it is tried again, how far a reading is, what went wrong.

    `trouble` is for people, in up to three lines; "" where all is well.  `synced_at`
    is the end of the last reading by this run of the program.
    """

    account: str
    state: State
    since: datetime
    next_try: datetime | None = None
    step: str = ""
    done: int = 0
    total: int = 0
    synced_at: datetime | None = None
    trouble: str = ""


Listener = Callable[[Status], None]


class Board:
    """The statuses of all accounts; safe to use from several threads."""

    def __init__(self, accounts: Iterable[str], now: Callable[[], datetime] = clock.now) -> None:
        """Every account is stopped at first."""
        self._now = now
        self._lock = threading.Lock()
        self._statuses = {a: Status(a, State.STOPPED, now()) for a in accounts}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Have `listener` called at every change, in the thread that makes it; it must be quick."""
        self._listeners.append(listener)

    def all(self) -> tuple[Status, ...]:
        """All accounts as of now, in the order of the settings."""
        with self._lock:
            return tuple(self._statuses.values())

    def set(self, account: str, state: State, **changes: Any) -> None:
        """Note a state; what is not given is as at its beginning, but for the time of the last reading."""
        with self._lock:
            old = self._statuses[account]
            new = replace(Status(account, state, self._now(), synced_at=old.synced_at), **changes)
            if old.state is state:
                new = replace(new, since=old.since)
            self._statuses[account] = new
        for listener in self._listeners:
            listener(new)

    def progress(self, account: str, step: str, done: int, total: int) -> None:
        """Note how far a reading is."""
        self.set(account, State.READING, step=step, done=done, total=total)


class Note:
    """The file with the statuses of the running service; it goes when the service does."""

    def __init__(self, data: Path) -> None:
        """In the folder of the program's data."""
        self._path = data / "status.json"
        self._lock = threading.Lock()
        self._told: dict[str, tuple[State, float]] = {}

    def follow(self, board: Board) -> None:
        """Write every change of state, and progress at most once a second."""

        def changed(status: Status) -> None:
            state, at = self._told.get(status.account, (None, 0.0))
            if status.state is not state or time.monotonic() - at >= 1:
                self._told[status.account] = (status.state, time.monotonic())
                self.write(board.all())

        self.write(board.all())
        board.listen(changed)

    def write(self, statuses: Iterable[Status]) -> None:
        """Replace the file as a whole, so that nobody reads half of it."""
        document = {"pid": os.getpid(), "accounts": [asdict(s) for s in statuses]}
        half = self._path.with_suffix(".new")
        with self._lock:
            half.write_text(json.dumps(document, default=datetime.isoformat, ensure_ascii=False), "utf-8")
            half.replace(self._path)

    def read(self) -> tuple[Status, ...]:
        """What it says; nothing where no service runs, or its file is no such file."""
        try:
            accounts = json.loads(self._path.read_text("utf-8"))["accounts"]
            return tuple(_status(account) for account in accounts)
        except (OSError, ValueError, LookupError, TypeError):
            return ()

    def close(self) -> None:
        """The service ends."""
        with self._lock:
            self._path.unlink(missing_ok=True)


def _status(given: dict[str, Any]) -> Status:
    times = {name: given[name] and datetime.fromisoformat(given[name]) for name in ("since", "next_try", "synced_at")}
    return Status(**{**given, "state": State(given["state"]), **times})
