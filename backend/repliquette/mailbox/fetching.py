"""Little of each message: its head, and its text where that is worth reading (design: "little per message")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from imapclient.datetime_util import parse_to_datetime

from repliquette.limits import FETCH_BATCH, FETCH_BYTES
from repliquette.mailbox import heard
from repliquette.mailbox.connection import ReadingConnection
from repliquette.mailbox.heard import Opened
from repliquette.mailbox.source import Wants
from repliquette.mailbox.wire import Fetched, number, string
from repliquette.model import FolderRole, MessageKey, RawMessage

_ITEMS = "UID FLAGS INTERNALDATE RFC822.SIZE"
_GMAIL_ITEMS = " X-GM-THRID X-GM-MSGID X-GM-LABELS"


def fetch(
    connection: ReadingConnection, opened: Opened, uids: Sequence[int], role: FolderRole, wants: Wants, *, gmail: bool
) -> Iterator[RawMessage]:
    """The messages in the order given, those that vanished left out; `opened` is the folder that is open.

    A message whose header `wants` declines comes as its header alone.
    """
    for start in range(0, len(uids), FETCH_BATCH):
        batch = uids[start : start + FETCH_BATCH]
        items = _ITEMS + _GMAIL_ITEMS * gmail + f" BODY.PEEK[]<0.{FETCH_BYTES}>"
        answers = connection.fetch_items(batch, items, asked=len(batch) * FETCH_BYTES)
        found = {one.uid: one for one in answers}
        for uid in batch:
            if uid in found:
                yield _message(found[uid], MessageKey(opened.name, opened.uidvalidity, uid), role)


def _message(one: Fetched, key: MessageKey, role: FolderRole) -> RawMessage:
    said = one.items
    raw = bytes(string(said.get(b"BODY[]")) or b"")
    size = number(said.get(b"RFC822.SIZE")) or 0
    flags = said.get(b"FLAGS")
    return RawMessage(
        raw=raw,
        key=key,
        role=role,
        flags=heard.flag_words(flags) if isinstance(flags, list) else frozenset(),
        internal_date=_when(string(said.get(b"INTERNALDATE"))),
        gmail_thread=number(said.get(b"X-GM-THRID")) or None,
        gmail_message=number(said.get(b"X-GM-MSGID")) or None,
        labels=heard.labels(said.get(b"X-GM-LABELS")),
        truncated=len(raw) >= FETCH_BYTES and size > len(raw),
        size=size,
    )


def _when(said: bytes | None) -> datetime | None:
    try:
        when: datetime = parse_to_datetime(said or b"", normalise=False)
        return when.astimezone(UTC)
    except (ValueError, TypeError):
        return None
