"""From a mailbox to verdicts: fetch what is new, read it, put it into conversations, judge those.

Each step commits by itself and leaves what is still to do in the store, so that
a run may end at any instant and the next one goes on (S21).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from repliquette.conversation.claims import without_false_claim
from repliquette.errors import BusyError
from repliquette.limits import FETCH_BATCH
from repliquette.mailbox.source import Changes, Source
from repliquette.message import parse
from repliquette.model import Message, Owner, RawMessage, Unreadable
from repliquette.pipeline.absences import with_absences
from repliquette.pipeline.entries import entry
from repliquette.pipeline.knowledge import Knowledge
from repliquette.reasons.facts import STOP_CHASING
from repliquette.store import Store
from repliquette.store.mail import chunks

JUDGE_BATCH = 200
# "Too soon" becomes "overdue" by time alone; half a day would be noticed, minutes are not.
STALE = timedelta(hours=6)

Progress = Callable[[str, int, int], None]


def quiet(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run found: messages read (copies not counted), and conversations judged.

    `troubles` names what went wrong with conversations that could not be judged: a
    mistake of ours.  They are tried again by the next run.
    """

    new: int
    judged: int
    troubles: tuple[str, ...] = ()


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the store's lock: BusyError where another run has it (S21)."""
    lock = FileLock(data / "sync.lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise BusyError(
            "Another Repliquette is reading this mailbox.", hint="Wait for it to end, then try again."
        ) from error


@dataclass(frozen=True, slots=True)
class Intake:
    """Brings mail of one account into the store and judges it; `address` names the account."""

    store: Store
    address: str
    owner: Owner
    knowledge: Knowledge
    now: datetime
    progress: Progress = quiet

    def read(self, source: Source) -> SyncReport:
        """Bring the store up to date with a source; a second run reads only what is new."""
        account = self.store.account_id(self.address)
        new = 0
        for folder in source.folders():
            changes = source.changes(folder, self.store.cursor(account, folder.name))
            new += self._fetch(source, account, changes)
            self.store.advance(account, changes)
        judged, troubles = self.settle()
        self.store.synced(account, self.now)
        return SyncReport(new, judged, troubles)

    def _fetch(self, source: Source, account: int, changes: Changes) -> int:
        missing = self.store.missing(account, changes)
        step = f"Reading {changes.folder.name}"
        new = 0
        for done, uids in enumerate(chunks(missing, FETCH_BATCH)):
            self.progress(step, done * FETCH_BATCH, len(missing))
            new += self.store.add(account, [self._read(raw) for raw in source.fetch(changes.folder, uids)])
        self.progress(step, len(missing), len(missing))
        return new

    def _read(self, raw: RawMessage) -> Message | Unreadable:
        read = parse.parse(raw, self.knowledge.lore)
        return read if isinstance(read, Unreadable) else without_false_claim(read, self.owner)

    def settle(self) -> tuple[int, tuple[str, ...]]:
        """Thread what is new and judge every conversation that needs it; returns how many, and the troubles."""
        account = self.store.account_id(self.address)
        more = True
        while more:
            _, more = self.store.gather(account)
        owner = with_absences(self.owner, self.store.own_notes(account, self.owner), self.knowledge.lore)
        judged_by = self.knowledge.fingerprint(owner)
        if self.store.judged_by(account) != judged_by:
            self.store.judge_all(account, judged_by)
        ids = self.store.to_judge(account, self.now, STALE)
        troubles: list[str] = []
        for done, batch in enumerate(chunks(ids, JUDGE_BATCH)):
            self.progress("Thinking", done * JUDGE_BATCH, len(ids))
            troubles += self._judge(account, owner, batch)
        # Who leaves several conversations unanswered is known only once each of them is judged.
        for batch in chunks(self.store.silent(account, ids, STOP_CHASING), JUDGE_BATCH):
            troubles += self._judge(account, owner, batch)
        self.progress("Thinking", len(ids), len(ids))
        return len(ids), tuple(sorted(set(troubles)))

    def is_due(self) -> bool:
        """Whether there is anything to judge: new mail, the passing of time, other rules or settings."""
        account = self.store.account_id(self.address)
        owner = with_absences(self.owner, self.store.own_notes(account, self.owner), self.knowledge.lore)
        is_other = self.store.judged_by(account) != self.knowledge.fingerprint(owner)
        return is_other or bool(self.store.to_judge(account, self.now, STALE))

    def _judge(self, account: int, owner: Owner, ids: list[str]) -> list[str]:
        talks = self.store.load(account, self.address, ids)
        ledgers = self.store.ledgers(account, owner, talks)
        entries, troubles = [], []
        for talk in talks:
            try:
                verdict = self.knowledge.judge(talk, ledgers[talk.id], owner, self.now)
            except Exception as error:  # noqa: BLE001 - S23: one mail that we stumble over must not stop the others
                troubles.append(f"{talk.id}: {type(error).__name__}")
            else:
                entries.append(entry(talk, verdict, ledgers[talk.id], owner))
        self.store.save(account, entries, self.now)
        return troubles
