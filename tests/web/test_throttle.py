"""Twenty failures a minute, counted by a clock that only goes forward."""

from __future__ import annotations

import pytest

from repliquette.limits import TOKEN_FAILURES_A_MINUTE
from repliquette.web.errors import Refusal
from repliquette.web.throttle import MINUTE_S, Failures


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_as_many_as_may_fail_are_told_why_and_one_more_is_not():
    failures = Failures(Clock())

    statuses = [failures.refusal("No.", "").status for _ in range(TOKEN_FAILURES_A_MINUTE + 2)]

    assert statuses == [401] * TOKEN_FAILURES_A_MINUTE + [429, 429]


def test_what_could_be_guessed_is_refused_once_as_many_have_failed():
    failures = Failures(Clock())
    for _ in range(TOKEN_FAILURES_A_MINUTE - 1):
        failures.count()
    failures.check()
    failures.count()

    with pytest.raises(Refusal, match="Too many"):
        failures.check()


def test_a_minute_later_all_is_forgotten():
    clock = Clock()
    failures = Failures(clock)
    for _ in range(TOKEN_FAILURES_A_MINUTE * 3):
        failures.count()
    clock.seconds = MINUTE_S

    failures.check()
    assert failures.refusal("No.", "").status == 401
