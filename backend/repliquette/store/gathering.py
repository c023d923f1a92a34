"""New messages find their conversations, joining those that they connect.

Work is in proportion to the conversations concerned, not to the mailbox.  A
conversation keeps the name of its message that was stored first, so that the name
depends neither on where a run was cut off nor on what is read later.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, select, update

from repliquette.conversation.thread import subject_key, thread
from repliquette.limits import SUBJECT_THREAD_DAYS
from repliquette.model import Message
from repliquette.store.mail import DOCUMENT, chunks, is_bare_reply, mark, members, stir
from repliquette.store.schema import conversations, drafts, grounds, messages, refers, to_judge

_THREAD_BATCH = 500
_WINDOW_S = SUBJECT_THREAD_DAYS * 86_400


def gather(connection: Connection, account_id: int, fresh: Mapping[int, Message]) -> dict[int, str]:
    """Find the conversations of new messages, by their rows, and join those that they connect.

    Returns row → conversation for the new ones, which need not be stored yet; the
    conversations are marked to be judged.
    """
    if not fresh:
        return {}
    home = members(connection, account_id, _kin(connection, account_id, fresh.values()))
    where = {m.message_id: id_ for id_, letters in home.items() for _, m in letters}
    row = {m.message_id: number for letters in home.values() for number, m in letters}
    row.update((m.message_id, number) for number, m in fresh.items())
    everything = [m for letters in home.values() for _, m in letters] + list(fresh.values())
    new = {m.message_id for m in fresh.values()}
    homes: dict[int, str] = {}
    moved: dict[int, str] = {}
    for group in thread(everything):
        if not any(m.message_id in new for m in group):
            continue
        known = [m for m in group if m.message_id in where]
        first = min(known or group, key=lambda m: row[m.message_id])
        id_ = where.get(first.message_id) or conversation_id(account_id, first.message_id)
        moved.update((row[m.message_id], id_) for m in known if where[m.message_id] != id_)
        homes.update((row[m.message_id], id_) for m in group if m.message_id in new)
        _merge(connection, id_, {where[m.message_id] for m in known} - {id_})
    move(connection, moved)
    mark(connection, account_id, homes.values())
    return homes


def leftover(connection: Connection, account_id: int) -> dict[int, Message]:
    """Messages that an earlier version stored and was cut off before it gathered them, a batch of them."""
    query = (
        select(messages.c.id, messages.c.document)
        .where(messages.c.account_id == account_id, messages.c.conversation_id == "")
        .order_by(messages.c.id)
        .limit(_THREAD_BATCH)
    )
    return {row: DOCUMENT.validate_json(document) for row, document in connection.execute(query)}


def conversation_id(account_id: int, root: str) -> str:
    """A short id, the same for the same mailbox every time."""
    return "c" + hashlib.sha256(f"{account_id}\0{root}".encode()).hexdigest()[:12]


def move(connection: Connection, homes: Mapping[int, str]) -> None:
    """Put stored messages (by their rows) into conversations."""
    if homes:
        statement = update(messages).where(messages.c.id == bindparam("row")).values(conversation_id=bindparam("home"))
        connection.execute(statement, [{"row": row, "home": home} for row, home in homes.items()])


def _merge(connection: Connection, id_: str, merged: Iterable[str]) -> None:
    for old in sorted(merged):
        connection.execute(update(messages).where(messages.c.conversation_id == old).values(conversation_id=id_))
        connection.execute(update(drafts).where(drafts.c.conversation_id == old).values(conversation_id=id_))
        forget_verdicts(connection, [old])


def forget_verdicts(connection: Connection, ids: Iterable[str]) -> None:
    """Drop conversations, whose messages have gone elsewhere, from all lists."""
    for piece in chunks(sorted(ids)):
        connection.execute(delete(conversations).where(conversations.c.id.in_(piece)))
        connection.execute(delete(to_judge).where(to_judge.c.conversation_id.in_(piece)))
        connection.execute(delete(grounds).where(grounds.c.conversation_id.in_(piece)))


def forget_gone(connection: Connection, account_id: int, ids: Iterable[str]) -> None:
    """Forget conversations of which every message has gone."""
    for piece in chunks(sorted(ids)):
        here = (messages.c.account_id == account_id) & messages.c.conversation_id.in_(piece)
        query = select(messages.c.conversation_id).where(here).group_by(messages.c.conversation_id)
        empty = connection.execute(query.having(func.min(messages.c.gone) == 1)).scalars().all()
        letters = [m for found in members(connection, account_id, empty).values() for _, m in found]
        stir(connection, account_id, letters)
        connection.execute(delete(messages).where(here, messages.c.conversation_id.in_(empty)))


def _kin(connection: Connection, account_id: int, fresh: Iterable[Message]) -> set[str]:
    """The conversations that new messages may belong to."""
    letters = list(fresh)
    found: set[str] = set()
    for clause in (*_by_name(letters), *_by_provider(letters)):
        query = select(messages.c.conversation_id).where(messages.c.account_id == account_id, clause).distinct()
        found.update(connection.execute(query).scalars())
    found.update(_by_subject(connection, account_id, letters))
    return found - {""}


def _by_name(letters: Sequence[Message]) -> Iterator[ColumnElement[bool]]:
    """What they name, and what names them or the same as they do."""
    names = {m.message_id for m in letters}.union(*({*m.in_reply_to, *m.references} for m in letters))
    for piece in chunks(sorted(names)):
        yield messages.c.message_id.in_(piece)
        yield messages.c.id.in_(select(refers.c.message).where(refers.c.reference.in_(piece)))


def _by_provider(letters: Sequence[Message]) -> Iterator[ColumnElement[bool]]:
    gmail = sorted({m.gmail_thread for m in letters if m.gmail_thread is not None})
    exchange = sorted({m.exchange_thread for m in letters if m.exchange_thread})
    yield from (messages.c.gmail_thread.in_(piece) for piece in chunks(gmail))
    for piece in chunks(exchange):
        yield and_(messages.c.exchange_thread != "", messages.c.exchange_thread.in_(piece))


def _by_subject(connection: Connection, account_id: int, letters: Sequence[Message]) -> Iterator[str]:
    """Conversations of the same subject and time, where only the subject can bind: one side must be a bare reply."""
    times: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for message in letters:
        if key := subject_key(message.subject):
            times[key, is_bare_reply(message)].append(message.date.timestamp())
    for is_bare in (False, True):
        keys = sorted(key for key, bare in times if bare is is_bare)
        for piece in chunks(keys):
            moments = [t for key in piece for t in times[key, is_bare]]
            query = select(messages.c.subject_key, messages.c.date, messages.c.conversation_id).where(
                messages.c.account_id == account_id,
                messages.c.subject_key.in_(piece),
                messages.c.bare_reply.in_((True, False) if is_bare else (True,)),
                messages.c.date.between(min(moments) - _WINDOW_S, max(moments) + _WINDOW_S),
            )
            for key, at, id_ in connection.execute(query):
                if any(abs(at - moment) <= _WINDOW_S for moment in times[key, is_bare]):
                    yield id_
