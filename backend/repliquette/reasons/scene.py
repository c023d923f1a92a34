"""What a rule may look at: a conversation, whose turn it is, who the other side is, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from repliquette.conversation.people import PUBLIC_DOMAINS, Ledger, other_side
from repliquette.conversation.turn import Addressed, Side, Turn
from repliquette.message.lore import Lore
from repliquette.model import Conversation, Kind, Message, Owner, Person, Tier


class Relation(StrEnum):
    """How the owner and the other side stand: `met` has written before and never got a word of mine."""

    STRANGER = "stranger"
    MET = "met"
    KNOWN = "known"
    COLLEAGUE = "colleague"


class Situation(NamedTuple):
    """What many scenes have in common: which signals can show at all depends on nothing else."""

    side: Side
    relation: Relation
    addressed: Addressed
    kind: Kind
    tier: Tier
    language: str


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a rule may look at.

    `person` is the ledger's line of the other side, `introducer` the address of
    a known third person beside a stranger, `words` the number of fresh words.
    """

    conversation: Conversation
    turn: Turn
    person: Person
    relation: Relation
    introducer: str
    words: int
    owner: Owner
    now: datetime
    lore: Lore

    @property
    def message(self) -> Message:
        """The message judged."""
        return self.turn.message

    @property
    def situation(self) -> Situation:
        """What this scene has in common with many others."""
        return Situation(
            self.turn.side,
            self.relation,
            self.turn.addressed,
            self.message.kind,
            self.person.tier,
            self.message.language,
        )


def make_scene(
    conversation: Conversation, turn: Turn, ledger: Ledger, owner: Owner, now: datetime, lore: Lore
) -> Scene:
    """The scene of a conversation, with the other side (and who introduced them) looked up in the ledger."""
    person = ledger.person(other_side(conversation, owner, turn.message.message_id).email)
    relation = _relation(person, turn, owner)
    unknown = relation in (Relation.STRANGER, Relation.MET)
    return Scene(
        conversation=conversation,
        turn=turn,
        person=person,
        relation=relation,
        introducer=_introducer(conversation, turn.message, owner, ledger) if unknown else "",
        words=len(turn.message.fresh.split()),
        owner=owner,
        now=now,
        lore=lore,
    )


def _relation(person: Person, turn: Turn, owner: Owner) -> Relation:
    """Known by the ledger, by this thread, by the tier the owner gave, or by a common domain of our own."""
    if person.address.rpartition("@")[2] in owner.domains - PUBLIC_DOMAINS:
        return Relation.COLLEAGUE
    wrote = any(owner.is_me(m.sender) and any(a.email == person.address for a in m.recipients) for m in turn.before)
    if person.sent or wrote or person.always_first or person.tier not in (Tier.STRANGER, Tier.ACQUAINTANCE):
        return Relation.KNOWN
    return Relation.MET if person.received else Relation.STRANGER


def _introducer(conversation: Conversation, message: Message, owner: Owner, ledger: Ledger) -> str:
    """A third person whom I know and who stands by: in Cc, or as the one who wrote before them."""
    third = [m.sender.email for m in conversation.messages] + [a.email for a in message.cc]
    known = (e for e in third if e != message.sender.email and e not in owner.addresses and ledger.person(e).sent)
    return next(known, "")
