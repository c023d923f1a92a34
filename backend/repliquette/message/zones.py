"""The zones of a text: which characters are new, quoted, forwarded, signature, footer.

Zones lie one behind the other and cover the whole text: each begins where the one
before it ends, at the start of a line, and takes its line ends with it.  Two
neighbours never have the same kind.  An empty line belongs to the zone above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

_LINE_END = re.compile(r"\r\n|\r|\n")


class ZoneKind(StrEnum):
    """What a stretch of a text is."""

    FRESH = "fresh"
    QUOTED = "quoted"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"
    LEGAL = "legal"
    LIST_FOOTER = "list_footer"
    SENT_FROM = "sent_from"


FOOTERS = (ZoneKind.LEGAL, ZoneKind.LIST_FOOTER, ZoneKind.SENT_FROM)


@dataclass(frozen=True, slots=True)
class Zone:
    """The characters [start, end) of a text."""

    kind: ZoneKind
    start: int
    end: int


class Rows:
    """The lines of a text without their line ends (LF, CR LF, CR), and where each begins."""

    __slots__ = ("length", "rows", "starts")

    def __init__(self, text: str) -> None:
        """Cut `text` at its line ends."""
        ends = list(_LINE_END.finditer(text))
        self.starts = [0, *(end.end() for end in ends)]
        stops = [*(end.start() for end in ends), len(text)]
        self.rows = [text[start:stop] for start, stop in zip(self.starts, stops, strict=True)]
        self.length = len(text)

    def settled(self, kinds: Sequence[ZoneKind]) -> list[ZoneKind]:
        """The kinds of the rows, where empty rows follow the row above them."""
        found = list(kinds)
        for n in range(1, len(found)):
            if not self.rows[n].strip():
                found[n] = found[n - 1]
        return found

    def zones(self, kinds: Sequence[ZoneKind]) -> tuple[Zone, ...]:
        """The zones that the kinds of the rows make."""
        bounds = [*self.starts, self.length]
        runs = [(kind, [n for n, _ in run]) for kind, run in groupby(enumerate(kinds), key=lambda pair: pair[1])]
        found = (Zone(kind, bounds[run[0]], bounds[run[-1] + 1]) for kind, run in runs)
        return tuple(zone for zone in found if zone.end > zone.start)

    def joined(self, kinds: Sequence[ZoneKind], *wanted: ZoneKind) -> str:
        """The rows of the wanted kinds as a text, without empty rows at its ends."""
        return "\n".join(row for row, kind in zip(self.rows, kinds, strict=True) if kind in wanted).strip("\n").rstrip()
