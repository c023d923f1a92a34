"""Verdicts brought up to date: new letters, other totals in the ledger, other rules, and the passing of time.

A conversation is judged again only where its own messages changed, where the totals of
its people have left the range within which its verdict holds, or where time may have
changed it.  Verdicts depend on what is stored, not on the order in which it came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from repliquette.conversation.marks import is_thrown_away
from repliquette.model import Absence, Entry, Owner
from repliquette.pipeline.absences import with_absences
from repliquette.pipeline.entries import entry
from repliquette.pipeline.knowledge import Knowledge
from repliquette.store import Store
from repliquette.store.ledger import Ground
from repliquette.store.mail import chunks

JUDGE_BATCH = 200
# "Too soon" becomes "overdue" by time alone; half a day would be noticed, minutes are not.
STALE = timedelta(hours=6)
# A verdict may unsettle those of the same person's other conversations, and these no more.
_ROUNDS = 4

Progress = Callable[[str, int, int], None]


def quiet(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Judging:
    """Judges the conversations of one account as of `now`."""

    store: Store
    account_id: int
    address: str
    owner: Owner
    knowledge: Knowledge
    now: datetime
    progress: Progress = quiet

    def settle(self) -> tuple[set[str], tuple[str, ...]]:
        """Judge every conversation that needs it; returns which, and the troubles."""
        while self.store.gather(self.account_id):
            pass
        owner = self._with_absences()
        self._note_what_judges(owner)
        self.store.reconsider(self.account_id, owner)
        todo = self.store.to_judge(self.account_id, self.now, STALE)
        judged: set[str] = set()
        troubles: dict[str, str] = {}
        for _ in range(_ROUNDS):
            troubles |= self._judge_all(owner, todo)
            judged.update(todo)
            todo = [id_ for id_ in self.store.pending(self.account_id) if id_ not in troubles]
            if not todo:
                break
        return judged, tuple(f"{id_}: {why}" for id_, why in sorted(troubles.items()))

    def is_due(self) -> bool:
        """Whether there is anything to judge: new mail, the passing of time, other rules or settings."""
        owner = self._with_absences()
        is_other = self.store.accounts.judged_by(self.account_id) != self.knowledge.fingerprint(self.owner)
        is_away = self._found(owner) != self.store.accounts.away(self.account_id)
        return is_other or is_away or bool(self.store.to_judge(self.account_id, self.now, STALE))

    def _with_absences(self) -> Owner:
        return with_absences(self.owner, self.store.own_notes(self.account_id, self.owner), self.knowledge.lore)

    def _found(self, owner: Owner) -> tuple[Absence, ...]:
        """The absences beyond those of the settings."""
        return owner.absences[len(self.owner.absences) :]

    def _note_what_judges(self, owner: Owner) -> None:
        judged_by = self.knowledge.fingerprint(self.owner)
        if self.store.accounts.judged_by(self.account_id) != judged_by:
            self.store.accounts.judge_all(self.account_id, judged_by)
        if self.store.accounts.away(self.account_id) != self._found(owner):
            self.store.accounts.judge_away(self.account_id, self._found(owner))

    def _judge_all(self, owner: Owner, ids: list[str]) -> dict[str, str]:
        troubles: dict[str, str] = {}
        for done, batch in enumerate(chunks(ids, JUDGE_BATCH)):
            self.progress("Thinking", done * JUDGE_BATCH, len(ids))
            troubles |= self._judge(owner, batch)
        self.progress("Thinking", len(ids), len(ids))
        return troubles

    def _judge(self, owner: Owner, ids: list[str]) -> dict[str, str]:
        talks = self.store.load(self.account_id, self.address, ids)
        kept = [talk for talk in talks if not is_thrown_away(talk)]
        if len(kept) < len(ids):
            self.store.drop(self.account_id, sorted({*ids} - {talk.id for talk in kept}))
        known = self.store.grounded(self.account_id, owner, kept)
        entries: list[Entry] = []
        troubles: dict[str, str] = {}
        for talk in kept:
            try:
                verdict = self.knowledge.judge(talk, known[talk.id].ledger, owner, self.now)
            except Exception as error:  # noqa: BLE001 - S23: one mail that we stumble over must not stop the others
                troubles[talk.id] = type(error).__name__
            else:
                entries.append(entry(talk, verdict, known[talk.id].ledger, owner))
        grounds: dict[str, tuple[Ground, ...]] = {e.id: known[e.id].grounds for e in entries}
        self.store.save(self.account_id, entries, self.now, grounds)
        return troubles
