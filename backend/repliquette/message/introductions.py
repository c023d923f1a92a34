"""The lines by which mail programs introduce a quote: "On … wrote:", over up to five lines.

Phrases come from `rules/lexicon`.  In any language, a date with a time, then an
address in angle brackets and a colon, introduce a quote.  Programs break such lines
anywhere, even before the closing bracket, so that ">:" need not be a quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from repliquette.message.lore import QuoteLore
from repliquette.message.zones import Rows
from repliquette.rulebook.normal import normalise

_QUOTE = re.compile(r"\s{0,3}(?:>|\|\s?>)")
_BRACKET = re.compile(r"\s{0,3}>[^>]{0,20}:\s*$")
_TIMED = re.compile(r"@|\d[:.]\d\d")
_DATED = re.compile(
    r"(?=.*\d[:.]\d\d)(?=.*(?:\d{4}|\d[./-]\d))[^>]*<(?:mailto:)?[^<>@\s]+@[^<>\s]+>(?:<[^<>\s]*>)?[)>]?\s*:$"
)
_LINES = 5
_CHARS = 500
_BROKEN_LINE = 60
_TRIES = 2_000


class Lines(Rows):
    """The lines of a text, as written and normalised, and which of them are ">" quotes."""

    __slots__ = ("_closes", "_tries", "folded", "lore", "may_forward", "quoted")

    def __init__(self, text: str, lore: QuoteLore) -> None:
        """Cut `text` at its line ends."""
        super().__init__(text)
        self.lore = lore
        self.folded = [normalise(row) for row in self.rows]
        self.may_forward = lore.forwarded.may_match(self.folded)
        self._closes = [_closes(row.rstrip("*_- ")) for row in self.folded]
        self.quoted = [_QUOTE.match(row) is not None for row in self.rows]
        self._tries = _TRIES
        self._mend_quotes()

    def _mend_quotes(self) -> None:
        """Take ">:" out of the quotes where it closes a bracket, and the tails of broken quoted lines in."""
        for n, row in enumerate(self.rows):
            if self.quoted[n]:
                self.quoted[n] = _BRACKET.match(row) is None or not self._bracket_is_open(n)
            elif 0 < n < len(self.rows) - 1 and self.quoted[n - 1] and self.quoted[n + 1]:
                self.quoted[n] = _is_tail(self.rows[n - 1], row)

    def _bracket_is_open(self, at: int) -> bool:
        above = "".join(
            row for n, row in enumerate(self.rows[max(0, at - _LINES) : at], max(0, at - _LINES)) if not self.quoted[n]
        )
        return above.count("<") > above.count(">")

    def introduction(self, at: int) -> int:
        """The line behind an introduction that begins at line `at`, or 0."""
        if not self._tries or not any(self._closes[at : at + _LINES]):
            return 0
        self._tries -= 1  # a text of nothing but "a:" lines must not take seconds
        words = ""
        for end in range(at, min(at + _LINES, len(self.rows))):
            row = self.folded[end].strip()
            if self.quoted[end] or not (row or self._goes_on(end)):
                break
            words = f"{words} {row}".strip()
            if len(words) > _CHARS:
                break
            if self._closes[end] and self._introduces(words.strip("*_- "), whole=end == at or self._is_timed(at)):
                return end + 1
        return 0

    def _is_timed(self, at: int) -> bool:
        return _TIMED.search(self.folded[at]) is not None

    def _goes_on(self, at: int) -> bool:
        """An empty line inside an introduction, before a bracket on a line of its own."""
        return at + 1 < len(self.rows) and self.folded[at + 1].strip() == "<"

    def _introduces(self, words: str, *, whole: bool) -> bool:
        lore = self.lore
        return (
            lore.introduction.matches(words)
            or _DATED.match(words) is not None
            or (whole and lore.attribution.matches(words))
        )

    def next_written(self, at: int) -> int | None:
        """The first line from `at` on that is not empty."""
        return next((n for n in range(at, len(self.rows)) if self.rows[n].strip()), None)


def _closes(row: str) -> bool:
    return row.endswith((":", ">", "wrote")) or " gmt" in row


def _is_tail(above: str, row: str) -> bool:
    """Whether a line between quotes is the end of the broken line above it, not somebody's answer."""
    return row[:1].islower() and len(above.rstrip()) >= _BROKEN_LINE and not above.rstrip().endswith(("?", "!"))


def introduced(lines: Lines, end: int) -> list[bool]:
    """Which of the first `end` lines are ">" quotes, or introduce one, or lie empty between two of them."""
    old: list[bool] = list(lines.quoted[:end])
    for start in [n for n in range(end) if old[n] and (n == 0 or not old[n - 1])]:
        _claim_introduction(lines, old, start)
    for at in range(1, end - 1):
        if not lines.rows[at].strip() and old[at - 1] and old[at + 1]:
            old[at] = True
    return old


def _claim_introduction(lines: Lines, old: list[bool], start: int) -> None:
    last = start - 1
    while last >= 0 and not lines.rows[last].strip():
        last -= 1
    for at in range(max(0, last - _LINES + 1), last + 1):
        if not _any(old, at, last) and lines.introduction(at) == last + 1:
            old[at:start] = [True] * (start - at)
            return


def _any(flags: Sequence[bool], first: int, last: int) -> bool:
    return any(flags[first : last + 1])
