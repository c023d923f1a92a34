"""The only source of "now"; time zones and working days.

Everything that depends on the time takes `now` as a parameter; only the
command line and the service ask `now()` once at their border.  A test or the
demo sets REPLIQUETTE_NOW to an ISO 8601 instant to make a run repeatable.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def now() -> datetime:
    """The present instant, aware UTC, to the second."""
    pinned = os.environ.get("REPLIQUETTE_NOW")
    if pinned:
        return datetime.fromisoformat(pinned).astimezone(UTC)
    return datetime.now(UTC).replace(microsecond=0)


def local_date(instant: datetime, time_zone: str) -> date:
    """The calendar day of an instant in the owner's time zone (an IANA name)."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


def is_working_day(day: date) -> bool:
    """Monday to Friday; holidays of a country come with a later setting."""
    return day.weekday() < SATURDAY


def next_working_day(day: date) -> date:
    """The day itself if it is a working day, else the next one."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_time(instant: datetime, span: timedelta, time_zone: str) -> datetime:
    """The instant after `span`, not counting Saturdays and Sundays of the owner's calendar."""
    zone = ZoneInfo(time_zone)
    local = _skip_weekend(instant.astimezone(zone))
    left = span
    while left > timedelta(0):
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
        # Subtract in UTC: wall-clock arithmetic within one zone ignores daylight saving.
        today = midnight.astimezone(UTC) - local.astimezone(UTC)
        if left < today:
            return (local.astimezone(UTC) + left).astimezone(UTC)
        left -= today
        local = _skip_weekend(midnight)
    return local.astimezone(UTC)


def _skip_weekend(local: datetime) -> datetime:
    if is_working_day(local.date()):
        return local
    monday = next_working_day(local.date())
    return datetime.combine(monday, datetime.min.time(), local.tzinfo)
