"""Where a text stops being new: the borders behind which everything is older mail.

Knows: dashes with "Original Message" or "Forwarded by" in all languages of
`rules/lexicon`, blocks of From/Sent/To/Subject (below a ruled line in any
language), "On … wrote:" without ">" below it, the name-date-To blocks of Lotus
Notes, and text below the line that a telephone adds under what was typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from repliquette.message.introductions import Lines

_FIELD = re.compile(r"[\s*_]*([^\W\d_][\w -]{0,24}?)\s*[*_]*\s?:[*_]*")
_ANY_FIELD = re.compile(r"[\s*_]*[^\W\d_][\w .-]{0,24}?\s?[*_]*\s?:[*_]*\s?\S")
_LOTUS_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? (?:at )?\d{1,2}:\d\d(?::\d\d)? ?(?:[ap]m)?\b")
_COPIED = re.compile(r"[\s*_]*cc\s*[*_]*\s?:")
_NOTES_NAME = re.compile(r"\w/[A-Za-z]\w{0,30}(?:/\w{1,30}){0,3}@\w")
_GAP = 2
_RULE = re.compile(r"\s*[_=*-]{8,}\s*$")
_OUTLOOK_RULE = re.compile(r"\s*_{20,}\s*$")
_BLOCK_LINES = 14
_BLOCK_ROLES = 3
_LOTUS_LINES = 7
_NAME_CHARS = 90


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


def first_cut(lines: Lines) -> Cut | None:
    """The first border after which everything is older, or None."""
    written = False
    for at, row in enumerate(lines.folded):
        if not row.strip():
            continue
        if not lines.quoted[at]:
            border = _border(lines, at, row)
            # An introduction on top of everything leaves the question open who wrote the rest.
            if border is not None and (written or border is not Border.QUOTED):
                return Cut(_above(lines, at), border)
        written = written or not lines.introduction(at)
    return None


def cut_at(lines: Lines, offset: int) -> Cut:
    """The border at a place of the text known from the structure of the page."""
    line = sum(start < offset for start in lines.starts)
    border = next(
        (
            found
            for at in range(line, min(line + 3, len(lines.rows)))
            if (found := _border(lines, at, lines.folded[at]))
        ),
        Border.QUOTED,
    )
    return Cut(_above(lines, line), border)


def opening(lines: Lines) -> int:
    """The line behind an introduction at the very top of the text, or 0."""
    first = lines.next_written(0)
    return 0 if first is None or lines.quoted[first] else lines.introduction(first)


def _border(lines: Lines, at: int, row: str) -> Border | None:
    if "--" in row and lines.lore.original.matches(row):
        return Border.ORIGINAL
    if lines.may_forward and lines.lore.forwarded.matches(row):
        return Border.FORWARDED
    if (
        _opens_block(lines, at)
        or _opens_ruled_block(lines, at)
        or _opens_lotus(lines, at)
        or _opens_headless_lotus(lines, at)
    ):
        return Border.ORIGINAL
    end = lines.introduction(at)
    return Border.QUOTED if end and _stands_alone(lines, at, end) else None


def _above(lines: Lines, at: int) -> int:
    """A ruled line just above a border belongs to it."""
    while at > 0 and (not lines.rows[at - 1].strip() or _RULE.match(lines.rows[at - 1])):
        at -= 1
    return at


def _role(lines: Lines, at: int) -> str:
    """Which header field a line of a quoted head shows, or ""."""
    found = _FIELD.match(lines.folded[at]) if ":" in lines.folded[at] else None
    return lines.lore.fields.get(found[1].strip(), "") if found else ""


def _opens_block(lines: Lines, at: int) -> bool:
    if not _role(lines, at):
        return False
    roles = {_role(lines, n) for n in range(at, min(at + _BLOCK_LINES, len(lines.rows)))} - {""}
    return len(roles) >= _BLOCK_ROLES and "from" in roles


def _opens_ruled_block(lines: Lines, at: int) -> bool:
    """Outlook's ruled line, then at least three "Word: words" with a date or address: any language."""
    if not _OUTLOOK_RULE.match(lines.rows[at]):
        return False
    start = lines.next_written(at + 1)
    if start is None:
        return False
    block = lines.folded[start : start + _BLOCK_ROLES]
    fields = sum(_ANY_FIELD.match(row) is not None for row in block)
    return fields == _BLOCK_ROLES and re.search(r"\d:\d\d|@", " ".join(block)) is not None


def _opens_lotus(lines: Lines, at: int) -> bool:
    """A name, then a date with time, then "To:", on one line or on several."""
    if len(lines.rows[at]) > _NAME_CHARS and " to:" not in lines.folded[at]:
        return False
    near = lines.folded[at : at + 2]
    dated = next((n for n, row in enumerate(near, at) if _LOTUS_DATE.search(row)), None)
    if dated is None or (dated > at and _role(lines, at)):
        return False
    rest = range(dated, min(dated + _LOTUS_LINES, len(lines.rows)))
    return " to:" in lines.folded[dated] or any(_role(lines, n) == "to" for n in rest)


def _opens_headless_lotus(lines: Lines, at: int) -> bool:
    """A block of "To:", "cc:" and "Subject:" whose name and date got lost, below a gap or to names as Notes writes them."""
    if _role(lines, at) != "to" or lines.next_written(0) == at:
        return False
    near = range(at + 1, min(at + 1 + _LOTUS_LINES, len(lines.rows)))
    copied = next((n for n in near if _COPIED.match(lines.folded[n])), None)
    if copied is None or not any(_role(lines, n) == "subject" for n in range(copied + 1, near.stop)):
        return False
    parted = not any(row.strip() for row in lines.rows[max(0, at - _GAP) : at])
    return parted or _NOTES_NAME.search(" ".join(lines.rows[at:copied])) is not None


def _stands_alone(lines: Lines, at: int, end: int) -> bool:
    """An introduction with a date or address, after which no ">" comes: all the rest is the quote."""
    if not re.search(r"\d|@", " ".join(lines.folded[at:end])):
        return False
    following = lines.next_written(end)
    return following is None or not lines.quoted[following]
