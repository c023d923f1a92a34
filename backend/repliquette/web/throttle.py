"""Counts failed attempts to prove who one is: twenty a minute, then 429 (S6, S7).

Everybody on loopback has the same address, so there is one count for all.  A
valid token is therefore never refused for the failures of another program:
with 256 random bits there is nothing to guess.  What could be guessed, the six
digits of a pairing code, is not even looked at once too many have failed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from repliquette.limits import TOKEN_FAILURES_A_MINUTE
from repliquette.web.errors import Refusal

MINUTE_S = 60.0


class Failures:
    """The failures of the last minute, by a clock in seconds that only goes forward."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """Start with none."""
        self._seconds = seconds
        self._lock = threading.Lock()
        # One more than allowed is all that must be remembered.
        self._times: deque[float] = deque(maxlen=TOKEN_FAILURES_A_MINUTE + 1)

    def check(self) -> None:
        """Refusal 429 once as many have failed as may."""
        with self._lock:
            if self._recent() >= TOKEN_FAILURES_A_MINUTE:
                raise _too_many()

    def count(self) -> bool:
        """Count one more; whether that is still within what may fail."""
        with self._lock:
            self._times.append(self._seconds())
            return self._recent() <= TOKEN_FAILURES_A_MINUTE

    def refusal(self, message: str, hint: str) -> Refusal:
        """Count one more; the answer is 401, beyond the limit 429."""
        return Refusal(401, "token", message, hint) if self.count() else _too_many()

    def _recent(self) -> int:
        since = self._seconds() - MINUTE_S
        return sum(1 for moment in self._times if moment > since)


def _too_many() -> Refusal:
    return Refusal(429, "too_many", "Too many attempts have failed.", "Wait a minute, then try again.")
