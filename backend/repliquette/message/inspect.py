"""One message laid open for a person: what was read of it, its whole text in zones, the dates in it.

The same readers as the desk uses, in the same order; attachments are named, never opened (S27).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from repliquette.limits import MESSAGE_BYTES
from repliquette.message import dates
from repliquette.message.body import read_body
from repliquette.message.dates import Away, Found
from repliquette.message.headers import split_head
from repliquette.message.lore import Lore
from repliquette.message.parse import forwards, parse
from repliquette.message.parts import parts
from repliquette.message.text import Zone, fresh_at, zones
from repliquette.model import Message, RawMessage, Unreadable

_LINE_END = re.compile(rb"\r\n?")


@dataclass(frozen=True, slots=True)
class Inspection:
    """`zones` cover `text`; the offsets of the dates count characters of `message.fresh`."""

    message: Message
    text: str
    zones: tuple[Zone, ...]
    away: Away | None
    promised: Found | None
    deadline: Found | None

    def place(self, found: Away | Found) -> tuple[int, int]:
        """Where the words of a date stand in `text`."""
        return fresh_at(self.text, self.zones, found.start, found.end)


def inspect(raw: RawMessage, lore: Lore) -> Inspection | Unreadable:
    """Read one message and keep what was seen on the way."""
    message = parse(raw, lore)
    if isinstance(message, Unreadable):
        return message
    text, found = _layout(raw, message.subject, lore)
    known = (message.fresh, message.date, lore)
    return Inspection(
        message,
        text,
        found,
        dates.away(*known, language=message.language, utc_offset=message.utc_offset),
        dates.promised_date(*known, language=message.language, utc_offset=message.utc_offset),
        dates.deadline(*known, language=message.language, utc_offset=message.utc_offset),
    )


def _layout(raw: RawMessage, subject: str, lore: Lore) -> tuple[str, tuple[Zone, ...]]:
    """The text that a reader sees, and its zones."""
    remarks: set[str] = set()  # `parse` has told them
    headers, content = split_head(_LINE_END.sub(b"\n", raw.raw[:MESSAGE_BYTES]).lstrip(b"\n"), remarks)
    leaves = [leaf for leaf in parts(headers, content, remarks) if not leaf.enclosed]
    body = read_body(leaves, remarks)
    return body.text, zones(body.text, lore, forward=forwards(subject), older=body.older)
