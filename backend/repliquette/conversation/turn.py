"""Whose turn it is in a conversation, and how the owner is addressed in it.

A turn is taken by a human being.  Automatic replies, delivery reports and read
receipts are notes: they are no answers, neither theirs nor mine.  A message is
mine when its sender is one of the owner's addresses, whatever client sent it.
A post to a discussion list is nobody's turn, unless it is meant for me all the same:
I stand in To or Cc beside the list, I am called by name, or it answers a post of mine.
Words are not read here, save names in a salutation: what a message asks or
promises is for the rules to say.  Nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from repliquette.model import Address, Conversation, Kind, Message, Owner

SMALL_GROUP = 5  # up to so many in To, each of them may be asked to answer

_GREETING = (
    r"hi|hiya|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|thanks|thank you|ok|okay|yes|no|and|but|"
    r"hallo|sehr geehrte[rs]?|liebe[rs]?|guten (?:tag|morgen|abend)|moin|danke|bonjour|bonsoir|salut|cher|chère|merci|hola|"
    r"buenos días|buenas|querid[oa]|estimad[oa]|gracias|mr\.?|mrs\.?|ms\.?|miss|dr\.?|frau|herr|monsieur|madame|m\.|mme"
)
_GREETING_CHARS = 200  # below a greeting of their own, posts speak to whoever wrote before
_NAME = re.compile(r"[^\W\d_]{2,}")
# A word where somebody is spoken to: after a greeting, at the start of a sentence, before a comma, or "@name".
_SPOKEN_TO = re.compile(
    rf"(?:^|[.!?;:\n]\s*)(?:(?:{_GREETING}),?\s+){{0,3}}([^\W\d_]{{2,}})(?:\s+([^\W\d_]{{2,}}))?\s*(?:[,:;!–—-]|$)"
    r"|@([^\W\d_]{2,})|,\s*([^\W\d_]{2,})\s*[?!.,]",
    re.MULTILINE,
)


class Side(StrEnum):
    """Who spoke last, as a human being; nobody where only machines have written."""

    THEIRS = "theirs"
    MINE = "mine"
    NOBODY = "nobody"


class Addressed(StrEnum):
    """How the owner stands in the header of a message."""

    ALONE = "alone"
    FEW = "few"
    MANY = "many"
    CC = "cc"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Turn:
    """The state of play of a conversation.

    `message` is the one judged: the last human one, or the last of all where
    nobody human has written.  `run` are the messages of its side in a row that
    end with it, oldest first: the one that asks may be an earlier one.
    `before` are the human messages before the run, `notes` what machines wrote
    after it.  `named` and `others_named` tell whether the message calls me, or
    another recipient, by name.
    """

    side: Side
    message: Message
    run: tuple[Message, ...]
    before: tuple[Message, ...]
    notes: tuple[Message, ...]
    addressed: Addressed
    named: bool
    others_named: bool

    @property
    def answered(self) -> tuple[Message, ...]:
        """The messages in a row, oldest first, with which the other side had the word before this run."""
        senders = {m.sender.email for m in self.run}
        size = next((n for n, m in enumerate(reversed(self.before)) if m.sender.email in senders), len(self.before))
        return self.before[len(self.before) - size :]

    @property
    def answers_a_colleague(self) -> bool:
        """Whether the judged message answers, in a group, what a third person had put to the group."""
        earlier = self.run[:-1]
        asker = earlier[-1].sender.email if earlier else ""
        return bool(asker) and asker != self.message.sender.email and asker in _emails(self.message.recipients)


def turn(conversation: Conversation, owner: Owner) -> Turn:
    """Whose turn it is; `conversation` holds at least one message, oldest first."""
    messages = _with_posts_to_me(conversation.messages, owner)
    human = [m for m in messages if m.is_human]
    if not human or _to_myself(human[-1], owner):
        last = human[-1] if human else conversation.last
        return _turn(Side.NOBODY, (last,), (), (), owner)
    mine = owner.is_me(human[-1].sender)
    size = next((n for n, m in enumerate(reversed(human)) if owner.is_me(m.sender) != mine), len(human))
    run, before = tuple(human[len(human) - size :]), tuple(human[: len(human) - size])
    after = messages.index(run[-1]) + 1
    notes = tuple(m for m in messages[after:] if not m.is_human)
    return _turn(Side.MINE if mine else Side.THEIRS, run, before, notes, owner)


def _with_posts_to_me(messages: tuple[Message, ...], owner: Owner) -> tuple[Message, ...]:
    """The messages; list posts meant for me are taken as what they are, letters of a person."""
    if not any(_is_post(m) for m in messages):
        return messages
    mine = {m.message_id for m in messages if owner.is_me(m.sender)}
    return tuple(replace(m, kind=Kind.PERSON) if _is_post(m) and _for_me(m, owner, mine) else m for m in messages)


def _is_post(message: Message) -> bool:
    return message.kind is Kind.BULK and "list_post" in message.remarks


def _for_me(post: Message, owner: Owner, mine: set[str]) -> bool:
    """Alone in To I may be just one of its readers: some lists write to each of them."""
    beside = len(post.recipients) > 1 and any(owner.is_me(a) for a in post.recipients)
    answers = {*post.in_reply_to, *post.references[-1:]}
    return (
        owner.is_me(post.sender)
        or beside
        or not mine.isdisjoint(answers)
        or _calls(post.fresh[:_GREETING_CHARS], my_names(post, owner))
    )


def _turn(
    side: Side, run: tuple[Message, ...], before: tuple[Message, ...], notes: tuple[Message, ...], owner: Owner
) -> Turn:
    message = run[-1]
    others = [a for a in message.recipients if not owner.is_me(a)]
    return Turn(
        side=side,
        message=message,
        run=run,
        before=before,
        notes=notes,
        addressed=addressed(message, owner),
        named=_calls(message.fresh, my_names(message, owner)),
        others_named=_calls(message.fresh, {n for a in others for n in _names(a)} - my_names(message, owner)),
    )


def addressed(message: Message, owner: Owner) -> Addressed:
    """Alone in To, one of few or many there, only in Cc, or reached by way of a list or Bcc."""
    if message.kind is Kind.BULK or ("list_post" in message.remarks and len(message.recipients) == 1):
        return Addressed.LIST
    if any(owner.is_me(a) for a in message.to):
        others = {a.email for a in message.to if not owner.is_me(a)}
        if not others:
            return Addressed.ALONE
        return Addressed.FEW if len(others) < SMALL_GROUP else Addressed.MANY
    return Addressed.CC if any(owner.is_me(a) for a in message.cc) else Addressed.LIST


def my_names(message: Message, owner: Owner) -> frozenset[str]:
    """The words, folded, by which a sender may call me: from settings, the header, or the address itself."""
    mine = [Address(a, owner.name) for a in owner.addresses] + [a for a in message.recipients if owner.is_me(a)]
    return frozenset(n for a in mine for n in _names(a))


def _names(address: Address) -> Iterator[str]:
    """First and last name, as far as a display name or a telling local part ("ana.ruiz") gives them."""
    text = address.name if address.name and "@" not in address.name else address.email.partition("@")[0]
    words = _NAME.findall(text.casefold())
    yield from words[:1]
    yield from words[-1:]


def _calls(text: str, names: frozenset[str] | set[str]) -> bool:
    folded = text.casefold()
    if not any(name in folded for name in names):  # as in most mail, and told at once
        return False
    return any(word in names for found in _SPOKEN_TO.finditer(folded) for word in found.groups() if word)


def _emails(addresses: Iterable[Address]) -> frozenset[str]:
    return frozenset(a.email for a in addresses)


def _to_myself(message: Message, owner: Owner) -> bool:
    """A note to myself owes nothing to anybody."""
    return owner.is_me(message.sender) and bool(message.recipients) and all(owner.is_me(a) for a in message.recipients)
