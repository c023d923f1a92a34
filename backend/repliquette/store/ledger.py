"""The ledger, counted by SQL: what has passed between the owner and some addresses.

Judging sees large totals coarsely, in steps of an eighth to a quarter, so that one
letter more from somebody who has written hundreds leaves verdicts as they are.  For each
verdict it is kept within which totals it holds (`grounds`); one that does not hold any
more is made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select

from repliquette.conversation.people import Ledger, tier
from repliquette.model import Conversation, Owner, Person, Standing
from repliquette.store.mail import chunks, mark
from repliquette.store.schema import conversations, grounds, messages, recipients, stirred


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages, and when the first and the last of them came."""

    number: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """Within which totals of letters from (`received`) and to (`sent`) an address a verdict holds; the ends are outside."""

    address: str
    received: range
    sent: range


@dataclass(frozen=True, slots=True)
class Grounded:
    """What a conversation is judged by besides itself."""

    ledger: Ledger
    grounds: tuple[Ground, ...]


# One-sidedness is seen in three conversations; the one being judged may be among the newest.
_LATEST = 6
_EXACT = 8  # below that every letter counts
_BITS = 3  # of a larger number, so many leading binary digits do


def coarse(number: int) -> int:
    """A total as judging sees it."""
    shift = _shift(number)
    return number >> shift << shift


def _shift(number: int) -> int:
    return max(number.bit_length() - _BITS, 0) if number >= _EXACT else 0


def _alike(outside: int, within: int) -> range:
    """The totals that look the same as `outside` + `within` to a conversation that holds `within` of them."""
    first = coarse(outside)
    return range(first + within, first + (1 << _shift(outside)) + within)


def coarsely(ledger: Ledger) -> Ledger:
    """The ledger as judging sees it."""
    return Ledger(replace(p, received=coarse(p.received), sent=coarse(p.sent)) for p in ledger.values())


def received(connection: Connection, account_id: int, addresses: Iterable[str]) -> dict[str, Count]:
    """Address → how many human messages it wrote to me, the first and the last date."""
    found: dict[str, Count] = {}
    for piece in chunks(sorted(addresses)):
        query = (
            _counts(messages.c.sender)
            .where(messages.c.account_id == account_id, messages.c.human, messages.c.sender.in_(piece))
            .group_by(messages.c.sender)
        )
        found.update(_rows(connection, query))
    return found


def sent(connection: Connection, account_id: int, mine: Iterable[str], addresses: Iterable[str]) -> dict[str, Count]:
    """Address → how many human messages I wrote to it, the first and the last date."""
    found: dict[str, Count] = {}
    for piece in chunks(sorted(addresses)):
        query = (
            _counts(recipients.c.address)
            .join(messages, messages.c.id == recipients.c.message)
            .where(
                messages.c.account_id == account_id,
                messages.c.human,
                messages.c.sender.in_(sorted(mine)),
                recipients.c.address.in_(piece),
            )
            .group_by(recipients.c.address)
        )
        found.update(_rows(connection, query))
    return found


def latest(connection: Connection, account_id: int, addresses: Iterable[str]) -> dict[str, list[tuple[str, bool]]]:
    """Address → its latest conversations, newest first: (id, whether they owe me an answer in it)."""
    found: dict[str, list[tuple[str, bool]]] = {}
    place = func.row_number().over(partition_by=conversations.c.who, order_by=conversations.c.last.desc())
    for piece in chunks(sorted(addresses)):
        numbered = (
            select(conversations.c.who, conversations.c.id, conversations.c.standing, place.label("place"))
            .where(conversations.c.account_id == account_id, conversations.c.who.in_(piece))
            .subquery()
        )
        query = select(numbered).where(numbered.c.place <= _LATEST).order_by(numbered.c.who, numbered.c.place)
        for who, id_, standing, _ in connection.execute(query):
            found.setdefault(who, []).append((id_, standing == Standing.AWAITING))
    return found


