"""Date words of one language found in a text, as spans of days; no guess beyond them.

Shapes: "18 August", "August 18th, 2025", "10-14 August", "18.8.", "08/25/2025",
"2025-08-25", "Monday 31st", "the 17th", "next week", "the week of 10 August", "in two
weeks", "the end of August", "tomorrow", "Friday".  A month without a day or a lone number
is none.  Where the words allow another day too (3/4; "Monday 5 May" on a Tuesday), it is kept.
All arithmetic starts from the day of sending in the sender's zone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum

from repliquette.message.datepattern import date_pattern, either
from repliquette.message.lexicon import DateWords
from repliquette.rulebook.normal import normalise

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_SHORT_YEAR = 100
_PAST = timedelta(days=30)  # "since 3 May" written in late May means this year
_FRIDAY = 4
_BEFORE = 30  # characters before a date in which "the week of" may stand
_MONTHS = 12


class Order(Enum):
    """What 3/4 means in a text: April 3rd, March 4th, or one of them."""

    DAY_FIRST = 1
    MONTH_FIRST = 2
    UNKNOWN = 3


class Form(Enum):
    """How words name a day: as itself, by a weekday alone, as the end of a period, so many days on."""

    DAY = 1
    WEEKDAY = 2
    CLOSING = 3
    COUNTED = 4


class Doubt(StrEnum):
    """Why words may mean another day than the one they seem to name."""

    NONE = ""
    ORDER = "day_or_month"
    WEEKDAY = "weekday"
    UNTIL = "until_or_back"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Span:
    """Days [first, last] that the characters [start, end) of a text name.

    `other` is the last day in the other reading, where `doubt` says that there is one.
    """

    first: date
    last: date
    start: int
    end: int
    other: date | None = None
    doubt: Doubt = Doubt.NONE
    form: Form = Form.DAY


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a text: the day it was sent, and the order of numbers."""

    sent: date
    order: Order


# The groups of the shapes that name a month: first day, last day, month, year.
_NAMED_MONTH = (
    ("from1", "to1", "month1", "year1"),
    ("from4", "to4", "month4", "year4"),
    ("day2", "day2", "month2", "year2"),
    ("day3", "day3", "month3", "year3"),
)


class Shapes:
    """The date shapes of one language, compiled.  The words are literals, so the patterns are linear."""

    def __init__(self, words: DateWords) -> None:
        """Compile the words; once a language."""
        self._words = words
        self._pattern = date_pattern(words)
        self._months = _numbered(words.months)
        self._days = _numbered(words.weekdays)
        self._week_of = re.compile(rf"(?<!\w){either(words.week_of)}\s+(?:{either(words.joints)}\s+)?$")
        self._joints = _folded(words.joints)
        self._counts = _numbered(words.numbers)

    def find(self, text: str, reading: Reading) -> Iterator[Span]:
        """The date words of a normalised text, in order, those that name no real day left out."""
        waiting = None  # a word that may only introduce the date behind it: "Monday, July 17", "cob Friday"
        for found in self._pattern.finditer(text):
            span = self._span(found, reading)
            if waiting is not None and span is not None and self._introduces(text[waiting.end : span.start]):
                span = _introduced(waiting, span)
            elif waiting is not None:
                yield waiting
            waiting = span if found["today"] or _is_bare(found) else None
            if span is not None and waiting is None:
                yield span
        if waiting is not None:
            yield waiting

    def _introduces(self, between: str) -> bool:
        words = between.replace(",", " ").replace("(", " ").replace(".", " ").split()
        return between[:1] in {",", " ", "."} and all(word in self._joints for word in words)

    def _span(self, found: re.Match[str], reading: Reading) -> Span | None:
        try:
            days = self._days_of(found, reading)
        except (ValueError, OverflowError):  # "31 June"
            return None
        if days is None:
            return None
        opening = self._week_of.search(found.string[max(0, found.start() - _BEFORE) : found.start()])
        if opening and days[0] == days[1]:
            return Span(*_work_week(days[0]), found.start() - len(opening[0]), found.end())
        span = Span(*days, found.start(), found.end(), form=_form(found))
        if found["a"] and reading.order is Order.UNKNOWN:
            return self._doubtful(found, span, reading.sent)
        return self._checked(span, found["weekday"]) if found["day4"] else span

    def _doubtful(self, found: re.Match[str], span: Span, sent: date) -> Span:
        """A date in numbers, with the day that the other order makes of it."""
        other = _numeric(found.groupdict(), Reading(sent, Order.MONTH_FIRST))
        return span if other == span.last else replace(span, other=other, doubt=Doubt.ORDER)

    def _checked(self, span: Span, weekday: str) -> Span:
        return _on_weekday(span, self._days[weekday] - 1)

    def _days_of(self, found: re.Match[str], reading: Reading) -> tuple[date, date] | None:
        # "A couple  of": the words of the lexicon have single spaces, those of a mail any.
        group = {name: value and " ".join(value.split()) for name, value in found.groupdict().items()}
        return self._exact(group, reading) or self._relative(group, reading.sent)

    def _exact(self, group: dict[str, str | None], reading: Reading) -> tuple[date, date] | None:
        if group["iso"]:
            return _single(date.fromisoformat(group["iso"]))
        if group["a"]:
            return _single(_numeric(group, reading))
        for first, last, month, year in _NAMED_MONTH:
            if group[last]:
                days = [self._dated(group[day] or "", group[month], group[year], reading.sent) for day in (first, last)]
                return days[0], days[1]
        return None

    def _dated(self, day: str, month: str | None, year: str | None, sent: date) -> date:
        number = self._months[month or ""]
        return date(int(year), number, int(day)) if year else _nearest_year(sent, number, int(day))

    def _relative(self, group: dict[str, str | None], sent: date) -> tuple[date, date] | None:
        for name, days in (("today", 0), ("tomorrow", 1), ("after_tomorrow", 2)):
            if group[name]:
                return _single(sent + days * _DAY)
        if group["count"]:
            return _single(self._later(sent, group["count"], group["unit"] or ""))
        if group["end_month"] or group["end_unit"]:
            return self._end(group, sent)
        if group["this_unit"]:
            return self._period(sent, group["this_unit"], ahead=0)
        unit = group["next_unit"] or group["next_unit2"]
        return self._period(sent, unit, ahead=1) if unit else self._weekday(group, sent)

    def _weekday(self, group: dict[str, str | None], sent: date) -> tuple[date, date] | None:
        day = group["day4"] or group["day5"]
        if day:
            return _single(_day_of_month(sent, int(day)))
        name = group["weekday"] or group["next_day"]
        if not name:
            return None
        ahead = (self._days[name] - 1 - sent.weekday()) % 7 or 7
        # "Next Friday", written on a Monday, is mostly not the Friday of this week.
        skips = bool(group["next_day"]) and ahead <= _FRIDAY - sent.weekday()
        return _single(sent + ahead * _DAY + skips * _WEEK)

    def _later(self, sent: date, count: str, unit: str) -> date:
        number = int(count) if count.isdecimal() else self._counts[count]
        if unit in _folded(self._words.month):
            months = sent.year * _MONTHS + sent.month - 1 + number
            year, month = divmod(months, _MONTHS)
            return date(year, month + 1, min(sent.day, monthrange(year, month + 1)[1]))
        return sent + number * (_WEEK if unit in _folded(self._words.week) else _DAY)

    def _end(self, group: dict[str, str | None], sent: date) -> tuple[date, date]:
        if group["end_month"]:
            month = self._months[group["end_month"]]
            year = sent.year + (month < sent.month)
            return _single(date(year, month, monthrange(year, month)[1]))
        _, last = self._period(sent, group["end_unit"] or "", ahead=1 if group["end_next"] else 0)
        return last, last

    def _period(self, sent: date, unit: str, *, ahead: int) -> tuple[date, date]:
        """This (0) or next (1) week or month."""
        if unit in _folded(self._words.week):
            return _work_week(sent + ahead * _WEEK)
        year, month = divmod(sent.year * _MONTHS + sent.month - 1 + ahead, _MONTHS)
        return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def _work_week(day: date) -> tuple[date, date]:
    """Monday to Friday, for letters speak of work."""
    monday = day - day.weekday() * _DAY
    return monday, monday + _FRIDAY * _DAY


