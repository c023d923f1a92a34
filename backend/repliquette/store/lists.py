"""Judged conversations: saved, listed most pressing first, counted, looked up."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, case, delete, func, or_, select
from sqlalchemy.dialects.sqlite import Insert, insert

from repliquette.errors import UnknownError
from repliquette.limits import PAGE_SIZE
from repliquette.model import Entry, Reason, Standing, Tier
from repliquette.reasons.facts import STOP_CHASING
from repliquette.store import mail
from repliquette.store.ledger import Ground, keep_grounds
from repliquette.store.mail import chunks
from repliquette.store.schema import accounts, conversations, drafts, messages, to_judge

ENTRY = TypeAdapter(Entry)

# The order of the sections in the lists (ui.md): what weighs on a heart comes first.
SECTIONS = (
    Reason.HARD_JOURNEY,
    Reason.PRIORITY,
    Reason.PROMISED,
    Reason.TRAVEL,
    Reason.ASK,
    Reason.COURTEOUS_NO,
    Reason.FREE_STUFF,
    Reason.COLD_OUTREACH,
    Reason.UNCLEAR,
    Reason.BOUNCED,
    Reason.OVERDUE,
    Reason.WEAK_ASK,
    Reason.AWAY,
    Reason.UNWELL,
    Reason.ONE_SIDED,
    Reason.TOO_SOON,
)
_TIERS = tuple(Tier)
# Later than that it is a backlog, to be worked off from its fresh end.
BACKLOG = timedelta(days=30)
# The ladder of reminders has ended by then; only what names a day, or was lately promised, may still change.
STILL_CHANGES = timedelta(days=90)
_NEVER = float(2**52)  # sorts what has no due time behind everything that has


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a list: `total` counts the whole list, `cursor` asks for the next piece (None at the end)."""

    entries: tuple[Entry, ...]
    cursor: str | None
    total: int


def save(
    connection: Connection,
    account_id: int,
    entries: Sequence[Entry],
    judged_at: datetime,
    kept: Mapping[str, tuple[Ground, ...]],
) -> None:
    """Keep judged conversations, with what their verdicts lean on, and take them off the list of those to judge."""
    if not entries:
        return
    before = _waiting(connection, [e.id for e in entries])
    connection.execute(_UPSERT, [_columns(account_id, entry, judged_at) for entry in entries])
    for piece in chunks([e.id for e in entries]):
        connection.execute(delete(to_judge).where(to_judge.c.conversation_id.in_(piece)))
    keep_grounds(connection, account_id, kept)
    after = {(e.id, e.who.email, e.last.timestamp()) for e in entries if e.verdict.standing is Standing.AWAITING}
    _mark_siblings(connection, account_id, {who for _, who, _ in before ^ after})


def _columns(account_id: int, entry: Entry, judged_at: datetime) -> dict[str, Any]:
    return {
        "id": entry.id,
        "account_id": account_id,
        "standing": entry.verdict.standing.value,
        "reason": entry.verdict.reason.value,
        "who": entry.who.email,
        "press": _press(entry),
        "due": entry.verdict.due.timestamp() if entry.verdict.due else _NEVER,
        "last": entry.last.timestamp(),
        "judged_at": judged_at.timestamp(),
        "haystack": f"{entry.subject} {entry.who.name} {entry.who.email} {entry.words}".casefold(),
        "entry": ENTRY.dump_json(entry),
    }


def _upsert() -> Insert:
    statement = insert(conversations)
    changed = {c.name: statement.excluded[c.name] for c in conversations.columns if c.name != "id"}
    return statement.on_conflict_do_update(None, set_=changed)


_UPSERT = _upsert()


def _waiting(connection: Connection, ids_: Sequence[str]) -> set[tuple[str, str, float]]:
    """Which of the conversations were awaiting, with whom, and since when."""
    found: set[tuple[str, str, float]] = set()
    for piece in chunks(ids_):
        query = select(conversations.c.id, conversations.c.who, conversations.c.last).where(
            conversations.c.id.in_(piece), conversations.c.standing == Standing.AWAITING
        )
        found.update((id_, who, last) for id_, who, last in connection.execute(query))
    return found


def _mark_siblings(connection: Connection, account_id: int, people: set[str]) -> None:
    """Who leaves several conversations unanswered, or does so no longer, is judged anew in all that wait."""
    for piece in chunks(sorted(people)):
        waits = (conversations.c.account_id == account_id) & conversations.c.who.in_(piece)
        waits &= conversations.c.standing == Standing.AWAITING
        often = (
            select(conversations.c.who).where(waits).group_by(conversations.c.who).having(func.count() >= STOP_CHASING)
        )
        concerned = or_(conversations.c.who.in_(often), conversations.c.reason == Reason.ONE_SIDED)
        query = select(conversations.c.id).where(waits, concerned)
        mail.mark(connection, account_id, set(connection.execute(query).scalars()))


