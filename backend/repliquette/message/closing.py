"""The end of a text: signature, "sent from my …", footers of lists and lawyers; the warning on top.

Works from the last line upwards and takes only what is surely not part of the
letter.  A sign-off and the name under it stay with the letter: they are courtesy.
"""

from __future__ import annotations

import re

from repliquette.message.lore import QuoteLore
from repliquette.message.zones import ZoneKind
from repliquette.rulebook.normal import Normal, normalise

_DELIMITER = re.compile(r"(?:--|—|–|---|__) ?\s*$")
_LONG_DELIMITER = re.compile(r"(?:_{3,}|[-—–=]{4,})\s*$")
_RULE = re.compile(r"\s*(?:[-_=*~#—–]{3,}|ᐧ)\s*$")
_DASHED_NAME = re.compile(r"\s*[-/~][^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,2}\s*$")
_CONTACT = re.compile(
    r"\(?\+?\d[\d ()./-]{6,}\d|\bwww\.|https?://|\S+@\S+\.\w|\b(?:tel|phone|fax|mobile|cell|telefon|tél|móvil)\b",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 20
_FOOTER_PARAGRAPHS = 8
_PARAGRAPH_CHARS = 4_000
_LAST_LINES = 6
_SHORT = 70


class Closing:
    """The lines of a text still held to be new, from which the ends are taken one by one."""

    def __init__(self, rows: list[str], kinds: list[ZoneKind], lore: QuoteLore) -> None:
        """`kinds` is changed: lines that are not part of the letter get their own kind."""
        self._lore = lore
        self._kinds = kinds
        self._all = rows
        self._lines: list[int] = []
        self._look()

    def _look(self) -> None:
        self._lines = [n for n, kind in enumerate(self._kinds) if kind is ZoneKind.FRESH]
        self._rows = [self._all[n] for n in self._lines]

    def _take(self, start: int, kind: ZoneKind, end: int | None = None) -> None:
        for n in self._lines[start:end]:
            self._kinds[n] = kind
        self._look()

    def take_all(self) -> None:
        """Mark every end that the text has."""
        self._take_warning()
        self._take_footers()
        self._take_signature()
        self._take_program_lines()

    def _take_warning(self) -> None:
        """A server's warning of strangers, put above the letter."""
        starts = _paragraphs(self._rows)
        if len(starts) > 1 and self._lore.warning.which(Normal("\n".join(self._rows[: starts[1]])[:_PARAGRAPH_CHARS])):
            self._take(0, ZoneKind.LEGAL, starts[1])

    def _take_footers(self) -> None:
        kind = ZoneKind.LEGAL
        for start in _paragraphs(self._rows)[: -_FOOTER_PARAGRAPHS - 1 : -1]:
            if start == 0 and not self._is_ruled(start):
                return
            if not self._is_ruled(start):
                found = self._footer("\n".join(self._rows[start:])[:_PARAGRAPH_CHARS])
                if found is None:
                    return
                kind = found
            self._take(start, kind)

    def _is_ruled(self, start: int) -> bool:
        return all(not row.strip() or _RULE.match(row) for row in self._rows[start:])

    def _footer(self, text: str) -> ZoneKind | None:
        normal = Normal(text)
        if self._lore.list_footer.which(normal):
            return ZoneKind.LIST_FOOTER
        return ZoneKind.LEGAL if self._lore.legal.which(normal) else None

    def _take_program_lines(self) -> None:
        """What telephones add; what stands below it, though nothing says so, is what was answered."""
        written = [n for n, row in enumerate(self._rows) if row.strip()]
        if not written or not self._lore.sent_from.may_match(map(normalise, self._all)):
            return
        added = {n for n in written if self._is_program_line(n)}
        border = next((n for n in written[1:] if n in added and self._stands_apart(n)), None)
        first = written[-_LAST_LINES:][0] if border is None else min(border, written[-_LAST_LINES:][0])
        below = next((n for n in written if border is not None and n > border and n not in added), len(self._rows))
        lines = self._lines
        for n in [n for n in added if first <= n < below]:
            self._kinds[lines[n]] = ZoneKind.SENT_FROM
        self._take(below, ZoneKind.QUOTED)
        for line, kind in enumerate(self._kinds):
            if kind is ZoneKind.SIGNATURE and self._lore.sent_from.matches(normalise(self._all[line])):
                self._kinds[line] = ZoneKind.SENT_FROM

    def _is_program_line(self, at: int) -> bool:
        return self._lore.sent_from.matches(normalise(self._rows[at]))

    def _stands_apart(self, at: int) -> bool:
        return not self._rows[at - 1].strip() and (at + 1 == len(self._rows) or not self._rows[at + 1].strip())

    def _take_signature(self) -> None:
        rows = self._rows
        for found in (_delimited(rows), _below_sign_off(rows, self._lore), _dashed_name(rows), _contact_block(rows)):
            if found is not None:
                self._take(_with_rule(rows, found), ZoneKind.SIGNATURE)
                return


def _with_rule(rows: list[str], start: int) -> int:
    """A ruled line above a signature belongs to it."""
    above = next((n for n in range(start - 1, -1, -1) if rows[n].strip()), 0)
    return above if above and _RULE.match(rows[above]) else start


def _paragraphs(rows: list[str]) -> list[int]:
    """The line numbers at which paragraphs begin."""
    return [n for n, row in enumerate(rows) if row.strip() and (n == 0 or not rows[n - 1].strip())]


def _delimited(rows: list[str]) -> int | None:
    """The first "-- " line with no more below it than a signature has."""
    window = range(max(0, len(rows) - _SIGNATURE_LINES), len(rows))
    return next((n for n in window if _DELIMITER.match(rows[n]) or _delimits_at_length(rows, n)), None)


def _delimits_at_length(rows: list[str], at: int) -> bool:
    """A long line of dashes parts a signature off only below an empty line; elsewhere it underlines."""
    return _LONG_DELIMITER.match(rows[at]) is not None and (at == 0 or not rows[at - 1].strip())


def _below_sign_off(rows: list[str], lore: QuoteLore) -> int | None:
    """What stands below "Best regards" and a name, where it is short lines with a telephone or the like."""
    window = range(max(0, len(rows) - _SIGNATURE_LINES), len(rows))
    if not lore.sign_offs.may_match(normalise(rows[n]) for n in window):
        return None
    sign_off = next((n for n in window if len(rows[n]) < _SHORT and lore.sign_offs.matches(normalise(rows[n]))), None)
    if sign_off is None:
        return None
    below = [n for n in range(sign_off + 1, len(rows)) if rows[n].strip()]
    return below[1] if len(below) > 1 and _looks_like_card([rows[n] for n in below[1:]]) else None


def _dashed_name(rows: list[str]) -> int | None:
    """A last paragraph that is a dash and a name ("-Jo")."""
    starts = _paragraphs(rows)
    if len(starts) < 2 or any(row.strip() for row in rows[starts[-1] + 1 :]):  # noqa: PLR2004 - a letter above it
        return None
    return starts[-1] if _DASHED_NAME.match(rows[starts[-1]]) else None


def _contact_block(rows: list[str]) -> int | None:
    starts = _paragraphs(rows)
    start = starts[-1] if len(starts) > 1 else 0
    block = [row for row in rows[start:] if row.strip()]
    return start if start and len(block) >= 3 and _looks_like_card(block) else None  # noqa: PLR2004 - name, firm, telephone


def _looks_like_card(block: list[str]) -> bool:
    spoken = any(len(row) > _SHORT or row.rstrip().endswith("?") for row in block)
    return not spoken and any(_CONTACT.search(row) for row in block)
