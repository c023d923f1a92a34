"""Messages in the store: added once, found by their kin, gathered into conversations."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from repliquette.conversation.thread import is_reply_subject, subject_key, thread
from repliquette.limits import CONVERSATION_MESSAGES, SUBJECT_THREAD_DAYS
from repliquette.model import Conversation, FolderRole, Message, MessageKey, Unreadable
from repliquette.store.schema import conversations, drafts, messages, places, recipients, refers, to_judge

DOCUMENT = TypeAdapter(Message)
# SQLite takes up to 32,766 parameters a statement; smaller ones are parsed faster.
_IN = 500
_THREAD_BATCH = 500
_WINDOW_S = SUBJECT_THREAD_DAYS * 86_400

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = _IN) -> Iterator[list[Item]]:
    """Pieces of at most `size`."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece


def add(connection: Connection, account_id: int, batch: Iterable[Message | Unreadable]) -> int:
    """Store what is new of a batch; returns how many messages were new (copies are not)."""
    new = 0
    for item in batch:
        if isinstance(item, Unreadable):
            _place(connection, account_id, item.key, None, item.reason)
            continue
        message, row = _known(connection, account_id, item)
        if row is None:
            row = _add_message(connection, account_id, message)
            new += 1
        elif message.role is FolderRole.SENT:
            _replace(connection, row, message)
        _place(connection, account_id, item.key, row, "")
    return new


def _known(connection: Connection, account_id: int, message: Message) -> tuple[Message, int | None]:
    """The row of a message that is stored already, and the message under the id to store it by.

    Message-IDs are chosen by senders: two letters may bear the same, and neither may hide the other.
    """
    query = select(messages.c.id, messages.c.sender, messages.c.date).where(
        messages.c.account_id == account_id, messages.c.message_id == message.message_id
    )
    row = connection.execute(query).one_or_none()
    if row is None or (row.sender, row.date) == (message.sender.email, message.date.timestamp()):
        return message, None if row is None else row.id
    digest = hashlib.sha256(f"{message.sender.email}\0{message.date.isoformat()}".encode()).hexdigest()[:12]
    other = replace(message, message_id=f"{message.message_id}.{digest}")
    query = select(messages.c.id).where(messages.c.account_id == account_id, messages.c.message_id == other.message_id)
    return other, connection.execute(query).scalar()


def _replace(connection: Connection, row: int, message: Message) -> None:
    """The copy in Sent is the one that I wrote: a list's copy of it bears the list's marks."""
    values = {"human": message.is_human, "document": DOCUMENT.dump_json(message)}
    connection.execute(update(messages).where(messages.c.id == row).values(**values))
    home = select(messages.c.conversation_id, messages.c.account_id).where(messages.c.id == row)
    conversation, account_id = connection.execute(home).one()
    if conversation:
        mark(connection, account_id, [conversation])


def _add_message(connection: Connection, account_id: int, message: Message) -> int:
    references = {*message.in_reply_to, *message.references}
    result = connection.execute(
        messages.insert().values(
            account_id=account_id,
            message_id=message.message_id,
            conversation_id="",
            date=message.date.timestamp(),
            sender=message.sender.email,
            human=message.is_human,
            subject_key=subject_key(message.subject),
            bare_reply=not references and is_reply_subject(message.subject),
            gmail_thread=message.gmail_thread,
            gmail_message=message.gmail_message,
            exchange_thread=message.exchange_thread,
            document=DOCUMENT.dump_json(message),
        )
    )
    assert result.inserted_primary_key is not None
    row = int(result.inserted_primary_key[0])
    if references:
        connection.execute(refers.insert(), [{"message": row, "reference": r} for r in sorted(references)])
    addresses = {a.email for a in message.recipients if a.email}
    if addresses:
        connection.execute(recipients.insert(), [{"message": row, "address": a} for a in sorted(addresses)])
    return row


def _place(connection: Connection, account_id: int, key: MessageKey | None, row: int | None, why: str) -> None:
    if key is None:
        return
    values = {"account_id": account_id, "folder": key.folder, "uidvalidity": key.uidvalidity, "uid": key.uid}
    statement = insert(places).values(**values, message=row, unreadable=why)
    connection.execute(statement.on_conflict_do_update(None, set_={"message": row, "unreadable": why}))