def _press(entry: Entry) -> int:
    if entry.verdict.standing is Standing.SETTLED:
        return -int(entry.last.timestamp())  # newest first
    return SECTIONS.index(entry.verdict.reason) * len(_TIERS) + _TIERS.index(entry.tier)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries a list shows; an empty field asks for nothing.  `accounts` are lower-case addresses."""

    standing: Standing | None = None
    reason: Reason | None = None
    accounts: frozenset[str] | None = None
    query: str = ""

    def clauses(self) -> list[ColumnElement[bool]]:
        """The WHERE of it."""
        found: list[ColumnElement[bool]] = []
        if self.standing:
            found.append(conversations.c.standing == self.standing.value)
        if self.reason:
            found.append(conversations.c.reason == self.reason.value)
        if self.accounts is not None:
            found.append(conversations.c.account_id.in_(_numbers(self.accounts)))
        found.extend(conversations.c.haystack.contains(w, autoescape=True) for w in self.query.casefold().split())
        return found


def _numbers(addresses: frozenset[str]) -> Select[tuple[int]]:
    return select(accounts.c.id).where(accounts.c.address.in_(sorted(addresses)))


def page(
    connection: Connection, wanted: Wanted, now: datetime, *, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page:
    """A piece of a list, most pressing first as of `now`; UnknownError for a cursor that is not ours."""
    order = _order(now)
    where = wanted.clauses()
    total = connection.execute(select(func.count()).select_from(conversations).where(*where)).scalar_one()
    if cursor:
        where.append(_after(order, _decode(cursor)))
    query = select(conversations.c.entry, *order).where(*where).order_by(*order).limit(limit + 1)
    rows = connection.execute(query).all()
    more = _encode(rows[limit - 1][1:]) if len(rows) > limit else None
    entries = [ENTRY.validate_json(row[0]) for row in rows[:limit]]
    return Page(tuple(_with_drafts(connection, entries)), more, total)


def _order(now: datetime) -> tuple[Any, ...]:
    """By section and tier; then what is due or lately late, longest first; then the old backlog, newest first.

    A promise eight years late must not stand above one that was due yesterday.
    """
    due = conversations.c.due
    is_old = (due < (now - BACKLOG).timestamp()).cast(Integer)
    return (
        conversations.c.standing,
        conversations.c.press,
        is_old,
        case((is_old == 1, -due), else_=due),
        conversations.c.id,
    )


def _after(order: tuple[Any, ...], values: list[Any]) -> ColumnElement[bool]:
    """(a, b, c) > (x, y, z), spelled out so that every index prefix serves."""
    pairs = list(zip(order, values, strict=True))
    return or_(*(and_(*(c == v for c, v in pairs[:i]), pairs[i][0] > pairs[i][1]) for i in range(len(pairs))))


def _encode(key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def _decode(cursor: str) -> list[Any]:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        key = None
    match key:
        case [str() as standing, int() as press, int() as is_old, float() as due, str() as id_] if (
            max(abs(press), abs(is_old)) < _NEVER
        ):
            return [standing, press, is_old, due, id_]
    raise UnknownError("This cursor is not one of this list.", hint="Leave it out to start at the top.")


def _with_drafts(connection: Connection, entries: list[Entry]) -> list[Entry]:
    saved: set[tuple[str, str]] = set()
    for piece in chunks([e.id for e in entries]):
        query = select(drafts.c.conversation_id, drafts.c.answers).where(drafts.c.conversation_id.in_(piece))
        saved.update((row[0], row[1]) for row in connection.execute(query))
    return [replace(e, draft_saved=(e.id, e.verdict.message_id) in saved) for e in entries]


def entry(connection: Connection, id_: str) -> Entry:
    """One entry; UnknownError where there is none."""
    document = connection.execute(select(conversations.c.entry).where(conversations.c.id == id_)).scalar()
    if document is None:
        raise UnknownError(f"There is no conversation {id_}.", hint="repliquette owed lists them with their ids.")
    return _with_drafts(connection, [ENTRY.validate_json(document)])[0]


def counts(connection: Connection, wanted: Wanted) -> dict[Standing, int]:
    """How many conversations of each standing a list shows."""
    query = select(conversations.c.standing, func.count()).where(*wanted.clauses()).group_by(conversations.c.standing)
    return dict.fromkeys(Standing, 0) | {Standing(s): n for s, n in connection.execute(query)}


def ids(connection: Connection, account_id: int) -> list[str]:
    """Every judged conversation of an account."""
    query = select(conversations.c.id).where(conversations.c.account_id == account_id)
    return sorted(connection.execute(query).scalars())


def pending(connection: Connection, account_id: int) -> list[str]:
    """Conversations that wait for a verdict."""
    query = select(to_judge.c.conversation_id).where(to_judge.c.account_id == account_id)
    return sorted(connection.execute(query).scalars())


def stale(connection: Connection, account_id: int, now: datetime, age: timedelta) -> list[str]:
    """Awaiting conversations judged longer than `age` ago whose reason may change by time alone."""
    query = select(conversations.c.id).where(
        conversations.c.account_id == account_id,
        conversations.c.standing == Standing.AWAITING,
        conversations.c.judged_at < (now - age).timestamp(),
        or_(
            conversations.c.last >= (now - STILL_CHANGES).timestamp(),
            conversations.c.reason.in_((Reason.AWAY, Reason.PROMISED, Reason.UNWELL, Reason.TOO_SOON)),
        ),
    )
    return sorted(connection.execute(query).scalars())


def by_message(connection: Connection, clause: ColumnElement[bool]) -> str | None:
    """The conversation of the newest message that a clause over `messages` picks."""
    query = select(messages.c.conversation_id).where(clause).order_by(messages.c.date.desc()).limit(1)
    return connection.execute(query).scalar()
