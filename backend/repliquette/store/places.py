r"""Where messages lie, how far each folder was read, and the two marks that settle a conversation.

A place is (folder, UIDVALIDITY, UID), as RFC 9051 §2.3.1.1 demands.  A message is
`\Answered` where one of its places is, `\Deleted` where all are.  Where its last place
has gone, the message is gone: its words are forgotten here too, and only that it was
there is kept, until the whole conversation has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from repliquette.mailbox.source import Changes, Cursor
from repliquette.model import NOTHING_CAME, Message
from repliquette.store.mail import DOCUMENT, chunks, mark
from repliquette.store.schema import accounts, folders, messages, places, strays

ANSWERED = r"\Answered"
DELETED = r"\Deleted"
MARKS = frozenset({ANSWERED, DELETED})
_BEGUN = 0  # `uidnext` while the first reading of a folder goes on

Known = Mapping[int, frozenset[str]]


class Places:
    """What the store knows of the folders of an account, in the file that `engine` opens."""

    def __init__(self, engine: Engine) -> None:
        """Share the store's engine."""
        self._engine = engine

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)

    def cursor(self, account_id: int, folder: str) -> Cursor | None:
        """How far a folder was read; None before it was read as a whole."""
        query = select(folders.c.uidvalidity, folders.c.uidnext, folders.c.modseq).where(_of(account_id, folder))
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None or row.uidnext == _BEGUN else Cursor(*row)

    def counted_at(self, account_id: int, folder: str) -> datetime | None:
        """When all numbers of a folder were last compared with ours."""
        query = select(folders.c.counted_at).where(_of(account_id, folder))
        with self._reading() as connection:
            found = connection.execute(query).scalar()
        return datetime.fromtimestamp(found, UTC) if found else None

    def begin(self, account_id: int, changes: Sequence[Changes]) -> None:
        """Note how much lies in each folder; one that is new or was renumbered counts as unread from here on."""
        with self._writing() as connection:
            for one in changes:
                values = {"total": one.total}
                query = select(folders.c.uidvalidity).where(_of(account_id, one.folder.name))
                if connection.execute(query).scalar() != one.cursor.uidvalidity:
                    values |= {"uidvalidity": one.cursor.uidvalidity, "uidnext": _BEGUN}
                    nothing_sure = update(accounts).where(accounts.c.id == account_id).values(complete_since=None)
                    connection.execute(nothing_sure)
                _save(connection, account_id, one.folder.name, values)

    def missing(self, account_id: int, changes: Changes) -> frozenset[int]:
        """Those of the added UIDs that are not stored yet: what a crash left to do."""
        have: set[int] = set()
        with self._reading() as connection:
            for piece in chunks(changes.added):
                query = select(places.c.uid).where(_here(account_id, changes), places.c.uid.in_(piece))
                have.update(connection.execute(query).scalars())
        return frozenset(changes.added) - have

    def empty(self, account_id: int, changes: Changes) -> frozenset[int]:
        """Stored places of a folder whose message came empty: a server that choked on it may give it now."""
        here = (_here(account_id, changes), places.c.message.is_(None), places.c.unreadable == NOTHING_CAME)
        with self._reading() as connection:
            return frozenset(connection.execute(select(places.c.uid).where(*here)).scalars())

    def holds_any(self, account_id: int, changes: Changes) -> bool:
        """Whether any place of a folder is stored."""
        query = select(places.c.uid).where(_here(account_id, changes)).limit(1)
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    def total(self, account_id: int, folder: str) -> int:
        """How many messages a folder held when it was last looked at."""
        with self._reading() as connection:
            return connection.execute(select(folders.c.total).where(_of(account_id, folder))).scalar() or 0

    def known(self, account_id: int, changes: Changes) -> Known:
        """Every stored UID of a folder with its marks."""
        query = select(places.c.uid, places.c.answered, places.c.deleted).where(_here(account_id, changes))
        with self._reading() as connection:
            return {uid: _marks(answered, deleted) for uid, answered, deleted in connection.execute(query)}

    def settle(
        self, account_id: int, changes: Changes, flags: Known, vanished: Iterable[int], counted_at: datetime | None
    ) -> None:
        """Note what happened to older messages, and that a folder has been read up to the cursor.

        Call it when everything added, in whatever folder, is stored: what moved has its new
        place by then.  What lies nowhere any more is a stray until `sweep`.
        """
        with self._writing() as connection:
            rows = _flag(connection, account_id, changes, flags)
            rows |= _take_away(connection, account_id, changes, vanished)
            rows |= _drop_other_numbers(connection, account_id, changes)
            left = refresh(connection, account_id, rows)
            if left:
                connection.execute(insert(strays).on_conflict_do_nothing(), [{"message": row} for row in sorted(left)])
            values: dict[str, Any] = {
                "uidvalidity": changes.cursor.uidvalidity,
                "uidnext": changes.cursor.uidnext,
                "modseq": changes.cursor.modseq,
                "total": changes.total,
            }
            if counted_at is not None:
                values["counted_at"] = counted_at.timestamp()
            _save(connection, account_id, changes.folder.name, values)

    def has_strays(self, account_id: int) -> bool:
        """Whether something left a folder and lies in no other that was read since."""
        with self._reading() as connection:
            return bool(_strays(connection, account_id))

    def others(self, account_id: int, names: Sequence[str]) -> tuple[str, ...]:
        """The folders that are known besides these."""
        query = select(folders.c.name).where(folders.c.account_id == account_id, folders.c.name.not_in(names))
        with self._reading() as connection:
            return tuple(connection.execute(query.order_by(folders.c.name)).scalars())

    def sweep(self, account_id: int, kept: Iterable[str]) -> None:
        """After a look at all folders (`kept`): other folders are no more, and what lies nowhere is gone."""
        kept = sorted(kept)
        with self._writing() as connection:
            elsewhere = (places.c.account_id == account_id) & places.c.folder.not_in(kept)
            known = (folders.c.account_id == account_id) & folders.c.name.not_in(kept)
            rows: set[int] = set()
            if connection.execute(select(folders.c.name).where(known)).first():
                query = select(places.c.message).where(elsewhere, places.c.message.is_not(None))
                rows.update(connection.execute(query).scalars())
                connection.execute(delete(places).where(elsewhere))
                connection.execute(delete(folders).where(known))
            lost = _strays(connection, account_id)
            forget(connection, account_id, refresh(connection, account_id, rows | lost))
            for piece in chunks(sorted(lost)):
                connection.execute(delete(strays).where(strays.c.message.in_(piece)))


