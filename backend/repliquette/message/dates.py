"""Dates as their writers meant them: the day of return, a promised day, a deadline.

A date counts only beside a cue of its meaning (`rules/lexicon`): "until the 15th"
is the last day away, "back on the 15th" the first day here; the answer is always
the first day back.  Where a cue stands and our own shapes see no date at all,
dateparser may look at the few words behind it.  No cue, "until further notice", a
past or far day: no date, never a guess.  Offsets count characters of the text given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from repliquette.message.datecues import Cues, Pair, Sentence, beside, cues_of, ranges, sentences
from repliquette.message.dateguess import guessed
from repliquette.message.dateshapes import Reading
from repliquette.message.language import guess
from repliquette.message.lore import Lore
from repliquette.rulebook.normal import Normal

_TEXT_CHARS = 8_000
_FARTHEST = timedelta(days=370)
_DAY = timedelta(days=1)
_MONDAY = 0
_AMERICA = (timedelta(hours=-10), timedelta(hours=-4))
_MONTH_FIRST = re.compile(r"\b\d{1,2}/(?:1[3-9]|2\d|3[01])\b")
_DAY_FIRST = re.compile(r"\b(?:1[3-9]|2\d|3[01])/\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Found:
    """A day, and the words [start, end) of the text that say so."""

    day: date
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Page:
    """A text being read in one language."""

    text: str
    cues: Cues
    reading: Reading
    language: str
    sentences: tuple[Sentence, ...]


_Days = list[tuple[date, Pair]]
_Reader = Callable[[_Page], Iterator[_Days]]


def return_date(
    text: str, sent: datetime, lore: Lore, *, language: str = "", utc_offset: timedelta = timedelta(0)
) -> Found | None:
    """The first day on which an absent writer is back, or None where the text does not tell.

    `sent` is the aware time of sending, `utc_offset` the sender's zone, `language`
    an ISO 639-1 code (guessed where it is "").
    """
    return _found(text, sent, lore, language, utc_offset, _returns, soonest=1)


def promised_date(
    text: str, sent: datetime, lore: Lore, *, language: str = "", utc_offset: timedelta = timedelta(0)
) -> Found | None:
    """The day by which the writer promises to do something (the last of a period), or None."""
    return _found(text, sent, lore, language, utc_offset, _promises, soonest=0)


def deadline(
    text: str, sent: datetime, lore: Lore, *, language: str = "", utc_offset: timedelta = timedelta(0)
) -> Found | None:
    """The last day for something that the text asks, or None."""
    return _found(text, sent, lore, language, utc_offset, _deadlines, soonest=0)


def _returns(page: _Page) -> Iterator[_Days]:
    """The surest cue first: back, then the certainly last day, then "until", then a mere range."""
    cues, normal = page.cues, Normal(page.text)
    if cues.never.which(normal):
        return
    yield [(p.span.first, p) for s in page.sentences for p in beside(s, cues.back, ahead=45, behind=45)]
    if not cues.away.which(normal):
        return
    yield [(p.span.last + _DAY, p) for s in page.sentences for p in beside(s, cues.through, ahead=30, behind=30)]
    yield [(_after(p), p) for s in page.sentences for p in beside(s, cues.until, ahead=30, behind=0)]
    stretches = [(p.span.last + _DAY, p) for s in page.sentences for p in ranges(s, cues)]
    yield sorted(stretches, key=lambda found: found[0])[-1:]
    yield [(p.span.first, p) for s in page.sentences for p in guessed(s, cues, page.reading, page.language)]


def _after(pair: Pair) -> date:
    """Who is away "until Monday" is back on Monday; until any other day, on the next."""
    day = pair.span.last
    return day if pair.span.first == day and day.weekday() == _MONDAY else day + _DAY


def _promises(page: _Page) -> Iterator[_Days]:
    promising = [s for s in page.sentences if page.cues.promise.which(s.normal)]
    yield [(p.span.last, p) for s in promising for p in beside(s, page.cues.deadline, ahead=8, behind=0)]
    yield [(p.span.last, p) for s in promising for p in beside(s, page.cues.promise, ahead=200, behind=200)]


def _deadlines(page: _Page) -> Iterator[_Days]:
    yield [(p.span.last, p) for s in page.sentences for p in beside(s, page.cues.deadline, ahead=8, behind=0)]


def _found(
    text: str, sent: datetime, lore: Lore, language: str, utc_offset: timedelta, reader: _Reader, *, soonest: int
) -> Found | None:
    """Read in the language of the text, then in English, which many mix in; in all where it cannot be told."""
    text = text[:_TEXT_CHARS]
    own = language or guess(text, lore)
    for code in dict.fromkeys((own, "en") if own else ("en", *lore.languages)):
        lexicon = lore.languages.get(code)
        if lexicon is None or not lexicon.dates.months:
            continue
        cues = cues_of(lexicon.dates)
        reading = Reading((sent + utc_offset).date(), _month_first(text, own or code, utc_offset))
        page = _Page(text, cues, reading, code, tuple(sentences(text, cues, reading)))
        if found := _best(page, reader(page), soonest):
            return found
    return None


def _best(page: _Page, ranks: Iterator[_Days], soonest: int) -> Found | None:
    """The earliest day of the surest cue that lies ahead, at least `soonest` days after sending."""
    sent = page.reading.sent
    for days in ranks:
        ahead = [(day, pair) for day, pair in days if sent + soonest * _DAY <= day <= sent + _FARTHEST]
        if ahead:
            day, pair = min(ahead, key=lambda found: found[0])
            return Found(day, page.text[pair.start : pair.end].strip(), pair.start, pair.end)
    return None


def _month_first(text: str, language: str, utc_offset: timedelta) -> bool:
    """Whether 3/4 is March 4th: by other dates of the text, else by language and zone."""
    if _MONTH_FIRST.search(text):
        return True
    if _DAY_FIRST.search(text):
        return False
    return language == "en" and _AMERICA[0] <= utc_offset <= _AMERICA[1]
