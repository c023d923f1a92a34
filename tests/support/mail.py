"""Short ways to make messages in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from repliquette.model import Address, Conversation, Message, Owner

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday
ME = Address("kim@northwind.example", "Kim Lee")
ANA = Address("ana@client.example", "Ana Ruiz")
BEN = Address("ben@other.example", "Ben Ode")
OWNER = Owner(frozenset({ME.email}), "Kim Lee", "Europe/Berlin")


def message(
    text: str = "", *, sender: Address = ANA, to: tuple[Address, ...] = (ME,), ago: float = 24, subject="Plans", **more
) -> Message:
    """A message `ago` hours before NOW; its id is made from its subject and age unless given."""
    more.setdefault("message_id", f"{subject}-{ago}@test.example".replace(" ", "_"))
    return Message(date=NOW - timedelta(hours=ago), sender=sender, to=to, subject=subject, fresh=text, **more)


def conversation(*messages: Message, id: str = "c1") -> Conversation:  # noqa: A002 - the field's name
    """Messages as one conversation, oldest first."""
    return Conversation(id, tuple(sorted(messages, key=lambda m: m.date)), ME.email)