def _strays(connection: Connection, account_id: int) -> set[int]:
    found: set[int] = set()
    for piece in chunks(connection.execute(select(strays.c.message)).scalars().all()):
        query = select(messages.c.id).where(messages.c.id.in_(piece), messages.c.account_id == account_id)
        found.update(connection.execute(query).scalars())
    return found


def _of(account_id: int, folder: str) -> ColumnElement[bool]:
    return (folders.c.account_id == account_id) & (folders.c.name == folder)


def _here(account_id: int, changes: Changes) -> ColumnElement[bool]:
    return (
        (places.c.account_id == account_id)
        & (places.c.folder == changes.folder.name)
        & (places.c.uidvalidity == changes.cursor.uidvalidity)
    )


def _save(connection: Connection, account_id: int, folder: str, values: dict[str, Any]) -> None:
    row = {"account_id": account_id, "name": folder, "uidvalidity": 0, "uidnext": _BEGUN, "total": 0} | values
    connection.execute(insert(folders).values(**row).on_conflict_do_update(None, set_=values))


def _marks(answered: bool, deleted: bool) -> frozenset[str]:  # noqa: FBT001 - two columns of a row
    return frozenset(name for name, is_set in ((ANSWERED, answered), (DELETED, deleted)) if is_set)


def _flag(connection: Connection, account_id: int, changes: Changes, flags: Known) -> set[int]:
    """Write the marks of places; returns the messages whose marks changed."""
    changed: set[int] = set()
    for piece in chunks(sorted(flags)):
        query = select(places.c.uid, places.c.message, places.c.answered, places.c.deleted).where(
            _here(account_id, changes), places.c.uid.in_(piece)
        )
        found = [
            row for row in connection.execute(query) if _marks(row.answered, row.deleted) != flags[row.uid] & MARKS
        ]
        if found:
            statement = update(places).where(_here(account_id, changes), places.c.uid == bindparam("at"))
            new = [
                {"at": r.uid, "answered": ANSWERED in flags[r.uid], "deleted": DELETED in flags[r.uid]} for r in found
            ]
            connection.execute(statement, new)
        changed.update(row.message for row in found if row.message is not None)
    return changed


