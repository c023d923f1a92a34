r"""Messages in the store: added once each, found again by name, their marks kept up to date.

Message-IDs are chosen by senders: two letters may bear the same, and neither may hide
the other.  A batch costs a handful of statements, not a handful a message.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from repliquette.conversation.thread import is_reply_subject, subject_key
from repliquette.limits import CONVERSATION_MESSAGES
from repliquette.model import Conversation, FolderRole, Message, MessageKey, Unreadable
from repliquette.store.schema import messages, places, recipients, refers, stirred, to_judge

DOCUMENT = TypeAdapter(Message)
# SQLite takes up to 32,766 parameters a statement; smaller ones are parsed faster.
_IN = 500

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that is stored already under `name`, found once more: only its place and its marks are new."""

    name: str
    key: MessageKey
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """What is looked up of a stored message."""

    id: int
    sender: str
    date: float
    gone: bool = False

    def is_of(self, message: Message) -> bool:
        """Whether it is this very letter, not another one under the same Message-ID."""
        return (self.sender, self.date) == (message.sender.email, message.date.timestamp())


def chunks(items: Iterable[Item], size: int = _IN) -> Iterator[list[Item]]:
    """Pieces of at most `size`."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece


def other_name(name: str, sender: str, date: datetime) -> str:
    """The name of a second letter under a Message-ID that was taken."""
    digest = hashlib.sha256(f"{sender}\0{date.isoformat()}".encode()).hexdigest()[:12]
    return f"{name}.{digest}"


def rows(connection: Connection, account_id: int, names: Iterable[str]) -> dict[str, Row]:
    """What is stored under these names."""
    found: dict[str, Row] = {}
    for piece in chunks(sorted(names)):
        query = select(messages.c.message_id, messages.c.id, messages.c.sender, messages.c.date, messages.c.gone).where(
            messages.c.account_id == account_id, messages.c.message_id.in_(piece)
        )
        found.update((name, Row(*rest)) for name, *rest in connection.execute(query))
    return found


class Added:
    """A batch on its way into the store; `fresh` are its new messages with their rows, `again` rows seen before."""

    def __init__(self, connection: Connection, account_id: int, batch: Iterable[Message | Unreadable | Copy]) -> None:
        """Look up what is known of it; nothing is written yet."""
        self._connection = connection
        self._account_id = account_id
        self.fresh: dict[int, Message] = {}
        self.again: set[int] = set()
        self._better: dict[int, Message] = {}
        self._places: list[dict[str, Any]] = []
        items = list(batch)
        self._rows = rows(connection, account_id, _names(items))
        self._next = (connection.execute(select(func.max(messages.c.id))).scalar() or 0) + 1
        for item in items:
            self._take(item)

    def _take(self, item: Message | Unreadable | Copy) -> None:
        if isinstance(item, Unreadable):
            self._lay(item.key, None, item.reason)
        elif isinstance(item, Copy):
            known = self._rows.get(item.name)
            if known is not None:  # else it was dropped meanwhile: the next run reads it as new
                self.again.add(known.id)
                self._lay(item.key, known.id, "", item.flags)
        else:
            self._lay(item.key, self._row_of(item), "", item.flags)

    def _row_of(self, message: Message) -> int:
        known = self._rows.get(message.message_id)
        if known is not None and not known.is_of(message):
            name = other_name(message.message_id, message.sender.email, message.date)
            message = replace(message, message_id=name)
            known = self._rows.get(name) or rows(self._connection, self._account_id, [name]).get(name)
        if known is None:
            known = Row(self._next, message.sender.email, message.date.timestamp())
            self._next += 1
            self.fresh[known.id] = message
        elif known.gone or message.role is FolderRole.SENT:
            self._better[known.id] = message
            self.again.add(known.id)
        else:
            self.again.add(known.id)
        self._rows[message.message_id] = known
        return known.id

    def _lay(self, key: MessageKey | None, row: int | None, why: str, flags: frozenset[str] = frozenset()) -> None:
        if key is not None:
            self._places.append(
                {
                    "account_id": self._account_id,
                    "folder": key.folder,
                    "uidvalidity": key.uidvalidity,
                    "uid": key.uid,
                    "message": row,
                    "unreadable": why,
                    "answered": r"\Answered" in flags,
                    "deleted": r"\Deleted" in flags,
                }
            )

    def write(self, homes: Mapping[int, str]) -> None:
        """Store the batch, each new message (by its row) in its conversation."""
        execute = self._connection.execute
        if self.fresh:
            execute(
                messages.insert(), [_columns(self._account_id, row, m, homes[row]) for row, m in self.fresh.items()]
            )
            _write_names(self._connection, self.fresh)
            _write_people(self._connection, self._account_id, self.fresh)
        if self._places:
            statement = insert(places)
            changed = {name: statement.excluded[name] for name in ("message", "unreadable", "answered", "deleted")}
            execute(statement.on_conflict_do_update(None, set_=changed), self._places)
        for row, message in self._better.items():
            _replace(self._connection, self._account_id, row, message)


def _names(items: Iterable[Message | Unreadable | Copy]) -> set[str]:
    return {
        item.name if isinstance(item, Copy) else item.message_id for item in items if not isinstance(item, Unreadable)
    }


def _columns(account_id: int, row: int, message: Message, home: str) -> dict[str, Any]:
    return {
        "id": row,
        "account_id": account_id,
        "message_id": message.message_id,
        "conversation_id": home,
        "date": message.date.timestamp(),
        "sender": message.sender.email,
        "human": message.is_human,
        "subject_key": subject_key(message.subject),
        "bare_reply": is_bare_reply(message),
        "gmail_thread": message.gmail_thread,
        "gmail_message": message.gmail_message,
        "exchange_thread": message.exchange_thread,
        "gone": False,
        "document": DOCUMENT.dump_json(message),
    }


def is_bare_reply(message: Message) -> bool:
    """Whether only its subject and people can bind it."""
    return not message.references and not message.in_reply_to and is_reply_subject(message.subject)


def _write_names(connection: Connection, fresh: dict[int, Message]) -> None:
    named = [
        {"message": row, "reference": name}
        for row, message in fresh.items()
        for name in sorted({*message.in_reply_to, *message.references})
    ]
    if named:
        connection.execute(refers.insert(), named)


def _write_people(connection: Connection, account_id: int, fresh: dict[int, Message]) -> None:
    written_to = [
        {
            "message": row,
            "address": address,
            "account_id": account_id,
            "sender": message.sender.email,
            "human": message.is_human,
            "date": message.date.timestamp(),
        }
        for row, message in fresh.items()
        for address in sorted({a.email for a in message.recipients if a.email})
    ]
    if written_to:
        connection.execute(recipients.insert(), written_to)
    stir(connection, account_id, fresh.values())


def stir(connection: Connection, account_id: int, changed: Iterable[Message]) -> None:
    """Note whose totals these human messages change."""
    people = {a.email for m in changed if m.is_human for a in (m.sender, *m.recipients)} - {""}
    if people:
        values = [{"account_id": account_id, "address": address} for address in sorted(people)]
        connection.execute(insert(stirred).on_conflict_do_nothing(), values)


def _replace(connection: Connection, account_id: int, row: int, message: Message) -> None:
    """The copy in Sent is the one that I wrote: a list's copy of it bears the list's marks.  What came back is whole."""
    query = select(messages.c.document, messages.c.conversation_id, messages.c.gone).where(messages.c.id == row)
    document, conversation, gone = connection.execute(query).one()
    before = DOCUMENT.validate_json(document)
    if before.role is FolderRole.SENT and not gone:
        return
    values = {"human": message.is_human, "document": DOCUMENT.dump_json(message), "gone": False}
    connection.execute(update(messages).where(messages.c.id == row).values(**values))
    connection.execute(update(recipients).where(recipients.c.message == row).values(human=message.is_human))
    stir(connection, account_id, (before, message))
    mark(connection, account_id, {conversation} - {""})


def mark(connection: Connection, account_id: int, ids: Iterable[str]) -> None:
    """Note that conversations must be judged (again)."""
    values = [{"conversation_id": id_, "account_id": account_id} for id_ in sorted({*ids})]
    if values:
        connection.execute(insert(to_judge).on_conflict_do_nothing(), values)


def members(connection: Connection, account_id: int, ids: Iterable[str]) -> dict[str, list[tuple[int, Message]]]:
    """Conversation → its messages with their rows, oldest first."""
    found: dict[str, list[tuple[int, Message]]] = defaultdict(list)
    for piece in chunks(sorted(ids)):
        query = (
            select(messages.c.conversation_id, messages.c.id, messages.c.document)
            .where(messages.c.account_id == account_id, messages.c.conversation_id.in_(piece))
            .order_by(messages.c.date, messages.c.message_id)
        )
        for id_, row, document in connection.execute(query):
            found[id_].append((row, DOCUMENT.validate_json(document)))
    return found


def load(connection: Connection, account_id: int, address: str, ids: Iterable[str]) -> list[Conversation]:
    """Conversations with their newest messages, in the order of their ids; ids without messages are left out."""
    found = members(connection, account_id, ids)
    return [_conversation(id_, address, [m for _, m in found[id_]]) for id_ in sorted(found)]


def _conversation(id_: str, address: str, letters: Sequence[Message]) -> Conversation:
    return Conversation(id_, tuple(letters[-CONVERSATION_MESSAGES:]), address)


def span(connection: Connection, account_id: int) -> tuple[datetime | None, datetime | None]:
    """The oldest and the newest date stored."""
    here = messages.c.account_id == account_id  # two questions: each is the end of an index
    oldest = connection.execute(select(func.min(messages.c.date)).where(here)).scalar()
    newest = connection.execute(select(func.max(messages.c.date)).where(here)).scalar()
    return _instant(oldest), _instant(newest)


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
