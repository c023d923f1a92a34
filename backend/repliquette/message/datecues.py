"""The cues that give a date its meaning, compiled for one language, and the dates beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from repliquette.message.dateshapes import Reading, Shapes, Span
from repliquette.message.lexicon import DateWords
from repliquette.rulebook.normal import Normal, normalise
from repliquette.rulebook.phrases import Hit, PhraseSet

_WEEK = timedelta(days=7)


class Cues:
    """The cues and date shapes of one language."""

    def __init__(self, words: DateWords) -> None:
        """Compile `words`; once a language, see `cues_of`."""
        self.away = PhraseSet(words.away)
        self.never = PhraseSet(words.never)
        self.back = PhraseSet(words.back)
        self.through = PhraseSet(words.through)
        self.until = PhraseSet(words.until)
        self.promise = PhraseSet(words.promise)
        self.deadline = PhraseSet(words.deadline)
        self.shapes = Shapes(words)
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
    """A date and the cue that gives it its meaning, as offsets [start, end) of the whole text."""

    span: Span
    start: int
    end: int


_SENTENCE_END = re.compile(r"(?:(?<=[^\d\s])|(?<=\d{4}))[.!?]+[\"')]?\s+(?=[^\W\da-z_]|[¡¿„«\"'(])|\n\s*\n\s*|;\s+")


def sentences(text: str, cues: Cues, reading: Reading) -> Iterator[Sentence]:
    """The sentences of a text that hold a date."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        normal = Normal(text[start:end])
        spans = tuple(_original(span, normal) for span in cues.shapes.find(normal.text, reading))
        yield Sentence(normal, start, spans)


def _original(span: Span, normal: Normal) -> Span:
    return Span(span.first, span.last, *normal.original(span.start, span.end))


def beside(sentence: Sentence, cue: PhraseSet, *, ahead: int, behind: int) -> Iterator[Pair]:
    """Each cue with the next date within `ahead` characters, else the last one within `behind`."""
    if not sentence.spans:
        return
    for hit in cue.find_all(sentence.normal):
        span = _next(hit, sentence.spans, ahead) or _last(hit, sentence.spans, behind)
        if span is not None:
            yield _pair(sentence, span, min(hit.start, span.start), max(hit.end, span.end))


def _next(hit: Hit, spans: Sequence[Span], ahead: int) -> Span | None:
    return next((s for s in spans if hit.start <= s.start <= hit.end + ahead and s.end > hit.end - 2), None)


def _last(hit: Hit, spans: Sequence[Span], behind: int) -> Span | None:
    before = [s for s in spans if s.end <= hit.end and s.end >= hit.start - behind]
    return before[-1] if before else None


def _pair(sentence: Sentence, span: Span, start: int, end: int) -> Pair:
    return Pair(span, sentence.offset + start, sentence.offset + end)


def ranges(sentence: Sentence, cues: Cues) -> Iterator[Pair]:
    """Stretches of days: "10-14 August", "July 10 to July 14"."""
    for span in sentence.spans:
        if span.first < span.last:
            yield _pair(sentence, span, span.start, span.end)
    for one, two in zip(sentence.spans, sentence.spans[1:], strict=False):
        between = normalise(sentence.normal.source[one.end : two.start]).strip(" ,.")
        if between in cues.range_words:
            last = two.last if two.last > one.last else two.last + _WEEK  # "next week and the following Monday"
            yield _pair(sentence, Span(one.first, last, one.start, two.end), one.start, two.end)
