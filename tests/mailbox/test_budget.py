"""What may be downloaded in a day, kept between runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from repliquette.errors import ThrottledError
from repliquette.mailbox.budget import GMAIL_DAY_BYTES, Budget, Meter

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_gmails_share_is_below_a_gigabyte():
    assert GMAIL_DAY_BYTES < 10**9


def test_what_was_spent_today_is_gone_and_comes_back_tomorrow():
    budget = Budget(1000).less(300, NOON).less(500, NOON + timedelta(hours=1))
    assert (budget.spent, budget.left(NOON)) == (800, 200)
    assert budget.left(NOON + timedelta(days=1)) == 1000
    assert budget.less(5, NOON + timedelta(days=1)).spent == 5
    assert budget.less(5000, NOON).left(NOON) == 0


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("2026-03-02 300", Budget(1000, 300, date(2026, 3, 2))),
        ("2026-03-02 -5", Budget(1000, 0, date(2026, 3, 2))),
        ("", Budget(1000)),
        ("yesterday 5", Budget(1000)),
        ("2026-03-02", Budget(1000)),
    ],
)
def test_a_budget_is_kept_as_text(text, budget):
    read = Budget.from_text(text, 1000)
    assert read == budget
    assert Budget.from_text(read.to_text(), 1000) == read


def test_a_meter_stops_until_the_next_day():
    now = [NOON]
    meter = Meter(Budget(1000), lambda: now[0])
    meter.check()
    meter.count(1000)
    with pytest.raises(ThrottledError, match="rest follows tomorrow") as stopped:
        meter.check()
    assert stopped.value.retry_after_s == 12 * 3600
    now[0] += timedelta(hours=12)
    meter.check()
