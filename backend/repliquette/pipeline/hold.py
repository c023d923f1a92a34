"""The store's lock, held once for all threads of a process; whoever finds it taken is told by whom.

Accounts are read side by side, so that a slow server delays nobody: each write is one
short transaction, which SQLite lets through one at a time.  Two processes do not read
side by side: each would fetch what the other is fetching (S21).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from repliquette.errors import BusyError
from repliquette.pipeline.sync import alone

ASK_EVERY_S = 0.2


class Hold:
    """`with hold:` for as long as something is read; reentrant among threads, exclusive among processes."""

    def __init__(self, data: Path, *, wait_s: float = 0.0, sleep: Callable[[float], object] = time.sleep) -> None:
        """Wait up to `wait_s` seconds for another process, then BusyError."""
        self._data = data
        self._note = data / "sync.pid"
        self._wait_s = wait_s
        self._sleep = sleep
        self._lock = threading.Lock()
        self._held = ExitStack()
        self._users = 0

    def __enter__(self) -> None:
        """Take it; BusyError where another process has it."""
        with self._lock:
            if not self._users:
                self._take()
            self._users += 1

    def __exit__(self, *_: object) -> None:
        """The last one releases it."""
        with self._lock:
            self._users -= 1
            if not self._users:
                self._note.unlink(missing_ok=True)
                self._held.close()

    def _take(self) -> None:
        end = time.monotonic() + self._wait_s
        while True:
            try:
                self._held.enter_context(alone(self._data))
            except BusyError as error:
                if time.monotonic() >= end:
                    raise self._busy() from error
                self._sleep(ASK_EVERY_S)
            else:
                self._note.write_text(str(os.getpid()), "utf-8")
                return

    def _busy(self) -> BusyError:
        try:
            who = f" (process {int(self._note.read_text('utf-8'))})"
        except (OSError, ValueError):
            who = ""
        return BusyError(
            f"Another Repliquette{who} is reading this mailbox.",
            hint="Wait for it to end, then try again; or: repliquette sync --wait",
        )
