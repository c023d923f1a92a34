"""Now, and working time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from repliquette import clock

FRIDAY = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "zone", "end"),
    [
        pytest.param(FRIDAY, 4, "UTC", datetime(2026, 3, 6, 19, 0, tzinfo=UTC), id="within a day"),
        pytest.param(FRIDAY, 24, "UTC", datetime(2026, 3, 9, 15, 0, tzinfo=UTC), id="over the weekend"),
        pytest.param(
            FRIDAY + timedelta(days=1),
            24,
            "UTC",
            datetime(2026, 3, 10, tzinfo=UTC),
            id="from a Saturday: Monday counts",
        ),
        pytest.param(
            datetime(2026, 3, 6, 23, 30, tzinfo=UTC),
            1,
            "Europe/Berlin",
            datetime(2026, 3, 9, tzinfo=UTC),
            id="already Saturday in Berlin",
        ),
        pytest.param(
            datetime(2026, 3, 27, 12, 0, tzinfo=UTC),
            24,
            "Europe/Berlin",
            datetime(2026, 3, 30, 11, 0, tzinfo=UTC),
            id="daylight saving begins: the same hour on the clock",
        ),
    ],
)
def test_working_time(start, hours, zone, end):
    assert clock.add_working_time(start, timedelta(hours=hours), zone) == end


def test_the_day_depends_on_where_one_is():
    instant = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)

    assert clock.local_date(instant, "UTC") == date(2026, 3, 6)
    assert clock.local_date(instant, "Europe/Berlin") == date(2026, 3, 7)


def test_now_can_be_pinned(monkeypatch):
    monkeypatch.setenv("REPLIQUETTE_NOW", "2001-11-20T09:00:00-08:00")

    assert clock.now() == datetime(2001, 11, 20, 17, 0, tzinfo=UTC)


def test_now_is_aware_and_whole(monkeypatch):
    monkeypatch.delenv("REPLIQUETTE_NOW", raising=False)

    assert clock.now().tzinfo is UTC
    assert clock.now().microsecond == 0
