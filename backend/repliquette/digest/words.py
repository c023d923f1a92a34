"""The words of the digest: headings, ages and times as a person says them (`ui.md`: warm, plain, short)."""

from __future__ import annotations

from datetime import date, datetime

from repliquette.clock import local_date
from repliquette.model import Coverage, Reason, Verdict

# In the order in which they press (`ui.md`, Lists).
OWED_HEADINGS = {
    Reason.HARD_JOURNEY: "Hard times",
    Reason.PRIORITY: "These come first",
    Reason.PROMISED: "You promised",
    Reason.TRAVEL: "After your trip",
    Reason.ASK: "They asked",
    Reason.COURTEOUS_NO: "Owed a courteous no",
    Reason.FREE_STUFF: "Free stuff",
    Reason.COLD_OUTREACH: "Cold outreach",
    Reason.UNCLEAR: "Hard to tell what they want",
}
AWAITING_HEADINGS = {
    Reason.BOUNCED: "Never arrived",
    Reason.PROMISED: "They promised",
    Reason.OVERDUE: "They most likely forgot",
    Reason.WEAK_ASK: "Worth asking again, shorter",
    Reason.AWAY: "Away for now",
    Reason.UNWELL: "On a hard journey",
    Reason.TOO_SOON: "Give them a day",
    Reason.ONE_SIDED: "Time to stop chasing",
}
NOTES = {Reason.COLD_OUTREACH: "A short no like this one is drafted for each of them."}
# Each day has its own word up to this many days ahead.
_NEAR = 6
_DAYS_IN_WEEKS = 14
_DAYS_IN_MONTHS = 61
_DAYS_IN_YEARS = 730


def count(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 promise", "1,204 promises"."""
    return f"{number:,} {one if number == 1 else many}"


def age(then: datetime, now: datetime, time_zone: str) -> str:
    """How long ago, roughly: "today", "3 days", "2 weeks", "5 months"."""
    days = (local_date(now, time_zone) - local_date(then, time_zone)).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < _DAYS_IN_WEEKS:
        return f"{days} days"
    if days < _DAYS_IN_MONTHS:
        return f"{days // 7} weeks"
    return f"{days // 30} months" if days < _DAYS_IN_YEARS else f"{days // 365} years"


def due(verdict: Verdict, now: datetime, time_zone: str) -> str:
    """When an owed reply is due: "due today", "late since Monday"; "" without a due time."""
    if verdict.due is None:
        return ""
    day, today = local_date(verdict.due, time_zone), local_date(now, time_zone)
    if not verdict.is_late(now):
        return f"due {_day(day, today)}"
    return "late today" if day == today else f"late since {_day(day, today)}"


def next_step(verdict: Verdict, now: datetime, time_zone: str) -> str:
    """What to do about silence, and when: "follow up Thursday", or to let it rest."""
    if verdict.due is None:
        return "let it rest"
    today = local_date(now, time_zone)
    step = "check the address" if verdict.reason is Reason.BOUNCED else "follow up"
    if verdict.due <= now:
        return f"{step} now" if step == "follow up" else step
    back = f", back {_day(verdict.return_date, today)}" if verdict.return_date and verdict.return_date > today else ""
    return f"{step} {_day(local_date(verdict.due, time_zone), today)}{back}"


def coverage(read: Coverage, time_zone: str) -> str:
    """What the lists rest on: how much of an account was read, back to when, and what could not be."""
    back = f", back to {_month(local_date(read.oldest, time_zone))}" if read.oldest else ""
    missing = f" {len(read.unreadable):,} could not be read." if read.unreadable else ""
    return f"{read.account}: read {read.read:,} of {count(read.total, 'message', 'messages')}{back}.{missing}"


def long_day(now: datetime, time_zone: str) -> str:
    """The day of the digest: "Monday, 2 March 2026"."""
    day = local_date(now, time_zone)
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def _day(day: date, today: date) -> str:
    away = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if away in near:
        return near[away]
    if abs(away) <= _NEAR:
        return f"{day:%A}"
    return f"{day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def _month(day: date) -> str:
    return f"{day:%B} {day.year}"
