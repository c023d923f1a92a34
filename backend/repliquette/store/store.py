"""The store's door: one object, short transactions, no SQL outside this package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from repliquette.conversation.people import Ledger, tier
from repliquette.limits import PAGE_SIZE
from repliquette.mailbox.source import Changes, Cursor
from repliquette.model import Conversation, Coverage, DraftReceipt, Entry, Message, Owner, Person, Standing, Unreadable
from repliquette.store import database, ledger, lists, mail
from repliquette.store.keys import Keys
from repliquette.store.schema import accounts, conversations, drafts, folders, messages, places


class Store:
    """All that is remembered between two runs.

    Every method is one transaction; `path` is created on first use, private to
    its owner.  Raises RepliquetteError where the file is no store of ours.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file, migrating it if it is older (a copy is made first)."""
        self.path = path
        self._engine = database.connect(path)
        self.keys = Keys(self._engine)

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(read_only=True) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: all of it or nothing."""
        with self._engine.begin() as connection:
            yield connection

    # Mail ------------------------------------------------------------------------------------------

    def account_id(self, address: str) -> int:
        """The number of an account, made when new."""
        query = select(accounts.c.id).where(accounts.c.address == address.lower())
        with self._reading() as connection:
            known = connection.execute(query).scalar()
        if known is not None:
            return int(known)
        with self.writing() as connection:
            connection.execute(insert(accounts).values(address=address.lower()).on_conflict_do_nothing())
            return int(connection.execute(query).scalar_one())

    def cursor(self, account_id: int, folder: str) -> Cursor | None:
        """How far a folder was read."""
        query = select(folders.c.uidvalidity, folders.c.uidnext).where(
            folders.c.account_id == account_id, folders.c.name == folder
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Cursor(*row)

    def missing(self, account_id: int, changes: Changes) -> list[int]:
        """What of the changes is not stored yet; a folder whose UIDVALIDITY changed is forgotten first."""
        with self.writing() as connection:
            if changes.reset:
                mail.forget_folder(connection, account_id, changes.folder.name)
            return mail.missing(
                connection, account_id, changes.folder.name, changes.cursor.uidvalidity, list(changes.added)
            )

    def add(self, account_id: int, batch: Iterable[Message | Unreadable]) -> int:
        """Store a batch; returns how many messages were new."""
        with self.writing() as connection:
            return mail.add(connection, account_id, batch)

    def advance(self, account_id: int, changes: Changes) -> None:
        """Note that a folder has been read up to the cursor of `changes`."""
        values = {
            "account_id": account_id,
            "name": changes.folder.name,
            "uidvalidity": changes.cursor.uidvalidity,
            "uidnext": changes.cursor.uidnext,
            "total": changes.total,
        }
        with self.writing() as connection:
            connection.execute(insert(folders).values(**values).on_conflict_do_update(None, set_=values))

    def gather(self, account_id: int) -> tuple[set[str], bool]:
        """Put a batch of new messages into conversations: the ids touched, and whether more are left."""
        with self.writing() as connection:
            fresh = mail.unthreaded(connection, account_id)
            if not fresh:
                return set(), False
            touched = mail.gather(connection, account_id, fresh)
            people = {a.email for m in fresh for a in (m.sender, *m.recipients)}
            mail.mark(connection, account_id, ledger.open_with(connection, account_id, people))
            return touched, True

    def to_judge(self, account_id: int, now: datetime, age: timedelta) -> list[str]:
        """Conversations that need a verdict: changed ones, and awaiting ones judged `age` ago."""
        with self._reading() as connection:
            pending = lists.pending(connection, account_id)
            return sorted({*pending, *lists.stale(connection, account_id, now, age)})

    def judged_by(self, account_id: int) -> str:
        """The fingerprint of what the verdicts of an account were made by."""
        with self._reading() as connection:
            found = connection.execute(select(accounts.c.judged_by).where(accounts.c.id == account_id)).scalar()
        return found or ""

    def judge_all(self, account_id: int, judged_by: str) -> None:
        """Have every conversation judged again, by what `judged_by` is the fingerprint of."""
        with self.writing() as connection:
            mail.mark(connection, account_id, lists.ids(connection, account_id))
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(judged_by=judged_by))

    def silent(self, account_id: int, ids: Iterable[str], least: int) -> list[str]:
        """Awaiting conversations with those people of `ids` who leave at least so many unanswered."""
        with self._reading() as connection:
            return ledger.silent(connection, account_id, ids, least)

    def load(self, account_id: int, address: str, ids: Iterable[str]) -> list[Conversation]:
        """Conversations with their messages."""
        with self._reading() as connection:
            return mail.load(connection, account_id, address, ids)

    def ledgers(self, account_id: int, owner: Owner, talks: Sequence[Conversation]) -> dict[str, Ledger]:
        """For each conversation (by id) the ledger of its people, its own messages left out."""
        people = {a.email for c in talks for m in c.messages for a in (m.sender, *m.recipients)} - {""}
        others = people - owner.addresses
        with self._reading() as connection:
            received = ledger.received(connection, account_id, others)
            sent = ledger.sent(connection, account_id, owner.addresses, others)
            latest = ledger.latest(connection, account_id, others)
        lines = {a: _person(a, received.get(a), sent.get(a)) for a in others}
        return {talk.id: _without(talk, owner, lines, latest) for talk in talks}

    def with_person(self, account_id: int, address: str, who: str, limit: int = 20) -> list[Conversation]:
        """The latest conversations with a person."""
        query = (
            select(conversations.c.id)
            .where(conversations.c.account_id == account_id, conversations.c.who == who)
            .order_by(conversations.c.last.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            return mail.load(connection, account_id, address, connection.execute(query).scalars().all())

    # Verdicts and lists ----------------------------------------------------------------------------

    def save(self, account_id: int, entries: Iterable[Entry], judged_at: datetime) -> None:
        """Keep verdicts."""
        with self.writing() as connection:
            for entry in entries:
                lists.save(connection, account_id, entry, judged_at)

    def page(
        self, wanted: lists.Wanted, now: datetime, *, cursor: str | None = None, limit: int = PAGE_SIZE
    ) -> lists.Page:
        """A piece of a list, most pressing first as of `now`."""
        with self._reading() as connection:
            return lists.page(connection, wanted, now, cursor=cursor, limit=limit)

    def entry(self, id_: str) -> Entry:
        """One entry; UnknownError where there is none."""
        with self._reading() as connection:
            return lists.entry(connection, id_)

    def counts(self, wanted: lists.Wanted | None = None) -> Mapping[Standing, int]:
        """How many conversations of each standing."""
        with self._reading() as connection:
            return lists.counts(connection, wanted or lists.Wanted())

    def find(self, **fields: object) -> str | None:
        """The conversation of the newest message whose columns have these values."""
        clause = None
        for name, value in fields.items():
            part = messages.c[name] == value
            clause = part if clause is None else clause & part
        if clause is None:
            return None
        with self._reading() as connection:
            return lists.by_message(connection, clause)

    def find_visible(self, subject: str, sender: str, at: datetime | None, slack: timedelta) -> str | None:
        """The conversation of the newest message with this subject key and sender, near a time if one is known."""
        clause = (messages.c.subject_key == subject) & (messages.c.sender == sender)
        if at is not None:
            clause &= messages.c.date.between((at - slack).timestamp(), (at + slack).timestamp())
        with self._reading() as connection:
            return lists.by_message(connection, clause)

    def own_notes(self, account_id: int, owner: Owner) -> list[Message]:
        """What was sent in the owner's name without a human hand: out-of-office notes, receipts."""
        query = select(messages.c.document).where(
            messages.c.account_id == account_id, messages.c.sender.in_(sorted(owner.addresses)), ~messages.c.human
        )
        with self._reading() as connection:
            return [mail.DOCUMENT.validate_json(d) for d in connection.execute(query).scalars()]

    def coverage(self) -> tuple[Coverage, ...]:
        """What was read of each account."""
        with self._reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.id)).all()
            return tuple(_coverage(connection, r.id, r.address, r.synced_at) for r in rows)

    def synced(self, account_id: int, now: datetime) -> None:
        """Note that a sync came to its end."""
        with self.writing() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(synced_at=now.timestamp()))

    # Drafts ----------------------------------------------------------------------------------------

    def record_draft(self, conversation_id: str, answers: str, receipt: DraftReceipt, now: datetime) -> None:
        """Remember a draft that lies on the server; `answers` is the Message-ID it answers."""
        values = {
            "message_id": receipt.message_id,
            "conversation_id": conversation_id,
            "answers": answers,
            "folder": receipt.folder,
            "uid": receipt.uid,
            "saved_at": now.timestamp(),
        }
        with self.writing() as connection:
            connection.execute(insert(drafts).values(**values).on_conflict_do_update(None, set_=values))


