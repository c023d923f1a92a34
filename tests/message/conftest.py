"""The compiled lore (it takes a moment), and mail made of a few words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from repliquette.message import lore as lore_door
from repliquette.message.lore import Lore
from repliquette.message.parse import parse
from repliquette.model import Message, RawMessage
from repliquette.rulebook.files import shipped_rules


@pytest.fixture(scope="session")
def lore() -> Lore:
    """What the shipped rules say of mail."""
    return lore_door.load(shipped_rules())


@pytest.fixture
def read(lore) -> Callable[..., Message]:
    """Read a message that must be readable."""

    def reading(raw: str | bytes, **known) -> Message:
        data = raw if isinstance(raw, bytes) else raw.encode("utf-8")
        message = parse(RawMessage(data, **known), lore)
        assert isinstance(message, Message), message
        return message

    return reading
