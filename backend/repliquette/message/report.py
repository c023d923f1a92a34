"""The machine-readable parts of a message: delivery status, receipts, complaints, calendars.

RFC 3464, RFC 8098 and RFC 5965 share one shape: fields as in a mail's head, in
groups between empty lines.  Everything is bounded; fields beyond the bound are
not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from repliquette.message.headers import Headers, decoded, split_head
from repliquette.message.parts import Part

DELIVERY = ("message/delivery-status", "message/global-delivery-status")
RECEIPT = ("message/disposition-notification", "message/global-disposition-notification")
CALENDAR = ("text/calendar", "application/ics")
_READ = (*DELIVERY, *RECEIPT, *CALENDAR, "message/feedback-report")
_CHARS = 16_000
_GROUPS = 100
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_TYPED = re.compile(r"^\s*(?:rfc822|utf-8|x400|unknown|smtp|dns|x-[\w-]+)\s*;\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']{1,64}@[\w.-]{1,190}\w")


def words(leaves: Iterable[Part]) -> str:
    """What machines may read of a message, at most 16,000 characters a part."""
    return "\n\n".join(text(leaf) for leaf in leaves if leaf.type in _READ)


def text(leaf: Part) -> str:
    """The beginning of one part."""
    return leaf.text(set())[:_CHARS]


def groups(leaf: Part) -> Iterator[Headers]:
    """The groups of fields of a report."""
    for group in _EMPTY_LINE.split(text(leaf).strip(), maxsplit=_GROUPS)[:_GROUPS]:
        yield split_head(group.encode("utf-8", "replace"), set())[0]


def value(fields: Headers, *names: str) -> str:
    """The first of the fields that says something, without its type ("rfc822;")."""
    found = (decoded(_TYPED.sub("", fields.first(name)), set()).strip() for name in names)
    return next((text for text in found if text), "")


def address(words: str) -> str:
    """The first address in some words, in lower case, or ""."""
    found = _ADDRESS.search(words)
    return found[0].lower() if found else ""


def addresses(words: str) -> Iterator[str]:
    """Every address in some words, in lower case."""
    yield from (found[0].lower() for found in _ADDRESS.finditer(words))
