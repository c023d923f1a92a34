"""Days of absence, read from a note: from when, to when, and what the words leave open.

The surest cue first: a day of return, then the last day or stretch of an absence, then
a day of answering, then a lone day off.  "Until the 15th" may mean that day or the next
working one; 3/4 may be two days; a weekday may contradict its date.  Every reading is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from repliquette.clock import is_working_day, next_working_day
from repliquette.message.datecues import Pair, Sentence, beside, ranges, timed, until
from repliquette.message.dateguess import guessed
from repliquette.message.datepage import Page
from repliquette.message.dateshapes import Doubt, Form
from repliquette.rulebook.normal import Normal, normalise

_FARTHEST = timedelta(days=370)
_FAR = timedelta(days=300)  # a note that old is more likely stale than that early
_DAY = timedelta(days=1)
_MONDAY = 0
_BARE = 12  # characters beside the days of a sentence that is nothing else: "Holidays: 3-14 May"


class AwayKind(StrEnum):
    """What the day named is: the first one back, the last one away, or an "until" (mostly the latter)."""

    BACK = "back"
    THROUGH = "through"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Away:
    """An absence that the words [start, end) of a text announce.

    `first` and `last` are days away (None where not said), `back` is the first day here:
    the likeliest one, or None where the words allow days far apart.  `readings` are all
    the first days back that they allow, likeliest first; `doubt` says why there are several.
    """

    kind: AwayKind
    first: date | None
    last: date | None
    back: date | None
    readings: tuple[date, ...]
    doubt: Doubt
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a cue says of a date."""

    kind: AwayKind
    pair: Pair
    sentence: Sentence


def absence(page: Page) -> Away | None:
    """The absence that a page announces, if any day of it lies ahead."""
    sent = page.reading.sent
    for claims in _ranks(page):
        days = [(readings, claim) for claim in claims if (readings := _readings(claim, sent))]
        if days:
            latest = all(claim.pair.stretch for _, claim in days)
            return _told(page, *(max if latest else min)(days, key=lambda found: found[0][0]))
    return None


def _ranks(page: Page) -> Iterator[list[_Claim]]:
    cues, speaking = page.cues, [s for s in page.sentences if page.cues.away.which(s.normal)]
    returning = [claim for s in page.sentences for claim in _returns(page, s)]
    yield returning
    if not speaking and not any(cues.back.which(s.normal) for s in page.sentences):
        return
    silent = [s for s in page.sentences if s not in speaking]
    yield from _ends(page, speaking)
    yield from _ends(page, [s for s in silent if not speaking or _is_bare(s)])
    if not speaking:
        return
    yield from _ends(page, silent, stretches=False)
    yield [_Claim(AwayKind.BACK, p, s) for s in page.sentences for p in beside(s, cues.answer, ahead=30, behind=45)]
    yield [_Claim(AwayKind.BACK, p, s) for s in page.sentences for p in guessed(s, cues, page.reading, page.language)]
    yield [claim for s in speaking for claim in _lone_days(page, s)]


def _returns(page: Page, sentence: Sentence) -> Iterator[_Claim]:
    """Days of return; "closed 3-14 May, then back" names none, nor does "back, but away until 5 May"."""
    cues = page.cues
    lasting = {p.span.end for p in beside(sentence, cues.through, ahead=30, behind=30)}
    ending = lasting | {span.end for span in until(sentence, cues)} | {p.span.end for p in ranges(sentence, cues)}
    other = [(hit.start, hit.end) for hit in cues.not_back.find_all(sentence.normal)]
    for pair in beside(sentence, cues.back, ahead=45, behind=45, but=other):
        ahead = pair.span.end + sentence.offset == pair.end
        if pair.span.end in (lasting if ahead else ending) or cues.away.which(Normal(pair.between)):
            continue
        yield _Claim(AwayKind.BACK, pair, sentence)


def _ends(page: Page, sentences: list[Sentence], *, stretches: bool = True) -> Iterator[list[_Claim]]:
    cues = page.cues
    yield [_Claim(AwayKind.THROUGH, p, s) for s in sentences for p in beside(s, cues.through, ahead=30, behind=30)]
    if stretches:
        yield [_Claim(_of_stretch(p, s, page), p, s) for s in sentences for p in ranges(s, cues)]
    yield [
        _Claim(AwayKind.BACK if timed(s, p, cues) else AwayKind.UNTIL, p, s)
        for s in sentences
        for p in beside(s, cues.until, ahead=30, behind=0)
    ]


