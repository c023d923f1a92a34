"""The end of a text: signature, "sent from my …", footers of lists and lawyers.

Works from the last line upwards and takes only what is surely not part of the
letter.  A sign-off and the name under it stay with the letter: they are courtesy.
"""

from __future__ import annotations

import re

from repliquette.message.lore import QuoteLore
from repliquette.rulebook.normal import Normal, normalise

_DELIMITER = re.compile(r"(?:--|—|–|_{2,}|-{2,}) ?\s*$")
_RULE = re.compile(r"\s*[-_=*~#]{3,}\s*$")
_CONTACT = re.compile(
    r"\(?\+?\d[\d ()./-]{6,}\d|\bwww\.|https?://|\S+@\S+\.\w|\b(?:tel|phone|fax|mobile|cell|telefon|tél|móvil)\b",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 20
_FOOTER_PARAGRAPHS = 8
_PARAGRAPH_CHARS = 4_000
_LAST_LINES = 6
_SHORT = 70


def take_footer(rows: list[str], lore: QuoteLore) -> list[str]:
    """Remove legal and list footers and program lines from the end of `rows`; give them back."""
    taken: list[str] = []
    for start in _paragraphs(rows)[: -_FOOTER_PARAGRAPHS - 1 : -1]:
        rest = rows[start:]
        ruled = all(not row.strip() or _RULE.match(row) for row in rest)
        if not ruled and not _is_footer("\n".join(rest), lore, first=start == 0):
            break
        taken = rest + taken
        del rows[start:]
    return _take_program_lines(rows, lore) + taken


def _paragraphs(rows: list[str]) -> list[int]:
    """The line numbers at which paragraphs begin."""
    return [n for n, row in enumerate(rows) if row.strip() and (n == 0 or not rows[n - 1].strip())]


def _is_footer(text: str, lore: QuoteLore, *, first: bool) -> bool:
    if first:
        return False
    normal = Normal(text[:_PARAGRAPH_CHARS])
    return bool(lore.legal.which(normal) or lore.list_footer.which(normal))


def _take_program_lines(rows: list[str], lore: QuoteLore) -> list[str]:
    last = [n for n, row in enumerate(rows) if row.strip()][-_LAST_LINES:]
    found = [n for n in last if lore.sent_from.matches(normalise(rows[n]))]
    taken = [rows[n] for n in found]
    for n in reversed(found):
        del rows[n]
    return taken


def take_signature(rows: list[str], lore: QuoteLore) -> list[str]:
    """Remove the signature from the end of `rows`; give it back."""
    start = _delimited(rows)
    if start is None:
        start = _below_sign_off(rows, lore)
    if start is None:
        start = _contact_block(rows)
    if start is None:
        return []
    taken = rows[start:]
    del rows[start:]
    return taken


def _delimited(rows: list[str]) -> int | None:
    """The first "-- " line with no more below it than a signature has."""
    window = range(max(0, len(rows) - _SIGNATURE_LINES), len(rows))
    return next((n for n in window if _DELIMITER.match(rows[n])), None)


def _below_sign_off(rows: list[str], lore: QuoteLore) -> int | None:
    """What stands below "Best regards" and a name, where it is short lines with a telephone or the like."""
    window = range(max(0, len(rows) - _SIGNATURE_LINES), len(rows))
    sign_off = next((n for n in window if len(rows[n]) < _SHORT and lore.sign_offs.matches(normalise(rows[n]))), None)
    if sign_off is None:
        return None
    below = [n for n in range(sign_off + 1, len(rows)) if rows[n].strip()]
    return below[1] if len(below) > 1 and _looks_like_card([rows[n] for n in below[1:]]) else None


def _contact_block(rows: list[str]) -> int | None:
    starts = _paragraphs(rows)
    start = starts[-1] if len(starts) > 1 else 0
    block = [row for row in rows[start:] if row.strip()]
    return start if start and len(block) >= 3 and _looks_like_card(block) else None  # noqa: PLR2004 - name, firm, telephone


def _looks_like_card(block: list[str]) -> bool:
    spoken = any(len(row) > _SHORT or row.rstrip().endswith("?") for row in block)
    return not spoken and any(_CONTACT.search(row) for row in block)
