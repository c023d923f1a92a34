"""The text of a message taken apart: what is new, quoted, forwarded, signature, footer.

Only `fresh` speaks for the sender, so a doubtful line stays fresh.  Answers
between quotes stay fresh; a message that only forwards has an empty `fresh`.
Every line of the text ends up in exactly one zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from repliquette.limits import TEXT_CHARS
from repliquette.message.closing import Closing
from repliquette.message.html import HtmlText, html_to_text
from repliquette.message.introductions import Lines, introduced
from repliquette.message.lore import Lore
from repliquette.message.quotes import Border, Cut, cut_at, first_cut, opening
from repliquette.message.zones import FOOTERS, Zone, ZoneKind

__all__ = ["HtmlText", "Parts", "Zone", "ZoneKind", "fresh_at", "html_to_text", "split", "zones"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The zones of a text, each kind put together; each may be empty."""

    fresh: str
    quoted: str = ""
    forwarded: str = ""
    signature: str = ""
    footer: str = ""


def zones(text: str, lore: Lore, *, forward: bool = False, older: int | None = None) -> tuple[Zone, ...]:
    """The zones of a text (of at most `limits.TEXT_CHARS` of it), covering all of it, in order.

    `forward` says that the subject announces a forward ("FW:"), so that an
    original below the text is something passed on, not something answered.
    `older` is the offset from which the structure of an HTML page says that
    everything is older mail.
    """
    lines = Lines(text[:TEXT_CHARS], lore.quotes)
    return lines.zones(_kinds(lines, lore, forward=forward, older=older))


def split(text: str, lore: Lore, *, forward: bool = False, older: int | None = None) -> Parts:
    """Take a text apart; parameters as for `zones`.

    `fresh` is the lines of the fresh zones, joined by LF, without white space at
    its two ends; `fresh_at` leads its offsets back to the text.
    """
    lines = Lines(text[:TEXT_CHARS], lore.quotes)
    kinds = _kinds(lines, lore, forward=forward, older=older)
    return Parts(
        fresh=lines.joined(kinds, ZoneKind.FRESH).strip(),
        quoted=lines.joined(kinds, ZoneKind.QUOTED),
        forwarded=lines.joined(kinds, ZoneKind.FORWARDED),
        signature=lines.joined(kinds, ZoneKind.SIGNATURE),
        footer=lines.joined(kinds, *FOOTERS),
    )


def fresh_at(text: str, found: tuple[Zone, ...], start: int, end: int) -> tuple[int, int]:
    """The span of `text` for the characters [start, end) of its fresh text; `found` are its zones."""
    places = [place for zone in found if zone.kind is ZoneKind.FRESH for place in _places(text, zone)]
    skipped = next((n for n, place in enumerate(places) if not text[place].isspace()), 0)
    return places[skipped + start], places[skipped + max(start, end - 1)] + (end > start)


def _places(text: str, zone: Zone) -> Iterator[int]:
    """The offsets of a zone, CR LF counted as one."""
    return (n for n in range(zone.start, zone.end) if text[n : n + 2] != "\r\n")


def _kinds(lines: Lines, lore: Lore, *, forward: bool, older: int | None) -> list[ZoneKind]:
    """What each line is."""
    cut = first_cut(lines)
    if older is not None and (cut is None or lines.starts[cut.line] > older):
        cut = cut_at(lines, older)
    end = len(lines.rows) if cut is None else cut.line
    old = introduced(lines, end)
    kinds = [ZoneKind.QUOTED if is_old else ZoneKind.FRESH for is_old in old]
    top = opening(lines) if end else 0
    kinds[:top] = [ZoneKind.QUOTED] * min(top, end)
    Closing(lines.rows, kinds, lore.quotes).take_all()
    return lines.settled(kinds + [_below(lines, kinds, cut, forward=forward)] * (len(lines.rows) - end))


def _below(lines: Lines, kinds: list[ZoneKind], cut: Cut | None, *, forward: bool) -> ZoneKind:
    """Whether what lies below the border was passed on or answered."""
    if cut is None or cut.border is Border.QUOTED:
        return ZoneKind.QUOTED
    empty = not any(kind is ZoneKind.FRESH and row.strip() for kind, row in zip(kinds, lines.rows, strict=False))
    return ZoneKind.FORWARDED if forward or empty or cut.border is Border.FORWARDED else ZoneKind.QUOTED
