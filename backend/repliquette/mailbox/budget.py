"""How much may be downloaded in a day.

Gmail closes an account for a day that downloads more than 2,500 MB over IMAP
(support.google.com/a/answer/1071518).  A `Budget` is a number that can be kept
between runs as text; a `Meter` counts against it and stops before the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from repliquette.clock import now as the_clock
from repliquette.errors import ThrottledError

# Two days' worth within 24 hours, and the owner's other programs, must fit into Gmail's 2,500 MB.
GMAIL_DAY_BYTES = 950_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """`spent` octets of `limit` on `day` (UTC)."""

    limit: int = GMAIL_DAY_BYTES
    spent: int = 0
    day: date = date.min

    def left(self, now: datetime) -> int:
        """Octets that may still come today."""
        return max(0, self.limit - (self.spent if self.day == now.date() else 0))

    def less(self, octets: int, now: datetime) -> Budget:
        """After a download; another day begins with nothing spent."""
        today = now.date()
        return Budget(self.limit, octets + (self.spent if self.day == today else 0), today)

    def to_text(self) -> str:
        """As kept between runs: "2026-03-02 123456"; the limit is ours and not kept."""
        return f"{self.day.isoformat()} {self.spent}"

    @classmethod
    def from_text(cls, text: str, limit: int = GMAIL_DAY_BYTES) -> Budget:
        """What `to_text` gave; nothing spent where the text is none of it."""
        day, _, spent = text.partition(" ")
        try:
            return cls(limit, max(0, int(spent)), date.fromisoformat(day))
        except ValueError:
            return cls(limit)


class Meter:
    """Counts what comes; `budget` is what to keep for the next run."""

    def __init__(self, budget: Budget | None = None, clock: Callable[[], datetime] = the_clock) -> None:
        self.budget = budget or Budget()
        self._clock = clock

    def check(self) -> None:
        """ThrottledError where today's share is used up, until the next day begins."""
        now = self._clock()
        if self.budget.left(now) > 0:
            return
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        raise ThrottledError(
            "Enough was downloaded from this account today; the rest follows tomorrow.",
            retry_after_s=(midnight - now).total_seconds(),
            seen=f"{self.budget.spent / 1e6:,.0f} MB",
            hint="The provider closes accounts that download too much in a day, so Repliquette stays far below.",
        )

    def count(self, octets: int) -> None:
        """Note a download."""
        self.budget = self.budget.less(octets, self._clock())
