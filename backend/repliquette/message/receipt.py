"""A read receipt (RFC 8098): of which message, and whether it was opened.

Outlook's own receipts ("Read:", "Not read:") often come without a report; their
subject tells as much.  A receipt is never an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from repliquette.message import report
from repliquette.message.identity import message_ids
from repliquette.message.parts import Part
from repliquette.model import Receipt

_UNOPENED = re.compile(
    r"\s*(?:not read|ungelesen|nicht gelesen|non lu|no leído|non letto|niet gelezen)\b", re.IGNORECASE
)


def read(subject: str, leaves: Iterable[Part]) -> Receipt:
    """What the receipt says; without a report only whether the message was opened."""
    for leaf in leaves:
        for fields in report.groups(leaf) if leaf.type in report.RECEIPT else ():
            if fields.has("disposition"):
                ids = message_ids([report.value(fields, "original-message-id")])
                became = fields.first("disposition").partition(";")[2].strip().lower()
                who = report.address(report.value(fields, "original-recipient", "final-recipient"))
                return Receipt(ids[0] if ids else "", who, _opened(became))
    return Receipt(opened=not _UNOPENED.match(subject))


def _opened(became: str) -> bool | None:
    """Only "displayed" and "deleted" are left in RFC 8098; older programs write more."""
    if became.startswith(("displayed", "processed", "dispatched")):
        return became.startswith("displayed") or None
    return False if became.startswith("deleted") else None