def _take_away(connection: Connection, account_id: int, changes: Changes, uids: Iterable[int]) -> set[int]:
    changed: set[int] = set()
    for piece in chunks(sorted(uids)):
        clause = _here(account_id, changes) & places.c.uid.in_(piece)
        changed.update(connection.execute(select(places.c.message).where(clause)).scalars())
        connection.execute(delete(places).where(clause))
    return changed - {None}


def _drop_other_numbers(connection: Connection, account_id: int, changes: Changes) -> set[int]:
    """Forget the places under an earlier UIDVALIDITY; returns the messages for which that may matter."""
    valid = changes.cursor.uidvalidity
    folder = (places.c.account_id == account_id) & (places.c.folder == changes.folder.name)
    before, after = places.c.uidvalidity < valid, places.c.uidvalidity > valid
    new = places.alias()
    is_there = select(new.c.uid).where(
        new.c.message == places.c.message, or_(new.c.folder != places.c.folder, new.c.uidvalidity == valid)
    )
    matters = places.c.answered | places.c.deleted | ~is_there.exists()
    query = select(places.c.message).where(folder, or_(before, after), places.c.message.is_not(None), matters)
    changed = set(connection.execute(query).scalars())
    for others in (before, after):  # one by one: for both at once SQLite looks at every place of the folder
        connection.execute(delete(places).where(folder, others))
    return changed


def refresh(connection: Connection, account_id: int, rows: Iterable[int]) -> set[int]:
    """Bring the marks of messages in line with their places; returns those that have no place any more."""
    homeless: set[int] = set()
    for piece in chunks(sorted(rows)):
        marked = (
            select(places.c.message, func.max(places.c.answered), func.min(places.c.deleted))
            .where(places.c.message.in_(piece))
            .group_by(places.c.message)
        )
        marks = {row: _marks(answered, deleted) for row, answered, deleted in connection.execute(marked)}
        homeless.update(set(piece) - marks.keys())
        _rewrite(connection, account_id, sorted(marks), lambda row, before: _marked(before, marks[row]))  # noqa: B023 - called at once
    return homeless


def forget(connection: Connection, account_id: int, rows: Iterable[int]) -> None:
    """Messages that lie nowhere any more: their words go, and their conversations are judged without them."""
    for piece in chunks(sorted(rows)):
        _rewrite(connection, account_id, piece, lambda _, before: _forgotten(before))
        connection.execute(update(messages).where(messages.c.id.in_(piece)).values(gone=True))


def _rewrite(
    connection: Connection, account_id: int, rows: Sequence[int], changed: Callable[[int, Message], Message]
) -> None:
    query = select(messages.c.id, messages.c.conversation_id, messages.c.document).where(messages.c.id.in_(rows))
    for row, conversation, document in connection.execute(query).all():
        before = DOCUMENT.validate_json(document)
        after = changed(row, before)
        if after != before:
            values = {"document": DOCUMENT.dump_json(after)}
            connection.execute(update(messages).where(messages.c.id == row).values(**values))
            mark(connection, account_id, {conversation} - {""})


def _marked(message: Message, marks: frozenset[str]) -> Message:
    flags = (message.flags - MARKS) | marks
    return message if flags == message.flags else replace(message, flags=flags)


def _forgotten(message: Message) -> Message:
    """What is left of a letter that its owner threw away: who wrote to whom, when, and in answer to what."""
    return replace(
        message,
        flags=(message.flags - MARKS) | {DELETED},
        fresh="",
        quoted="",
        forwarded="",
        signature="",
        attachments=(),
        kind_evidence=(),
        voicemail=None,
        invitation=None,
    )
