"""A page of text in the making: lines, quote marks, lists, table rows, and where older mail begins."""

from __future__ import annotations

import re
from itertools import pairwise

from repliquette.message.htmlmarks import Mark

_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_BLANKS = re.compile(r"\n{3,}")
_QUOTES_DEEP = 20
_LISTS_DEEP = 8
_RULE = "_" * 32


class Page:
    """Lines are finished one by one; `quotes` and `preformatted` count open elements."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.quotes = 0
        self.preformatted = 0
        self.hidden = False
        self._lines: list[str] = []
        self._line = ""
        self._start = ""
        self._lists: list[int | None] = []
        self._rows: list[tuple[int, list[int]]] = []
        self._older: int | None = None
        self._introduction: int | None = None

    @property
    def _mark(self) -> str:
        return "> " * min(self.quotes, _QUOTES_DEEP)

    def write(self, text: str) -> None:
        """Add words to the line; outside `pre` all white space is one space."""
        if self.preformatted:
            first, *more = text.replace("\r", "").split("\n")
            self._line += first
            for row in more:
                self.end_line(blank=not self._line.strip())
                self._line = row
            return
        words = _SPACE.sub(" ", text)
        self._line += words.lstrip() if not self._line or self._line.endswith(" ") else words

    def end_line(self, *, blank: bool = False) -> None:
        """Finish the line; `blank` leaves an empty one below it."""
        if self._line.strip():
            self._lines.append(self._mark + self._start + self._line.rstrip())
            self._start = ""
        self._line = ""
        if blank and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._mark.rstrip())

    def break_line(self) -> None:
        """A line end that the sender typed: two of them leave an empty line."""
        self.end_line(blank=not self._line.strip())

    def rule(self) -> None:
        """A line across the page."""
        self._lines.append(self._mark + _RULE)

    def open_list(self, number: int | None) -> None:
        """A list; `number` is that of its first item where they are numbered."""
        self._lists.append(number)

    def close_list(self) -> None:
        """The list is over."""
        if self._lists:
            self._lists.pop()
        self._start = ""

    def open_item(self) -> None:
        """An item of the innermost list; its mark is written with its first words."""
        number = self._lists[-1] if self._lists else None
        depth = "  " * min(max(len(self._lists) - 1, 0), _LISTS_DEEP)
        self._start = f"{depth}- " if number is None else f"{depth}{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def open_row(self) -> None:
        """A table row."""
        self._rows.append((len(self._lines), []))

    def open_cell(self) -> None:
        """A cell of the innermost row."""
        if self._rows:
            self._rows[-1][1].append(len(self._lines))

    def close_row(self) -> None:
        """Put the cells of a row on one line where each has at most one."""
        if not self._rows:
            return
        first, cells = self._rows.pop()
        bounds = [*cells, len(self._lines)]
        written = [[row for row in self._lines[a:b] if row.strip("> ")] for a, b in pairwise(bounds)]
        if len(written) > 1 and all(len(rows) <= 1 for rows in written):
            words = [rows[0].removeprefix(self._mark) for rows in written if rows]
            self._lines[first:] = [self._mark + " | ".join(words)] if words else []

    def mark(self, mark: Mark) -> None:
        """Keep what a mail program says of the element that opens here."""
        if mark is Mark.OLDER and self._older is None and not self.quotes:
            self.end_line()
            self._older = len(self._lines)
        elif mark is Mark.INTRODUCTION and self._introduction is None:
            self.end_line()
            self._introduction = len(self._lines)
        elif mark is Mark.SIGNATURE and not self.quotes and not (self._lines and self._lines[-1].startswith("--")):
            self.end_line()
            self._lines.append("-- ")

    def close_introduction(self) -> None:
        """Make what introduces a quote part of it; a forward's banner stays as it is."""
        self.end_line()
        start, self._introduction = self._introduction, None
        if start is None or any(row.lstrip("> ").startswith("--") for row in self._lines[start : start + 1]):
            return
        self._lines[start:] = [f"> {row}" for row in self._lines[start:]]

    def finished(self, most: int) -> tuple[str, int | None]:
        """The text, at most so many characters of it, and the offset at which older mail begins."""
        self.end_line()
        if self._older is None:
            return _tidy(self._lines)[:most], None
        new, old = _tidy(self._lines[: self._older]), _tidy(self._lines[self._older :])
        text = f"{new}\n\n{old}" if new and old else new or old
        return text[:most], min(len(text) - len(old), most) if old else None


def _tidy(lines: list[str]) -> str:
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n").rstrip()