def _of_stretch(pair: Pair, sentence: Sentence, page: Page) -> AwayKind:
    if timed(sentence, pair, page.cues):
        return AwayKind.BACK
    return AwayKind.UNTIL if pair.span.form is Form.WEEKDAY else AwayKind.THROUGH  # "from Friday till Monday"


def _is_bare(sentence: Sentence) -> bool:
    days = sum(span.end - span.start for span in sentence.spans)
    return bool(sentence.spans) and len(sentence.normal.source.strip()) - days <= _BARE


def _lone_days(page: Page, sentence: Sentence) -> Iterator[_Claim]:
    """Days like "out of the office on Friday"; neither "from Friday", "for a week", nor "today until three"."""
    cues = page.cues
    if cues.until.which(sentence.normal):
        return
    for pair in beside(sentence, cues.away, ahead=12, behind=0):
        named = pair.span.form in {Form.DAY, Form.WEEKDAY} and pair.span.end + sentence.offset == pair.end
        if named and cues.small_words.issuperset(normalise(pair.between).replace(",", " ").split()):
            yield _Claim(AwayKind.THROUGH, pair, sentence)


def _readings(claim: _Claim, sent: date) -> tuple[date, ...]:
    """The first days back that the words allow, likeliest first, as far as they lie ahead."""
    span = claim.pair.span
    day = span.first if claim.kind is AwayKind.BACK and not claim.pair.stretch else span.last
    named = [day] if span.other is None else [day, span.other]
    likely = [_back(claim, day) for day in named]
    other = [_back_otherwise(day) for day in named] if claim.kind is AwayKind.UNTIL else []
    return tuple(d for d in dict.fromkeys(likely + other) if sent + _DAY <= d <= sent + _FARTHEST)


def _back(claim: _Claim, day: date) -> date:
    """Who is away "until Monday" is back on Monday; until any other day, on the next working one."""
    on_monday = claim.kind is AwayKind.UNTIL and day.weekday() == _MONDAY and claim.pair.span.form is not Form.CLOSING
    return day if claim.kind is AwayKind.BACK or on_monday else next_working_day(day + _DAY)


def _back_otherwise(day: date) -> date:
    return day if day.weekday() != _MONDAY and is_working_day(day) else next_working_day(day + _DAY)


def _told(page: Page, readings: tuple[date, ...], claim: _Claim) -> Away:
    pair, doubt = claim.pair, _doubt(claim, readings, page.reading.sent)
    back = None if doubt in {Doubt.ORDER, Doubt.FAR} else readings[0]
    named = pair.span.last if claim.kind is not AwayKind.BACK and doubt is not Doubt.WEEKDAY else None
    last = min(named, back - _DAY) if back and named else back and back - _DAY
    return Away(
        kind=claim.kind,
        first=_first(page, claim, readings[0]),
        last=last,
        back=back,
        readings=readings,
        doubt=doubt,
        words=page.words(pair.start, pair.end).strip(),
        start=pair.start,
        end=pair.end,
    )


def _doubt(claim: _Claim, readings: tuple[date, ...], sent: date) -> Doubt:
    if readings[0] - sent > _FAR:
        return Doubt.FAR
    if len(readings) == 1:
        return Doubt.NONE
    apart = max(readings) - min(readings) > timedelta(days=7)
    span = claim.pair.span
    return span.doubt if apart or claim.kind is not AwayKind.UNTIL or span.doubt is Doubt.WEEKDAY else Doubt.UNTIL


def _first(page: Page, claim: _Claim, back: date) -> date | None:
    """The first day away: of the stretch, or an earlier date beside a word of absence or beginning."""
    pair, sentence = claim.pair, claim.sentence
    if pair.stretch:
        return pair.span.first
    cues = page.cues
    opened = [p.span.first for p in ranges(sentence, cues) if p.span.end == pair.span.end]
    opened += [p.span.first for p in beside(sentence, cues.start, ahead=6, behind=0) if p.span.end <= pair.span.start]
    opened += [p.span.first for p in beside(sentence, cues.away, ahead=30, behind=0) if p.span.end <= pair.span.start]
    return next((day for day in opened if day < back), None)
