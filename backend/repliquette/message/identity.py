"""Which message, of which thread, of when: the identifying fields of a head.

Message-IDs (RFC 5322 §3.6.4) are kept without angle brackets.  A message without
one gets an id made of its own content, the same on every reading.  Exchange's
Thread-Index (MS-OXOMSG 2.2.1.2) holds the conversation's GUID in bytes 6 to 22.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from repliquette.limits import REFERENCES
from repliquette.message.headers import Headers, base64_bytes

_BRACKETED = re.compile(r"<\s*([^<>\s\x00-\x1f\x7f]{1,400})\s*>")
_BARE = re.compile(r"[^<>\s\x00-\x1f\x7f,;\"()]{1,400}@[^<>\s\x00-\x1f\x7f,;\"()]{1,400}")
_FIELD_CHARS = 50_000
_GUID = slice(6, 22)
_DAY_S = 86_400


def message_ids(values: list[str]) -> tuple[str, ...]:
    """The ids of a field, in order, each once; of too many the first and the latest stay."""
    text = " ".join(values)[:_FIELD_CHARS]
    found = list(dict.fromkeys(_BRACKETED.findall(text) or _BARE.findall(text)))
    return tuple(found if len(found) <= REFERENCES else [found[0], *found[1 - REFERENCES :]])


def message_id(headers: Headers, *content: str) -> str:
    """The id of the message, or one made of its `content`."""
    found = message_ids(headers.every("message-id"))
    if found:
        return found[0]
    digest = hashlib.sha256("\0".join(content).encode("utf-8", "replace")).hexdigest()
    return f"{digest[:32]}@no-message-id.invalid"


def exchange_thread(headers: Headers) -> str:
    """32 hexadecimal digits, or "" where there is no (readable) Thread-Index."""
    raw = base64_bytes(headers.first("thread-index")[:4_000].encode("ascii", "ignore"))
    return raw[_GUID].hex() if len(raw) >= _GUID.stop and raw[0] == 1 else ""


def sent_at(headers: Headers, internal_date: datetime | None, remarks: set[str]) -> tuple[datetime, timedelta]:
    """When it was sent (UTC), and the sender's offset from UTC.

    A missing or impossible Date is replaced by the server's date, then by the
    topmost Received; the remark "no_date" says so.
    """
    stated = _moment(headers.first("date"))
    if stated is not None:
        return stated.astimezone(UTC), stated.utcoffset() or timedelta(0)
    remarks.add("no_date")
    received = _moment(headers.first("received").rpartition(";")[2])
    found = internal_date or received or datetime(1970, 1, 1, tzinfo=UTC)
    return found.astimezone(UTC), timedelta(0)


def _moment(text: str) -> datetime | None:
    try:
        parsed = parsedate_tz(text[:200])
        if parsed is None:
            return None
        offset = parsed[9] or 0
        zone = timezone(timedelta(seconds=offset)) if abs(offset) < _DAY_S else UTC
        moment = datetime(*parsed[:6], tzinfo=zone)
        moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment
