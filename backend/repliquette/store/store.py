"""The store's door: one object, short transactions, no SQL outside this package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from repliquette.conversation.people import Ledger
from repliquette.limits import PAGE_SIZE
from repliquette.model import Conversation, Coverage, DraftReceipt, Entry, Message, Owner, Standing, Unreadable
from repliquette.store import database, gathering, ledger, lists, mail
from repliquette.store.accounts import Accounts
from repliquette.store.keys import Keys
from repliquette.store.ledger import Ground, Grounded
from repliquette.store.mail import Copy, Row
from repliquette.store.places import Places, refresh
from repliquette.store.schema import conversations, drafts, messages

_NOTES = 200  # out-of-office notes of years; a program that writes in my name must not be read as a whole


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
        self.places = Places(self._engine)
        self.accounts = Accounts(self._engine)

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
        return self.accounts.number(address)

    def add(self, account_id: int, batch: Iterable[Message | Unreadable | Copy]) -> int:
        """Store a batch and put what is new of it into conversations; returns how many messages were new.

        All of it or nothing: wherever a run is cut off, the next one makes the same batches.
        """
        with self.writing() as connection:
            added = mail.Added(connection, account_id, batch)
            added.write(gathering.gather(connection, account_id, added.fresh))
            refresh(connection, account_id, added.again)
        return len(added.fresh)

    def gather(self, account_id: int) -> bool:
        """Put a batch of what an earlier version left lying into conversations; returns whether there was any."""
        with self.writing() as connection:
            left = gathering.leftover(connection, account_id)
            gathering.move(connection, gathering.gather(connection, account_id, left))
        return bool(left)

    def named(self, account_id: int, names: Iterable[str]) -> Mapping[str, Row]:
        """What is stored under these names."""
        with self._reading() as connection:
            return mail.rows(connection, account_id, names)

    def names(self, account_id: int) -> Iterable[str]:
        """The names of all messages of an account."""
        with self._reading() as connection:
            query = select(messages.c.message_id).where(messages.c.account_id == account_id)
            yield from connection.execute(query).scalars()

    def to_judge(self, account_id: int, now: datetime, age: timedelta) -> list[str]:
        """Conversations that need a verdict: changed ones, and awaiting ones judged `age` ago."""
        with self._reading() as connection:
            pending = lists.pending(connection, account_id)
            return sorted({*pending, *lists.stale(connection, account_id, now, age)})

    def pending(self, account_id: int) -> list[str]:
        """Conversations that wait for a verdict."""
        with self._reading() as connection:
            return lists.pending(connection, account_id)

    def reconsider(self, account_id: int, owner: Owner) -> None:
        """Have those judged again whose verdicts do not hold any more, as much was written since."""
        with self.writing() as connection:
            ledger.reconsider(connection, account_id, owner.addresses)

    def load(self, account_id: int, address: str, ids: Iterable[str]) -> list[Conversation]:
        """Conversations with their messages."""
        with self._reading() as connection:
            return mail.load(connection, account_id, address, ids)

    def stored(self, account_id: int, name: str) -> Message | None:
        """The message of a name."""
        query = select(messages.c.document).where(messages.c.account_id == account_id, messages.c.message_id == name)
        with self._reading() as connection:
            document = connection.execute(query).scalar()
        return None if document is None else mail.DOCUMENT.validate_json(document)

    def drop(self, account_id: int, ids: Sequence[str]) -> None:
        """Take conversations without a word left in them off the lists; of which nothing lies anywhere, for good."""
        with self.writing() as connection:
            gathering.forget_verdicts(connection, ids)
            gathering.forget_gone(connection, account_id, ids)

    def grounded(self, account_id: int, owner: Owner, talks: Sequence[Conversation]) -> dict[str, Grounded]:
        """For each conversation (by id) the ledger of its people and within which totals it holds."""
        with self._reading() as connection:
            return ledger.grounded(connection, account_id, owner, talks)

    def ledgers(self, account_id: int, owner: Owner, talks: Sequence[Conversation]) -> dict[str, Ledger]:
        """For each conversation (by id) the ledger of its people, its own messages left out."""
        return {id_: found.ledger for id_, found in self.grounded(account_id, owner, talks).items()}

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

    def save(
        self,
        account_id: int,
        entries: Sequence[Entry],
        judged_at: datetime,
        grounds: Mapping[str, tuple[Ground, ...]] | None = None,
    ) -> None:
        """Keep verdicts, with what they lean on; those that they unsettle are marked to be judged."""
        with self.writing() as connection:
            lists.save(connection, account_id, entries, judged_at, grounds or {})

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
        """The latest that was sent in the owner's name without a human hand: out-of-office notes, receipts."""
        query = (
            select(messages.c.document)
            .where(
                messages.c.account_id == account_id,
                messages.c.sender.in_(sorted(owner.addresses)),
                messages.c.human.is_(False),
                ~messages.c.gone,
            )
            .order_by(messages.c.date.desc(), messages.c.message_id)
            .limit(_NOTES)
        )
        with self._reading() as connection:
            return [mail.DOCUMENT.validate_json(d) for d in connection.execute(query).scalars()]

    def coverage(self) -> tuple[Coverage, ...]:
        """What was read of each account."""
        return self.accounts.coverage()

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
