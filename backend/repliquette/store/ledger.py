"""The ledger, counted by SQL: what has passed between the owner and some addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from repliquette.model import Standing
from repliquette.store.mail import chunks
from repliquette.store.schema import conversations, messages, recipients


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages, and when the first and the last of them came."""

    number: int
    first: datetime
    last: datetime


# One-sidedness is seen in three conversations; the one being judged may be among the newest.
_LATEST = 6


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


def silent(connection: Connection, account_id: int, ids: Iterable[str], least: int) -> list[str]:
    """Awaiting conversations with people of the conversations `ids` who leave at least `least` unanswered."""
    waits = (conversations.c.account_id == account_id) & (conversations.c.standing == Standing.AWAITING)
    often = select(conversations.c.who).where(waits).group_by(conversations.c.who).having(func.count() >= least)
    found: set[str] = set()
    for piece in chunks(sorted(ids)):
        concerned = select(conversations.c.who).where(conversations.c.id.in_(piece))
        query = select(conversations.c.id).where(
            waits, conversations.c.who.in_(often), conversations.c.who.in_(concerned)
        )
        found.update(connection.execute(query).scalars())
    return sorted(found)


def open_with(connection: Connection, account_id: int, addresses: Iterable[str]) -> set[str]:
    """Unsettled conversations with these people: what one more message from or to them may change."""
    found: set[str] = set()
    for piece in chunks(sorted(addresses)):
        query = select(conversations.c.id).where(
            conversations.c.account_id == account_id,
            conversations.c.who.in_(piece),
            conversations.c.standing != Standing.SETTLED,
        )
        found.update(connection.execute(query).scalars())
    return found


def _counts(column: Any) -> Select[Any]:
    return select(column, func.count(), func.min(messages.c.date), func.max(messages.c.date))


def _rows(connection: Connection, query: Select[Any]) -> dict[str, Count]:
    return {
        address: Count(number, datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
        for address, number, first, last in connection.execute(query)
    }
