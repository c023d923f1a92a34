"""The ledger: what has passed between the owner and each address.

Counts come from the store (or from a labelled case), never from a guess.  The
tier is derived from them and from the owner's own domain; what the owner says
of a person wins (`Person.tier` set by hand comes in through the store).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from statistics import median

from repliquette.mailbox import providers
from repliquette.model import Address, Conversation, Message, Owner, Person, Tier

# Sharing one of these says nothing about working together.
PUBLIC_DOMAINS = providers.PUBLIC_DOMAINS


class Ledger(Mapping[str, Person]):
    """Who is who, by address; somebody unknown is a stranger, not an error."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        """Keep `people` by their addresses."""
        self._people = {p.address: p for p in people}

    def __getitem__(self, address: str) -> Person:
        return self._people[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)

    def person(self, address: str) -> Person:
        """The line of an address; an empty one for a stranger."""
        return self._people.get(address) or Person(address)


def tier(address: str, received: int, sent: int, owner: Owner) -> Tier:
    """How near somebody is, as far as counts and domains tell.

    Family, friends and clients are never guessed here: only the owner knows them.
    """
    domain = address.rpartition("@")[2]
    if domain in owner.domains - PUBLIC_DOMAINS:
        return Tier.COLLEAGUE
    return Tier.ACQUAINTANCE if sent and received else Tier.STRANGER


def other_side(conversation: Conversation, owner: Owner, message_id: str) -> Address:
    """The person a row of the lists names: who wrote the judged message, or to whom I wrote it."""
    judged = next((m for m in conversation.messages if m.message_id == message_id), conversation.last)
    if not owner.is_me(judged.sender):
        return judged.sender
    others = [a for a in judged.recipients if not owner.is_me(a)]
    senders = [m.sender for m in conversation.messages if not owner.is_me(m.sender)]
    return next(iter(others + senders), judged.sender)


def answer_hours(conversations: Iterable[Conversation], owner: Owner) -> tuple[float | None, float | None]:
    """The median hours that they, and that I, took to answer in these conversations."""
    theirs: list[float] = []
    mine: list[float] = []
    for conversation in conversations:
        for earlier, later in _turns(conversation, owner):
            hours = (later.date - earlier.date) / timedelta(hours=1)
            (mine if owner.is_me(later.sender) else theirs).append(hours)
    return (median(theirs) if theirs else None), (median(mine) if mine else None)


def _turns(conversation: Conversation, owner: Owner) -> Iterator[tuple[Message, Message]]:
    """Pairs of messages in which the side changes: the first of each run, and the answer to it."""
    first: Message | None = None
    for message in conversation.messages:
        if not message.is_human:
            continue
        if first is None:
            first = message
        elif owner.is_me(message.sender) != owner.is_me(first.sender):
            yield first, message
            first = message
