"""Which conversation a webmail tab shows."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from repliquette.pipeline.lookup import Visible, exchange_guid, lookup
from repliquette.store import Store
from support.mail import ANA, ME, NOW, message

GUID = bytes(range(1, 17))


def convid(*, packed=False):
    """A conversation id as Exchange makes it: format, mailbox GUID as text, folder id, conversation GUID."""
    body = b"\x04" + (36).to_bytes(2, "little") + b"0" * 36 + (16).to_bytes(2, "little") + GUID
    if packed:  # 36 equal bytes become two and a count
        body = body.replace(b"0" * 36, b"00" + bytes([34]))
    raw = bytes([int(packed)]) + body
    return base64.b64encode(raw).decode().replace("/", "-").replace("+", "_").rstrip("=")


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    account = store.account_id(ME.email)
    store.add(
        account,
        [
            message(message_id="g", subject="Gmail", gmail_thread=0x18C2F0A1B2C3D4E5, gmail_message=77),
            message(message_id="x", subject="Exchange", exchange_thread=GUID.hex()),
            message(message_id="s", subject="Re: Lunch on Friday", ago=5),
        ],
    )
    yield store
    store.close()


@pytest.mark.parametrize(
    ("visible", "message_id", "certainty"),
    [
        (Visible(gmail_thread=0x18C2F0A1B2C3D4E5), "g", "exact"),
        (Visible(gmail_message=77), "g", "exact"),
        (Visible(exchange_conversation=convid()), "x", "exact"),
        (Visible(exchange_conversation=convid(packed=True)), "x", "exact"),
        (Visible(message_id="<s>"), "s", "exact"),
        (Visible(subject="AW: Lunch on friday", sender="ANA@client.example"), "s", "likely"),
        (Visible(gmail_thread=1, subject="Lunch on Friday", sender=ANA.email), "s", "likely"),
        (Visible(subject="Lunch on Friday", sender=ANA.email, date=NOW - timedelta(hours=5, minutes=9)), "s", "likely"),
    ],
    ids=str,
)
def test_found(store, visible, message_id, certainty):
    match = lookup(store, visible)

    assert match.id == store.find(message_id=message_id)
    assert match.certainty == certainty
    assert match.why


@pytest.mark.parametrize(
    "visible",
    [
        Visible(),
        Visible(gmail_thread=5),
        Visible(subject="Lunch on Friday"),
        Visible(subject="Lunch on Friday", sender="other@client.example"),
        Visible(subject="Lunch on Friday", sender=ANA.email, date=NOW),
        Visible(exchange_conversation="not base64 !"),
        Visible(exchange_conversation="AAAA"),
    ],
    ids=str,
)
def test_not_found_rather_than_guessed(store, visible):
    assert lookup(store, visible) is None


@pytest.mark.parametrize("text", ["", "AA", "!!!!", "AQ", base64.b64encode(b"\x01" + b"\x00" * 60).decode()])
def test_an_exchange_id_of_another_form_has_no_guid(text):
    assert exchange_guid(text) == ""
