"""A text laid out for the reading of dates: in which languages, counted from which day, in which order.

Whether 3/4 is April 3rd is told by other dates of the text, else by language and zone.  English
mail stamped in Greenwich time tells nothing (servers stamp it everywhere): then both are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from repliquette.message.datecues import Cues, Sentence, cues_of, sentences
from repliquette.message.dateshapes import Order, Reading
from repliquette.message.language import guess
from repliquette.message.lore import Lore
from repliquette.rulebook.normal import Normal

_TEXT_CHARS = 8_000
_AMERICA = (timedelta(hours=-10), timedelta(hours=-4))
_MONTH_FIRST = re.compile(r"(?<![\d/])(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])\b")
_DAY_FIRST = re.compile(r"(?<![\d/])(?:1[3-9]|2\d|3[01])/\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Page:
    """A text being read in one language."""

    normal: Normal
    cues: Cues
    reading: Reading
    language: str
    sentences: tuple[Sentence, ...]

    def words(self, start: int, end: int) -> str:
        """The words [start, end) of the text."""
        return self.normal.source[start:end]


def pages(text: str, sent: datetime, lore: Lore, language: str, utc_offset: timedelta) -> Iterator[Page]:
    """The text in its own language, then in English, which many mix in; in all where it cannot be told."""
    normal = Normal(text[:_TEXT_CHARS])
    own = language or guess(normal.source, lore)
    for code in dict.fromkeys((own, "en") if own else ("en", *lore.languages)):
        lexicon = lore.languages.get(code)
        if lexicon is None or not lexicon.dates.months:
            continue
        cues = cues_of(lexicon.dates)
        reading = Reading((sent + utc_offset).date(), _order(normal.source, own or code, utc_offset))
        yield Page(normal, cues, reading, code, tuple(sentences(normal.source, cues, reading)))


def _order(text: str, language: str, utc_offset: timedelta) -> Order:
    if _MONTH_FIRST.search(text):
        return Order.MONTH_FIRST
    if _DAY_FIRST.search(text) or language != "en":
        return Order.DAY_FIRST
    if _AMERICA[0] <= utc_offset <= _AMERICA[1]:
        return Order.MONTH_FIRST
    return Order.DAY_FIRST if utc_offset else Order.UNKNOWN