def _person(address: str, received: ledger.Count | None, sent: ledger.Count | None) -> Person:
    lines = [line for line in (received, sent) if line]
    return Person(
        address,
        received=received.number if received else 0,
        sent=sent.number if sent else 0,
        first=min((line.first for line in lines), default=None),
        last=max((line.last for line in lines), default=None),
    )


def _without(
    talk: Conversation, owner: Owner, lines: Mapping[str, Person], latest: Mapping[str, list[tuple[str, bool]]]
) -> Ledger:
    """The ledger as it stands without this conversation, which itself counts as unanswered."""
    written = Counter(m.sender.email for m in talk.messages if m.is_human)
    mine = [m for m in talk.messages if m.is_human and owner.is_me(m.sender)]
    addressed = Counter(email for m in mine for email in {a.email for a in m.recipients})
    people = []
    for address in {a.email for m in talk.messages for a in (m.sender, *m.recipients)} & lines.keys():
        line = lines[address]
        received, sent = line.received - written[address], line.sent - addressed[address]
        others = (waiting for id_, waiting in latest.get(address, ()) if id_ != talk.id)
        people.append(
            replace(
                line,
                received=received,
                sent=sent,
                unanswered=1 + sum(1 for _ in takewhile(bool, others)),
                tier=tier(address, received, sent, owner),
                always_first=address in owner.always_first,
            )
        )
    return Ledger(people)


def _coverage(connection: Connection, account_id: int, address: str, synced_at: float | None) -> Coverage:
    total = connection.execute(select(func.sum(folders.c.total)).where(folders.c.account_id == account_id)).scalar()
    here = places.c.account_id == account_id
    read = connection.execute(select(func.count()).where(here, places.c.message.is_not(None))).scalar_one()
    bad = connection.execute(
        select(places.c.folder, places.c.uid, places.c.unreadable).where(here, places.c.message.is_(None))
    )
    _, oldest, newest = mail.span(connection, account_id)
    return Coverage(
        account=address,
        read=read,
        total=max(total or 0, read),
        oldest=oldest,
        newest=newest,
        synced_at=datetime.fromtimestamp(synced_at, UTC) if synced_at else None,
        unreadable=tuple((f"{folder} {uid}", why) for folder, uid, why in bad),
    )
