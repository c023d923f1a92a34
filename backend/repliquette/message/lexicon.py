"""The words of one language, as its file under `rules/lexicon/` gives them.

A file holds word lists (months, stop words) and phrases (re2 patterns over
normalised text, see `rulebook.phrases`).  All parts but `language` may be
missing: a language may be known by its quote headers alone.  Unknown keys are
refused with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import Annotated

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from repliquette.rulebook.normal import normalise


def compilable(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Phrases that re2 understands; ValueError names the first that it does not."""
    if not phrases:
        return phrases
    every = re2.Set.SearchSet(_quiet())  # sooner made than a pattern for each
    try:
        for phrase in phrases:
            every.Add(_folded(phrase))
        every.Compile()
        if not every.Match(b""):
            return phrases
    except re2.error:
        pass  # which of them it was is told by compiling each by itself
    for phrase in phrases:
        _check(phrase)
    return phrases


def _check(phrase: str) -> None:
    try:
        pattern = re2.compile(_folded(phrase), _quiet())
    except re2.error as error:
        message = f"{phrase!r} is no pattern: {error}"
        raise ValueError(message) from error
    if pattern.search("") is not None:
        message = f"{phrase!r} matches the empty text, so it would match everywhere"
        raise ValueError(message)


def _folded(pattern: str) -> str:
    # An escape such as \W must keep its case.
    pieces = re.split(r"(\\.)", pattern)
    return "".join(p if p.startswith("\\") else normalise(p) for p in pieces).replace(" ", r"\s+")


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


Words = tuple[str, ...]
Phrases = Annotated[tuple[str, ...], AfterValidator(compilable)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuoteWords(_Part):
    """How mail programs of this language introduce what is not new."""

    introduction: Phrases = Field(default=(), description="up to four lines before quoted text: 'on .* wrote:'")
    attribution: Phrases = Field(default=(), description="one whole line before quoted text: '.* wrote:'")
    original: Phrases = Field(default=(), description="words between dashes above a quoted original")
    forwarded: Phrases = Field(default=(), description="words between dashes above a forwarded message")
    from_: Words = Field(default=(), alias="from", description="the names of the header fields, without colon")
    sent: Words = ()
    to: Words = ()
    subject: Words = ()


class CloseWords(_Part):
    """How people of this language open and close, and what programs add below."""

    greetings: Phrases = ()
    sign_offs: Phrases = ()
    sent_from: Phrases = Field(default=(), description="whole lines a telephone or mail program adds")
    legal: Phrases = Field(default=(), description="phrases of legal footers")
    list_footer: Phrases = Field(default=(), description="phrases of footers that mailing lists add")
    warning: Phrases = Field(default=(), description="phrases of warnings that servers put above mail from outside")


class DateWords(_Part):
    """The cues that give a date its meaning, and the words that dates are made of."""

    months: tuple[Words, ...] = Field(default=(), description="twelve lists, January first")
    weekdays: tuple[Words, ...] = Field(default=(), description="seven lists, Monday first")
    numbers: tuple[Words, ...] = Field(default=(), description="lists of words for one, two, … in order")
    day: Words = ()
    week: Words = ()
    month: Words = ()
    in_: Words = Field(default=(), alias="in", description="before a length of time: 'in two weeks'")
    next: Words = Field(default=(), description="before or behind a unit or weekday")
    this: Words = ()
    end_of: Words = ()
    today: Words = ()
    tomorrow: Words = ()
    after_tomorrow: Words = ()
    week_of: Words = Field(default=(), description="before a day that stands for its week: 'the week of'")
    range: Words = Field(default=(), description="between two days: '3 to 10 May'")
    joints: Words = Field(default=(), description="small words inside a date: 'the', 'of'")
    on: Words = Field(default=(), description="between a word of absence and its one day: 'away on Friday'")
    away: Phrases = Field(default=(), description="phrases: this text speaks of an absence")
    back: Phrases = Field(default=(), description="phrases: the date is the day of return")
    not_back: Phrases = Field(default=(), description="phrases that look like `back` and are not: 'call you back'")
    until: Phrases = Field(
        default=(), description="phrases: the date is the last day of absence, or a Monday of return"
    )
    through: Phrases = Field(default=(), description="phrases: the date is certainly still a day of absence")
    start: Phrases = Field(default=(), description="phrases: the date is the first day of what is said")
    answer: Phrases = Field(default=(), description="phrases: an absent writer will answer on the date")
    hour: Phrases = Field(default=(), description="phrases: a time of day: '3 pm', 'noon'")
    never: Phrases = Field(default=(), description="phrases: there is no return, or no date of it")
    promise: Phrases = Field(default=(), description="phrases: the sender will do something")
    deadline: Phrases = Field(default=(), description="phrases: the date is the last moment")


class Lexicon(_Part):
    """One file of `rules/lexicon/`; `language` is its ISO 639-1 code."""

    language: str = Field(pattern=r"^[a-z]{2}$")
    stop_words: Words = Field(default=(), description="frequent little words, to guess the language by")
    quote: QuoteWords = QuoteWords()
    close: CloseWords = CloseWords()
    dates: DateWords = DateWords()


class LinePattern:
    """Whole lines matched against many patterns at once, in linear time."""

    def __init__(self, patterns: Iterable[str], frame: str = "{}") -> None:
        """Compile patterns (over normalised text); `frame` says what may stand around each."""
        either = "|".join(f"(?:{_folded(p)})" for p in patterns)
        whole = r"^\s*" + frame.replace("{}", f"(?:{either})") + r"\s*$"
        # Bytes: re2 counts characters back and forth for texts, which takes longer than the search.
        self._pattern = re2.compile(whole.encode(), _quiet())
        self._somewhere = re2.compile(f"(?m){whole}".encode(), _quiet())

    def matches(self, line: str) -> bool:
        """Whether the whole of a line, already normalised, is one of the patterns."""
        return self._pattern.search(line.encode("utf-8", "replace")) is not None

    def may_match(self, lines: Iterable[str]) -> bool:
        """Whether any of many lines may match: false is certain, and much cheaper than to ask each."""
        return self._somewhere.search("\n".join(lines).encode("utf-8", "replace")) is not None


def together(lists: Iterable[Words]) -> Words:
    """Several lists as one, without doubles, in order."""
    return tuple(dict.fromkeys(chain.from_iterable(lists)))
