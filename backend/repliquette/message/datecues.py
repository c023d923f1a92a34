"""The cues that give a date its meaning, compiled for one language, and the dates beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from repliquette.message.dateshapes import Reading, Shapes, Span
from repliquette.message.lexicon import DateWords
from repliquette.rulebook.normal import Normal, normalise
from repliquette.rulebook.phrases import Hit, PhraseSet

_WEEK = timedelta(days=7)
_FEBRUARY = 2
_MONTHS_APART = timedelta(days=100)
_NEAR = 4  # characters between a day and its time: "Monday, at noon"


class Cues:
    """The cues and date shapes of one language."""

    def __init__(self, words: DateWords) -> None:
        """Compile `words`; once a language, see `cues_of`."""
        self.away = PhraseSet(words.away)
        self.never = PhraseSet(words.never)
        self.back = PhraseSet(words.back)
        self.not_back = PhraseSet(words.not_back)
        self.through = PhraseSet(words.through)
        self.until = PhraseSet(words.until)
        self.start = PhraseSet(words.start)
        self.answer = PhraseSet(words.answer)
        self.hour = PhraseSet(words.hour)
        self.promise = PhraseSet(words.promise)
        self.deadline = PhraseSet(words.deadline)
        self.shapes = Shapes(words)
        self.small_words = frozenset(map(normalise, (*words.on, *words.joints)))
        self.range_words = frozenset(map(normalise, words.range))


@lru_cache(maxsize=32)
def cues_of(words: DateWords) -> Cues:
    """The compiled form of `words`, made once."""
    return Cues(words)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the dates in it; `offset` is where it begins in the whole text."""

    normal: Normal
    offset: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A date and the cue that gives it its meaning, as offsets [start, end) of the whole text.

    `between` are the words between the two; `stretch`: the date itself is a stretch of days.
    """

    span: Span
    start: int
    end: int
    between: str = ""
    stretch: bool = False


_SENTENCE_END = re.compile(r"(?:(?<=[^\d\s])|(?<=\d{4}))[.!?]+[\"')]?\s+(?=[^\W\da-z_]|[¡¿„«\"'(])|\n\s*\n\s*|;\s+")


def sentences(text: str, cues: Cues, reading: Reading) -> Iterator[Sentence]:
    """The sentences of a text that hold a date."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        normal = Normal(text[start:end])
        spans = tuple(_original(span, normal) for span in cues.shapes.find(normal.text, reading))
        yield Sentence(normal, start, spans)


def _original(span: Span, normal: Normal) -> Span:
    start, end = normal.original(span.start, span.end)
    return replace(span, start=start, end=end)


def beside(
    sentence: Sentence, cue: PhraseSet, *, ahead: int, behind: int, but: Sequence[tuple[int, int]] = ()
) -> Iterator[Pair]:
    """Each cue with the next date within `ahead` characters, else the last one within `behind`.

    A cue that begins in one of the places `but` is none.
    """
    if not sentence.spans:
        return
    for hit in cue.find_all(sentence.normal):
        if any(start <= hit.start < end for start, end in but):
            continue
        span = _nearest(sentence, hit, _next(hit, sentence.spans, ahead), _last(hit, sentence.spans, behind))
        if span is not None:
            between = sentence.normal.source[hit.end : span.start] or sentence.normal.source[span.end : hit.start]
            pair = _pair(sentence, span, min(hit.start, span.start), max(hit.end, span.end))
            yield replace(pair, between=between)


def until(sentence: Sentence, cues: Cues) -> set[Span]:
    """The days that the sentence calls the end of something: "until 5 May"."""
    return {pair.span for pair in beside(sentence, cues.until, ahead=30, behind=0)}


def _nearest(sentence: Sentence, hit: Hit, following: Span | None, before: Span | None) -> Span | None:
    """The date behind the cue, unless a comma parts them and none the one before it: "the 5th I'm back, or the 6th"."""
    if following is None or before is None:
        return following or before
    text = sentence.normal.source
    parted = "," in text[hit.end : following.start] and "," not in text[before.end : hit.start]
    return before if parted else following


def _next(hit: Hit, spans: Sequence[Span], ahead: int) -> Span | None:
    return next((s for s in spans if hit.start <= s.start <= hit.end + ahead and s.end > hit.end - 2), None)


def _last(hit: Hit, spans: Sequence[Span], behind: int) -> Span | None:
    before = [s for s in spans if s.end <= hit.end and s.end >= hit.start - behind]
    return before[-1] if before else None


def _pair(sentence: Sentence, span: Span, start: int, end: int) -> Pair:
    return Pair(span, sentence.offset + start, sentence.offset + end)


def timed(sentence: Sentence, pair: Pair, cues: Cues) -> bool:
    """Whether a time of day stands with the date: "until Monday noon", "until 3 pm on Friday"."""
    first, last = pair.start - sentence.offset, pair.span.end
    return any(first <= hit.start <= last + _NEAR for hit in cues.hour.find_all(sentence.normal))


def ranges(sentence: Sentence, cues: Cues) -> Iterator[Pair]:
    """Stretches of days: "10-14 August", "July 10 to July 14"."""
    for span in sentence.spans:
        if span.first < span.last:
            yield _stretch(sentence, span)
    for one, two in zip(sentence.spans, sentence.spans[1:], strict=False):
        between = normalise(sentence.normal.source[one.end : two.start]).strip(" ,.")
        if between in cues.range_words:
            yield _stretch(sentence, _joined(one, two))


def _joined(one: Span, two: Span) -> Span:
    first, last = one.first, two.last
    if last <= one.last and one.last - last <= _MONTHS_APART:
        last += _WEEK  # "next week and the following Monday"
    elif last <= one.last:
        first = _year_before(first)  # "since 1 May, until 10 August": a past day was taken for one of next year
    return replace(two, first=first, last=last, start=one.start)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == _FEBRUARY else day.day)


def _stretch(sentence: Sentence, span: Span) -> Pair:
    return replace(_pair(sentence, span, span.start, span.end), stretch=True)