def grounded(
    connection: Connection, account_id: int, owner: Owner, talks: Sequence[Conversation]
) -> dict[str, Grounded]:
    """For each conversation (by id) the ledger of its people, its own messages left out, and how far it holds."""
    people = {a.email for c in talks for m in c.messages for a in (m.sender, *m.recipients)} - {""}
    others = people - owner.addresses
    came = received(connection, account_id, others)
    went = sent(connection, account_id, owner.addresses, others)
    recent = latest(connection, account_id, others)
    lines = {a: _person(a, came.get(a), went.get(a)) for a in others}
    return {talk.id: _without(talk, owner, lines, recent) for talk in talks}


def _person(address: str, came: Count | None, went: Count | None) -> Person:
    lines = [line for line in (came, went) if line]
    return Person(
        address,
        received=came.number if came else 0,
        sent=went.number if went else 0,
        first=min((line.first for line in lines), default=None),
        last=max((line.last for line in lines), default=None),
    )


def _without(
    talk: Conversation, owner: Owner, lines: Mapping[str, Person], recent: Mapping[str, list[tuple[str, bool]]]
) -> Grounded:
    """The ledger as it stands without this conversation, which itself counts as unanswered."""
    written = Counter(m.sender.email for m in talk.messages if m.is_human)
    mine = [m for m in talk.messages if m.is_human and owner.is_me(m.sender)]
    addressed = Counter(email for m in mine for email in {a.email for a in m.recipients})
    people, holds = [], []
    for address in sorted({a.email for m in talk.messages for a in (m.sender, *m.recipients)} & lines.keys()):
        line = lines[address]
        came, went = line.received - written[address], line.sent - addressed[address]
        others = (waiting for id_, waiting in recent.get(address, ()) if id_ != talk.id)
        people.append(
            replace(
                line,
                received=came,
                sent=went,
                unanswered=1 + sum(1 for _ in takewhile(bool, others)),
                tier=tier(address, came, went, owner),
                always_first=address in owner.always_first,
            )
        )
        holds.append(Ground(address, _alike(came, written[address]), _alike(went, addressed[address])))
    return Grounded(Ledger(people), tuple(holds))


def keep_grounds(connection: Connection, account_id: int, kept: Mapping[str, tuple[Ground, ...]]) -> None:
    """Note what the verdicts of conversations lean on, in place of what was noted before."""
    for piece in chunks(sorted(kept)):
        connection.execute(delete(grounds).where(grounds.c.conversation_id.in_(piece)))
    values = [
        {
            "conversation_id": id_,
            "address": ground.address,
            "account_id": account_id,
            "received_from": ground.received.start,
            "received_until": ground.received.stop,
            "sent_from": ground.sent.start,
            "sent_until": ground.sent.stop,
        }
        for id_, all_ in kept.items()
        for ground in all_
    ]
    if values:
        connection.execute(grounds.insert(), values)


def reconsider(connection: Connection, account_id: int, mine: Iterable[str]) -> None:
    """Mark the conversations whose verdicts do not hold any more by the totals of their people."""
    query = select(stirred.c.address).where(stirred.c.account_id == account_id).order_by(stirred.c.address)
    people = list(connection.execute(query).scalars())
    if not people:
        return
    came = received(connection, account_id, people)
    went = sent(connection, account_id, mine, people)
    moved: set[str] = set()
    for address in people:
        moved.update(connection.execute(_fallen(account_id, address, came, went)).scalars())
    mark(connection, account_id, moved)
    connection.execute(delete(stirred).where(stirred.c.account_id == account_id))


def _fallen(account_id: int, address: str, came: Mapping[str, Count], went: Mapping[str, Count]) -> Select[Any]:
    in_, out = (found[address].number if address in found else 0 for found in (came, went))
    return select(grounds.c.conversation_id).where(
        grounds.c.account_id == account_id,
        grounds.c.address == address,
        or_(
            grounds.c.received_from > in_,
            grounds.c.received_until <= in_,
            grounds.c.sent_from > out,
            grounds.c.sent_until <= out,
        ),
    )


def _counts(column: Any) -> Select[Any]:
    return select(column, func.count(), func.min(messages.c.date), func.max(messages.c.date))


def _rows(connection: Connection, query: Select[Any]) -> dict[str, Count]:
    return {
        address: Count(number, datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
        for address, number, first, last in connection.execute(query)
    }
