"""dateparser, guarded: asked only about the few words behind a cue of return, languages pinned.

Unguarded it reads "on", "me" and "do" as days (dateparser #330, #394, #992).  It is
imported at first need (0.3 s); its warnings are none of a reader's business.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import datetime, time

from repliquette.message.datecues import Cues, Pair, Sentence
from repliquette.message.dateshapes import Order, Reading, Span

_BEHIND = 40
_SOLID = re.compile(r"\d")


def guessed(sentence: Sentence, cues: Cues, reading: Reading, language: str) -> Iterator[Pair]:
    """Dates behind a cue of return in a sentence where our own shapes saw none."""
    if sentence.spans:
        return
    for hit in cues.back.find_all(sentence.normal):
        words = sentence.normal.source[hit.end : hit.end + _BEHIND]
        if not _SOLID.search(words):
            continue
        for text, day in _search(words, reading, language):
            start = hit.end + words.find(text)
            span = Span(day.date(), day.date(), start, start + len(text))
            yield Pair(span, sentence.offset + hit.start, sentence.offset + span.end)


def _search(words: str, reading: Reading, language: str) -> list[tuple[str, datetime]]:
    from dateparser.search import search_dates  # noqa: PLC0415 - slow to import, seldom needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = search_dates(
            words,
            languages=[language],
            settings={
                "RELATIVE_BASE": datetime.combine(reading.sent, time(12)),
                "PREFER_DATES_FROM": "future",
                "PREFER_DAY_OF_MONTH": "last",
                "DATE_ORDER": "MDY" if reading.order is Order.MONTH_FIRST else "DMY",
                "RETURN_AS_TIMEZONE_AWARE": False,
            },
        )
    return [(text, day) for text, day in found or [] if _SOLID.search(text)]
