"""What the sample mailbox writes, the reading room reads."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parseaddr

import pytest

from repliquette.demo import sample
from repliquette.message.lore import load
from repliquette.message.parse import parse
from repliquette.model import Kind, Message, RawMessage

NOW = datetime(2026, 7, 10, 22, 55, tzinfo=UTC)


@pytest.fixture(scope="module")
def read(root):
    """Each raw message with what our own parser makes of it."""
    lore = load(root / "rules")
    raws = [raw for messages in sample.load(NOW).folders.values() for raw, _ in messages]
    return [(raw, parse(RawMessage(raw), lore)) for raw in raws]


def test_every_message_is_readable(read):
    """The same identifier, sender and references as the standard library finds."""
    for raw, message in read:
        assert isinstance(message, Message)
        plain = message_from_bytes(raw)
        assert f"<{message.message_id}>" == plain["Message-ID"]
        assert message.sender.email == parseaddr(plain["From"])[1]
        assert [f"<{r}>" for r in message.references] == (plain["References"] or "").split()


def test_replies_say_only_what_is_new(read):
    """Every quoted history, in four languages and four programs, is told apart from the fresh text."""
    wrote = ("wrote:", "schrieb", "a écrit :", "escribió:", "Gesendet:", "Envoyé:", "Sent:")
    assert [m.message_id for _, m in read if any(w in m.fresh for w in wrote)] == []


def test_delivery_reports_and_notes_are_seen(read):
    kinds = [message.kind for _, message in read]
    assert kinds.count(Kind.BOUNCE) == 4
    assert kinds.count(Kind.AUTO_REPLY) >= 12
    assert kinds.count(Kind.VOICEMAIL) == 3
