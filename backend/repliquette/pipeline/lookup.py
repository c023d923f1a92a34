"""Which conversation a webmail tab shows: by identifiers first, then by what is visible."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from repliquette.conversation.thread import subject_key
from repliquette.store import Store

# A webmail shows minutes at most, in the reader's zone; senders' clocks differ by some more.
SAME_TIME = timedelta(minutes=10)
GUID_BYTES = 16
_RUN = 2  # MS-OXCEXT 3.1.4.5: two equal bytes are followed by how many more of them come
_MAILBOX_GUID_BASED = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A conversation found; `certainty` is "exact" or "likely", `why` says by what."""

    id: str
    certainty: str
    why: str


@dataclass(frozen=True, slots=True)
class Visible:
    """What a webmail page tells of the conversation it shows; Gmail's ids as numbers, as IMAP gives them."""

    gmail_thread: int | None = None
    gmail_message: int | None = None
    exchange_conversation: str | None = None
    message_id: str | None = None
    subject: str | None = None
    sender: str | None = None
    date: datetime | None = None


def lookup(store: Store, visible: Visible) -> Match | None:
    """The conversation meant, or None where none is known."""
    for name, value, why in _identifiers(visible):
        found = store.find(**{name: value})
        if found:
            return Match(found, "exact", why)
    return _by_sight(store, visible)


def _identifiers(visible: Visible) -> Iterator[tuple[str, object, str]]:
    if visible.gmail_message is not None:
        yield "gmail_message", visible.gmail_message, "Gmail message id"
    if visible.gmail_thread is not None:
        yield "gmail_thread", visible.gmail_thread, "Gmail thread id"
    guid = exchange_guid(visible.exchange_conversation or "")
    if guid:
        yield "exchange_thread", guid, "Exchange conversation id"
    if visible.message_id:
        yield "message_id", visible.message_id.strip("<> "), "Message-ID"


def _by_sight(store: Store, visible: Visible) -> Match | None:
    key = subject_key(visible.subject or "")
    if not key or not visible.sender:
        return None
    found = store.find_visible(key, visible.sender.lower(), visible.date, SAME_TIME)
    why = "subject, sender and date" if visible.date else "subject and sender"
    return Match(found, "likely", why) if found else None


def exchange_guid(conversation_id: str) -> str:
    """The GUID inside an Exchange conversation id, as 32 hex digits; "" where there is none.

    Outlook's `data-convid` is base64 with "-" for "/" and "_" for "+"; its last 16
    bytes are bytes 6 to 22 of the Thread-Index header (MS-OXOMSG 2.2.1.2).
    """
    text = conversation_id.replace("-", "/").replace("_", "+")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error):
        return ""
    if len(raw) < GUID_BYTES:
        return ""
    body = _unpacked(raw[1:]) if raw[0] == 1 else raw[1:]
    known = len(body) > GUID_BYTES and body[0] == _MAILBOX_GUID_BASED
    return body[-GUID_BYTES:].hex() if known else ""


def _unpacked(body: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(body):
        if at + _RUN < len(body) and body[at] == body[at + 1]:
            out += bytes([body[at]]) * (body[at + _RUN] + _RUN)
            at += _RUN + 1
        else:
            out.append(body[at])
            at += 1
    return bytes(out)