def _form(found: re.Match[str]) -> Form:
    if found["count"]:
        return Form.COUNTED
    if found["end_month"] or found["end_unit"]:
        return Form.CLOSING
    return Form.WEEKDAY if _is_bare(found) else Form.DAY


def _is_bare(found: re.Match[str]) -> bool:
    return bool(found["weekday"] and not found["day4"])


def _introduced(weekday: Span, date_: Span) -> Span:
    """In "Monday, 4/5" the weekday belongs to the date, and may tell its order or contradict it."""
    whole = replace(date_, start=weekday.start)
    return _on_weekday(whole, weekday.last.weekday()) if weekday.form is Form.WEEKDAY else whole


def _on_weekday(span: Span, weekday: int) -> Span:
    if span.first != span.last or span.last.weekday() == weekday:
        return replace(span, other=None, doubt=Doubt.NONE)
    if span.other is not None and span.other.weekday() == weekday:
        return replace(span, first=span.other, last=span.other, other=None, doubt=Doubt.NONE)
    off = (weekday - span.last.weekday() + 3) % 7 - 3
    return replace(span, other=span.last + off * _DAY, doubt=Doubt.WEEKDAY)


def _single(day: date) -> tuple[date, date]:
    return day, day


def _numbered(lists: Iterable[tuple[str, ...]]) -> dict[str, int]:
    return {normalise(word): n for n, words in enumerate(lists, 1) for word in words}


def _folded(words: Iterable[str]) -> set[str]:
    return {normalise(word) for word in words}


def _nearest_year(sent: date, month: int, day: int) -> date:
    this = date(sent.year, month, day)
    return this if this >= sent - _PAST else date(sent.year + 1, month, day)


def _day_of_month(sent: date, day: int) -> date:
    """The next day with this number, today included."""
    year, month = (sent.year, sent.month) if day >= sent.day else divmod(sent.year * _MONTHS + sent.month, _MONTHS)
    return date(year, month + (day < sent.day), day)


def _numeric(group: dict[str, str | None], reading: Reading) -> date:
    a, b, c = int(group["a"] or 0), int(group["b"] or 0), group["c"]
    if group["sep"] == "-" and not c:
        raise ValueError  # "3-4" is a range of anything
    month_first = (reading.order is Order.MONTH_FIRST and group["sep"] != "." and a <= _MONTHS) or b > _MONTHS
    day, month = (b, a) if month_first else (a, b)
    if not c:
        return _nearest_year(reading.sent, month, day)
    return date(int(c) + (2000 if int(c) < _SHORT_YEAR else 0), month, day)
