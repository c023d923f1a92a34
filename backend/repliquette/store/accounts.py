"""An account as a whole: what was read of it, what its verdicts were made by, and its pace towards the server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects.sqlite import insert

from repliquette.model import Absence, Coverage, Standing
from repliquette.store import lists, mail
from repliquette.store.schema import accounts, conversations, folders, places

_ABSENCES = TypeAdapter(tuple[Absence, ...])
_DAY = timedelta(days=1)


class Accounts:
    """The accounts of a store, in the file that `engine` opens."""

    def __init__(self, engine: Engine) -> None:
        """Share the store's engine."""
        self._engine = engine

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)

    def _set(self, account_id: int, **values: Any) -> None:
        with self._writing() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))

    def _get(self, account_id: int) -> Any:
        with self._reading() as connection:
            return connection.execute(select(accounts).where(accounts.c.id == account_id)).one()

    def number(self, address: str) -> int:
        """The number of an account, made when new."""
        query = select(accounts.c.id).where(accounts.c.address == address.lower())
        with self._reading() as connection:
            known = connection.execute(query).scalar()
        if known is not None:
            return int(known)
        with self._writing() as connection:
            connection.execute(insert(accounts).values(address=address.lower()).on_conflict_do_nothing())
            return int(connection.execute(query).scalar_one())

    def synced(self, account_id: int, now: datetime) -> None:
        """Note that a sync came to its end: all there is has been read."""
        self._set(account_id, synced_at=now.timestamp(), complete_since=0.0, rests_until=None)

    def complete(self, account_id: int, since: date) -> None:
        """Note that everything that arrived on that day (UTC) or later has been read."""
        self._set(account_id, complete_since=datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp())

    def budget(self, account_id: int) -> str:
        """What was downloaded lately, as `mailbox.budget` writes it."""
        return str(self._get(account_id).budget)

    def keep_budget(self, account_id: int, text: str) -> None:
        """Keep what was downloaded."""
        self._set(account_id, budget=text)

    def rests_until(self, account_id: int) -> datetime | None:
        """Until when the server wants to be left alone."""
        return _instant(self._get(account_id).rests_until)

    def rest(self, account_id: int, until: datetime) -> None:
        """Note until when the server wants to be left alone."""
        self._set(account_id, rests_until=until.timestamp())

    def judged_by(self, account_id: int) -> str:
        """The fingerprint of what the verdicts of an account were made by."""
        return str(self._get(account_id).judged_by)

    def judge_all(self, account_id: int, judged_by: str) -> None:
        """Have every conversation judged again, by what `judged_by` is the fingerprint of."""
        with self._writing() as connection:
            mail.mark(connection, account_id, lists.ids(connection, account_id))
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(judged_by=judged_by))

    def away(self, account_id: int) -> tuple[Absence, ...]:
        """The absences, told by my own notes, that the verdicts know."""
        told = self._get(account_id).away
        return _ABSENCES.validate_json(told) if told else ()

    def judge_away(self, account_id: int, absences: Sequence[Absence]) -> None:
        """Have those judged again for whom another absence may explain my silence."""
        changed = {*absences} ^ {*self.away(account_id)}
        with self._writing() as connection:
            mail.mark(connection, account_id, _owed_since(connection, account_id, changed))
            told = _ABSENCES.dump_json(tuple(absences)).decode()
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(away=told))

    def coverage(self) -> tuple[Coverage, ...]:
        """What was read of each account."""
        with self._reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.id)).all()
            return tuple(_coverage(connection, row) for row in rows)


def _owed_since(connection: Connection, account_id: int, absences: Iterable[Absence]) -> set[str]:
    first = min((a.start for a in absences), default=None)
    if first is None:
        return set()
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - _DAY  # the owner's midnight may be a day off
    query = select(conversations.c.id).where(
        conversations.c.account_id == account_id,
        conversations.c.standing == Standing.OWED,
        conversations.c.last >= start.timestamp(),
    )
    return set(connection.execute(query).scalars())


def _coverage(connection: Connection, account: Any) -> Coverage:
    known = connection.execute(select(folders).where(folders.c.account_id == account.id)).all()
    total = sum(folder.total for folder in known)
    bad = _unreadable(connection, account.id, {(folder.name, folder.uidvalidity) for folder in known})
    read = sum(_laid(connection, folder) for folder in known) - len(bad)
    oldest, newest = mail.span(connection, account.id)
    return Coverage(
        account=account.address,
        read=read,
        total=max(total, read),
        oldest=oldest,
        newest=newest,
        synced_at=_instant(account.synced_at),
        unreadable=bad,
        complete_since=_complete(account.complete_since, oldest),
    )


def _laid(connection: Connection, folder: Any) -> int:
    """How many places of a folder are stored, by its present numbers."""
    query = (
        select(func.count())
        .select_from(places)
        .where(
            places.c.account_id == folder.account_id,
            places.c.folder == folder.name,
            places.c.uidvalidity == folder.uidvalidity,
        )
    )
    return connection.execute(query).scalar_one()


def _unreadable(connection: Connection, account_id: int, valid: set[tuple[str, int]]) -> tuple[tuple[str, str], ...]:
    query = (
        select(places.c.folder, places.c.uid, places.c.unreadable, places.c.uidvalidity)
        .where(places.c.account_id == account_id, places.c.message.is_(None))
        .order_by(places.c.folder, places.c.uid)
    )
    rows = connection.execute(query)
    return tuple((f"{folder} {uid}", why) for folder, uid, why, number in rows if (folder, number) in valid)


def _complete(since: float | None, oldest: datetime | None) -> date | None:
    """The day from which on everything is read: that of the oldest message where all is."""
    if since is None or oldest is None:
        return None
    return max(datetime.fromtimestamp(since, UTC), oldest).date()


def _instant(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
