"""Where a text stops being new: the lines by which mail programs introduce older mail.

Knows: dashes with "Original Message" or "Forwarded by" in all languages of
`rules/lexicon`, blocks of From/Sent/To/Subject, "On … wrote:" over up to four
lines, ">" quotes, and the name-date-To blocks of Lotus Notes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from repliquette.message.lore import QuoteLore
from repliquette.rulebook.normal import normalise

_FIELD = re.compile(r"[\s*_]*([^\W\d_][\w -]{0,24}?)\s*[*_]*\s?[::][*_]*(?:\s|$)")
_QUOTE = re.compile(r"\s{0,3}(?:>|\|\s?>)")
_LOTUS_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? (?:at )?\d{1,2}:\d\d(?::\d\d)? ?(?:[ap]m)?\b")
_RULE = re.compile(r"\s*[_=*-]{8,}\s*$")
_BLOCK_LINES = 14
_BLOCK_ROLES = 3
_LOTUS_LINES = 7
_NAME_CHARS = 90
_INTRODUCTION_LINES = 4
_INTRODUCTION_CHARS = 500


class Border(StrEnum):
    """What begins at a border line."""

    FORWARDED = "forwarded"
    ORIGINAL = "original"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Cut:
    """From line `line` on, nothing is new; `border` tells what follows."""

    line: int
    border: Border


class Lines:
    """The lines of a text, as written and normalised."""

    def __init__(self, text: str, lore: QuoteLore) -> None:
        """Cut `text` at its line ends."""
        self.lore = lore
        self.rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.folded = [normalise(row) for row in self.rows]
        self._closes = [row.rstrip("*_- ").endswith((":", ">", "wrote")) for row in self.folded]

    def is_quoted(self, at: int) -> bool:
        """Whether a line is a ">" quote."""
        return _QUOTE.match(self.rows[at]) is not None

    def cut(self) -> Cut | None:
        """The first border after which everything is older, or None."""
        for at, row in enumerate(self.folded):
            if not row.strip() or self.is_quoted(at):
                continue
            border = self._border(at, row)
            if border is not None:
                return Cut(self._above(at), border)
        return None

    def _border(self, at: int, row: str) -> Border | None:
        if "--" in row and self.lore.original.matches(row):
            return Border.ORIGINAL
        if self.lore.forwarded.matches(row):
            return Border.FORWARDED
        if self._opens_block(at) or self._opens_lotus(at):
            return Border.ORIGINAL
        end = self.introduction(at)
        return Border.QUOTED if end and self._stands_alone(at, end) else None

    def _above(self, at: int) -> int:
        """A ruled line just above a border belongs to it."""
        while at > 0 and (not self.rows[at - 1].strip() or _RULE.match(self.rows[at - 1])):
            at -= 1
        return at

    def role(self, at: int) -> str:
        """Which header field a line of a quoted head shows, or ""."""
        found = _FIELD.match(self.folded[at])
        return self.lore.fields.get(found[1].strip(), "") if found else ""

    def _opens_block(self, at: int) -> bool:
        if ":" not in self.folded[at] and ":" not in self.rows[at]:
            return False
        if not self.role(at):
            return False
        roles = {self.role(n) for n in range(at, min(at + _BLOCK_LINES, len(self.rows)))} - {""}
        return len(roles) >= _BLOCK_ROLES and "from" in roles

    def _opens_lotus(self, at: int) -> bool:
        """A name, then a date with time, then "To:", on one line or on several."""
        if len(self.rows[at]) > _NAME_CHARS and " to:" not in self.folded[at]:
            return False
        near = self.folded[at : at + 2]
        dated = next((n for n, row in enumerate(near, at) if _LOTUS_DATE.search(row)), None)
        if dated is None or (dated > at and self.role(at)):
            return False
        rest = range(dated, min(dated + _LOTUS_LINES, len(self.rows)))
        return " to:" in self.folded[dated] or any(self.role(n) == "to" for n in rest)

    def introduction(self, at: int) -> int:
        """The line behind an "On … wrote:" that begins here, or 0."""
        joined = ""
        if not any(self._closes[at : at + _INTRODUCTION_LINES]):
            return 0
        for end in range(at, min(at + _INTRODUCTION_LINES, len(self.rows))):
            row = self.folded[end].strip()
            if not row or self.is_quoted(end):
                break
            joined = f"{joined} {row}".strip()
            if len(joined) > _INTRODUCTION_CHARS:
                break
            if self._closes[end] and self._introduces(joined.strip("*_- "), end == at or "@" in self.folded[at]):
                return end + 1
        return 0

    def _introduces(self, words: str, attributed: bool) -> bool:  # noqa: FBT001 - private
        return self.lore.introduction.matches(words) or (attributed and self.lore.attribution.matches(words))

    def _stands_alone(self, at: int, end: int) -> bool:
        """An introduction with a date or address, after which no ">" comes: all the rest is the quote."""
        if not re.search(r"\d|@", " ".join(self.folded[at:end])):
            return False
        following = next((n for n in range(end, len(self.rows)) if self.rows[n].strip()), None)
        return following is None or not self.is_quoted(following)


def sift(lines: Lines, end: int) -> tuple[list[str], list[str]]:
    """The lines before `end`: new ones, and ">" quotes with what introduces them."""
    old = [lines.is_quoted(n) for n in range(end)]
    for start in [n for n in range(end) if old[n] and (n == 0 or not old[n - 1])]:
        _claim_introduction(lines, old, start)
    _claim_blanks(lines, old)
    fresh = [lines.rows[n] for n in range(end) if not old[n]]
    return fresh, [lines.rows[n] for n in range(end) if old[n]]


def _claim_introduction(lines: Lines, old: list[bool], start: int) -> None:
    last = start - 1
    while last >= 0 and not lines.rows[last].strip():
        last -= 1
    for at in range(max(0, last - _INTRODUCTION_LINES + 1), last + 1):
        if not any(old[at : last + 1]) and lines.introduction(at) == last + 1:
            old[at:start] = [True] * (start - at)
            return


def _claim_blanks(lines: Lines, old: list[bool]) -> None:
    for at in range(1, len(old) - 1):
        if not lines.rows[at].strip() and old[at - 1] and old[at + 1]:
            old[at] = True


def joined(rows: Sequence[str]) -> str:
    """Lines as a text without empty ones at its ends."""
    return "\n".join(rows).strip("\n").rstrip()
