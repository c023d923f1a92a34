"""Dates as their writers meant them: an absence, a promised day, a deadline.

A date counts only beside a cue of its meaning (`rules/lexicon`): "until the 15th"
is the last day away, "back on the 15th" the first day here.  Where a cue stands and
our own shapes see no date at all, dateparser may look at the few words behind it.
No cue, "until further notice", a past or far day: no date, never a guess.  Offsets
count characters of the text given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from repliquette.message.dateaway import Away, AwayKind, absence
from repliquette.message.datecues import Pair, beside, until
from repliquette.message.datepage import Page, pages
from repliquette.message.dateshapes import Doubt
from repliquette.message.lore import Lore

__all__ = ["Away", "AwayKind", "Doubt", "Found", "away", "deadline", "promised_date", "return_date"]

_FARTHEST = timedelta(days=370)
_UTC = timedelta(0)


@dataclass(frozen=True, slots=True)
class Found:
    """A day, and the words [start, end) of the text that say so."""

    day: date
    words: str
    start: int
    end: int


_Reader = Callable[[Page], Iterator[list[Pair]]]


def away(text: str, sent: datetime, lore: Lore, *, language: str = "", utc_offset: timedelta = _UTC) -> Away | None:
    """The absence that a note announces, with all that its words leave open; None where it names no day.

    `sent` is the aware time of sending, `utc_offset` the sender's zone, `language`
    an ISO 639-1 code (guessed where it is "").
    """
    read = tuple(pages(text, sent, lore, language, utc_offset))
    if any(page.cues.never.which(page.normal) for page in read):
        return None
    return next((found for page in read if (found := absence(page))), None)


def return_date(
    text: str, sent: datetime, lore: Lore, *, language: str = "", utc_offset: timedelta = _UTC
) -> Found | None:
    """The first day on which an absent writer is back; None where the text does not tell, or tells two far apart."""
    found = away(text, sent, lore, language=language, utc_offset=utc_offset)
    return Found(found.back, found.words, found.start, found.end) if found and found.back else None


def promised_date(
    text: str, sent: datetime, lore: Lore, *, language: str = "", utc_offset: timedelta = _UTC
) -> Found | None:
    """The day by which the writer promises to do something (the last of a period), or None."""
    return _found(_promises, pages(text, sent, lore, language, utc_offset))


def deadline(
    text: str, sent: datetime, lore: Lore, *, language: str = "", utc_offset: timedelta = _UTC
) -> Found | None:
    """The last day for something that the text asks, or None."""
    return _found(_deadlines, pages(text, sent, lore, language, utc_offset))


def _promises(page: Page) -> Iterator[list[Pair]]:
    promising = [s for s in page.sentences if page.cues.promise.which(s.normal)]
    yield [p for s in promising for p in beside(s, page.cues.deadline, ahead=8, behind=0)]
    yield [p for s in promising for p in beside(s, page.cues.promise, ahead=200, behind=200)]


def _deadlines(page: Page) -> Iterator[list[Pair]]:
    yield [
        p
        for s in page.sentences
        for p in beside(s, page.cues.deadline, ahead=8, behind=0)
        if not page.cues.away.which(s.normal) or p.span not in until(s, page.cues)
    ]


def _found(reader: _Reader, read: Iterator[Page]) -> Found | None:
    """The earliest day of the surest cue that lies ahead and is beyond doubt."""
    for page in read:
        for pairs in reader(page):
            days = [(day, pair) for pair in pairs if (day := _day(pair, page.reading.sent))]
            if days:
                day, pair = min(days, key=lambda found: found[0])
                return Found(day, page.words(pair.start, pair.end).strip(), pair.start, pair.end)
    return None


def _day(pair: Pair, sent: date) -> date | None:
    """The last day of a span; None where it is past, or 3/4 may be two days ahead."""
    days = [d for d in (pair.span.last, pair.span.other) if d and sent <= d <= sent + _FARTHEST]
    sure = len(days) == 1 or pair.span.doubt is not Doubt.ORDER
    return days[0] if days and sure else None