def missing(connection: Connection, account_id: int, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[int]:
    """Those of `uids` that are not stored yet, in the order given: what a crash left to do."""
    have: set[int] = set()
    for piece in chunks(uids):
        query = select(places.c.uid).where(
            places.c.account_id == account_id,
            places.c.folder == folder,
            places.c.uidvalidity == uidvalidity,
            places.c.uid.in_(piece),
        )
        have.update(connection.execute(query).scalars())
    return [uid for uid in uids if uid not in have]


def forget_folder(connection: Connection, account_id: int, folder: str) -> None:
    """Forget where messages lay (UIDVALIDITY changed); what they say and their verdicts stay."""
    connection.execute(delete(places).where(places.c.account_id == account_id, places.c.folder == folder))


def unthreaded(connection: Connection, account_id: int) -> list[Message]:
    """Up to a batch of messages that belong to no conversation yet, oldest first."""
    query = (
        select(messages.c.document)
        .where(messages.c.account_id == account_id, messages.c.conversation_id == "")
        .order_by(messages.c.date, messages.c.id)
        .limit(_THREAD_BATCH)
    )
    return [DOCUMENT.validate_json(d) for d in connection.execute(query).scalars()]


def gather(connection: Connection, account_id: int, fresh: Sequence[Message]) -> set[str]:
    """Put new messages into conversations, joining those they connect; returns the ids touched.

    Work is in proportion to the conversations concerned, not to the mailbox.
    """
    home = _conversations_of(connection, account_id, _kin(connection, account_id, fresh))
    everything = {m.message_id: m for members in home.values() for m in members}
    where = {m.message_id: id_ for id_, members in home.items() for m in members}
    everything.update((m.message_id, m) for m in fresh)
    new = {m.message_id for m in fresh}
    touched: set[str] = set()
    for group in thread(everything.values()):
        if not any(m.message_id in new for m in group):
            continue
        known = [where[m.message_id] for m in group if m.message_id in where]
        id_ = known[0] if known else conversation_id(account_id, group[0].message_id)
        _move(connection, account_id, id_, group, set(known) - {id_})
        touched.add(id_)
    return touched


def conversation_id(account_id: int, root: str) -> str:
    """A short id, the same for the same mailbox every time."""
    return "c" + hashlib.sha256(f"{account_id}\0{root}".encode()).hexdigest()[:12]


def _move(connection: Connection, account_id: int, id_: str, group: Sequence[Message], merged: set[str]) -> None:
    for piece in chunks([m.message_id for m in group]):
        connection.execute(
            update(messages)
            .where(messages.c.account_id == account_id, messages.c.message_id.in_(piece))
            .values(conversation_id=id_)
        )
    for old in merged:
        connection.execute(update(drafts).where(drafts.c.conversation_id == old).values(conversation_id=id_))
        connection.execute(delete(conversations).where(conversations.c.id == old))
        connection.execute(delete(to_judge).where(to_judge.c.conversation_id == old))
    mark(connection, account_id, [id_])


def mark(connection: Connection, account_id: int, ids: Iterable[str]) -> None:
    """Note that conversations must be judged (again)."""
    rows = [{"conversation_id": id_, "account_id": account_id} for id_ in ids]
    if rows:
        connection.execute(insert(to_judge).on_conflict_do_nothing(), rows)


def _kin(connection: Connection, account_id: int, fresh: Sequence[Message]) -> set[str]:
    """The conversations that new messages may belong to."""
    own = {m.message_id for m in fresh}
    names = own.union(*({*m.in_reply_to, *m.references} for m in fresh))
    gmail = {m.gmail_thread for m in fresh if m.gmail_thread is not None}
    exchange = {m.exchange_thread for m in fresh if m.exchange_thread}
    found: set[str] = set()
    clauses: list[ColumnElement[bool]] = [messages.c.gmail_thread.in_(p) for p in chunks(sorted(gmail))]
    clauses += [messages.c.exchange_thread.in_(p) for p in chunks(sorted(exchange))]
    for piece in chunks(sorted(names)):
        children = select(refers.c.message).where(refers.c.reference.in_(piece))
        clauses += [messages.c.message_id.in_(piece), messages.c.id.in_(children)]
    for clause in clauses:
        found.update(_ids(connection, account_id, clause))
    for message in fresh:
        found.update(_ids(connection, account_id, _same_matter(message)))
    return found - {""}


def _same_matter(message: Message) -> ColumnElement[bool]:
    """Stored messages of the same subject and time, where only the subject can bind."""
    key, at = subject_key(message.subject), message.date.timestamp()
    bare = not message.references and not message.in_reply_to and is_reply_subject(message.subject)
    near = messages.c.date.between(at - _WINDOW_S, at + _WINDOW_S)
    clause = and_(messages.c.subject_key == key, near, messages.c.subject_key != "")
    return clause if bare else and_(clause, messages.c.bare_reply)


def _ids(connection: Connection, account_id: int, clause: ColumnElement[bool]) -> set[str]:
    query = select(messages.c.conversation_id).where(messages.c.account_id == account_id, clause).distinct()
    return set(connection.execute(query).scalars())


def _conversations_of(connection: Connection, account_id: int, ids: Iterable[str]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for piece in chunks(sorted(ids)):
        query = (
            select(messages.c.conversation_id, messages.c.document)
            .where(messages.c.account_id == account_id, messages.c.conversation_id.in_(piece))
            .order_by(messages.c.date, messages.c.message_id)
        )
        for id_, document in connection.execute(query):
            found[id_].append(DOCUMENT.validate_json(document))
    return found


def load(connection: Connection, account_id: int, address: str, ids: Iterable[str]) -> list[Conversation]:
    """Conversations with their newest messages, in the order of their ids; ids without messages are left out."""
    found = _conversations_of(connection, account_id, ids)
    return [Conversation(id_, tuple(members[-CONVERSATION_MESSAGES:]), address) for id_, members in found.items()]


def span(connection: Connection, account_id: int) -> tuple[int, datetime | None, datetime | None]:
    """How many messages are stored, the oldest and the newest date."""
    query = select(func.count(), func.min(messages.c.date), func.max(messages.c.date)).where(
        messages.c.account_id == account_id
    )
    count, oldest, newest = connection.execute(query).one()
    return count, _instant(oldest), _instant(newest)


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
