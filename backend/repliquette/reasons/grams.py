"""Sentences and their word n-grams, hashed: what the learned layer reads of a text.

Words, and "?" and "!", which carry the speech act; digits are folded to 0, so that no
number is learned.  An n-gram is known by 16 bits of its CRC-32: the weights hold no
word of anybody's mail, and a text costs the same whatever they have learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

BUCKETS = 2**16
LONGEST = 3  # words an n-gram
WORDS_READ = 400  # two pages; what is asked stands in them
_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?|[?!]")
_DIGITS = re.compile(r"\d")
_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text, by its offsets in characters, and the buckets of its n-grams."""

    start: int
    end: int
    grams: frozenset[int]


def sentences(text: str, words_read: int = WORDS_READ) -> tuple[Sentence, ...]:
    """The sentences of a text up to so many words, those without a word left out."""
    return tuple(_sentences(text, words_read))


def _sentences(text: str, left: int) -> Iterator[Sentence]:
    for start, end in _spans(text):
        words = _words(text[start:end])[:left]
        if words:
            yield Sentence(start, end, grams(words))
        left -= len(words)
        if left <= 0:
            return


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for border in _END.finditer(text):
        yield start, border.start()
        start = border.end()
    yield start, len(text)


def _words(text: str) -> list[str]:
    return _WORD.findall(_DIGITS.sub("0", text.casefold()).replace("’", "'"))


def grams(words: list[str]) -> frozenset[int]:
    """The buckets of all n-grams of a sentence; its start and end are words as well."""
    marked = ["<", *words, ">"]
    return frozenset(
        crc32(" ".join(marked[i : i + n]).encode()) % BUCKETS
        for n in range(1, LONGEST + 1)
        for i in range(len(marked) - n + 1)
    )
