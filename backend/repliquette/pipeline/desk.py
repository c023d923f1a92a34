"""What people see and do: the lists, one conversation, its draft.

Command line, service and digest all work at this desk, so that they say the
same of the same conversation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

from repliquette import clock
from repliquette.conversation.people import answer_hours
from repliquette.errors import RepliquetteError, SettingsError, UnknownError
from repliquette.limits import PAGE_SIZE
from repliquette.mailbox.source import DraftBox
from repliquette.model import (
    Address,
    Conversation,
    Coverage,
    DraftReceipt,
    Entry,
    Owner,
    Person,
    Reason,
    Standing,
    Suggestion,
    Verdict,
)
from repliquette.pipeline.absences import with_absences
from repliquette.pipeline.knowledge import Knowledge
from repliquette.pipeline.lookup import Match, Visible, lookup
from repliquette.replies import draft
from repliquette.settings import AccountSetting, Settings
from repliquette.store import Page, Store, Wanted


@dataclass(frozen=True, slots=True)
class Shown:
    """One conversation with all that is known of it."""

    conversation: Conversation
    entry: Entry
    verdict: Verdict
    title: str
    person: Person
    owner: Owner
    suggestions: tuple[Suggestion, ...]

    @property
    def draft_saved(self) -> bool:
        """Whether a draft that answers it lies in the Drafts folder."""
        return self.entry.draft_saved


class Desk:
    """The work of one owner over one store; safe to use from several threads."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        knowledge: Knowledge,
        open_drafts: Callable[[AccountSetting], DraftBox],
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`open_drafts` logs in to an account's server for the one purpose of laying down drafts."""
        self.settings = settings
        self.store = store
        self.knowledge = knowledge
        self._open_drafts = open_drafts
        self._saving = threading.Lock()  # two clicks at once would both look before either has written
        self.now = now

    def entries(
        self,
        *,
        standing: Standing | None = None,
        reason: Reason | None = None,
        account: str | None = None,
        query: str = "",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page:
        """A piece of the lists, most pressing first."""
        return self.store.page(
            Wanted(standing, reason, self._accounts(account), query), self.now(), cursor=cursor, limit=limit
        )

    def counts(self) -> Mapping[Standing, int]:
        """How many conversations of each standing."""
        return self.store.counts(Wanted(accounts=self._accounts()))

    def coverage(self) -> tuple[Coverage, ...]:
        """What was read of each account."""
        mine = self._accounts()
        return tuple(c for c in self.store.coverage() if c.account in mine)

    def _accounts(self, only: str | None = None) -> frozenset[str]:
        """The accounts in the settings: what was read of one that was taken out stays unseen."""
        mine = frozenset(a.address for a in self.settings.account)
        return mine & {only.lower()} if only else mine

    def title(self, standing: Standing, reason: Reason) -> str:
        """A reason in plain words."""
        return self.knowledge.book.rule(standing, reason).title

    def lookup(
        self,
        *,
        gmail_thread: int | None = None,
        gmail_message: int | None = None,
        exchange_conversation: str | None = None,
        message_id: str | None = None,
        subject: str | None = None,
        sender: str | None = None,
        date: datetime | None = None,
    ) -> Match | None:
        """The conversation that a webmail tab shows; see `lookup.Visible` for the marks."""
        visible = Visible(gmail_thread, gmail_message, exchange_conversation, message_id, subject, sender, date)
        return lookup(self.store, visible)

    def show(self, conversation_id: str) -> Shown:
        """One conversation, judged as of now; UnknownError where there is none."""
        entry = self.store.entry(conversation_id)
        if entry.account not in self._accounts():
            raise UnknownError(
                f"The conversation {conversation_id} is of {entry.account}, which is not in your settings any more.",
                hint=f"To see it again: repliquette setup {entry.account}",
            )
        setting = self.settings.account_for(entry.account)
        number = self.store.account_id(entry.account)
        owner = self.settings.owner(setting)
        owner = with_absences(owner, self.store.own_notes(number, owner), self.knowledge.lore)
        talks = self.store.load(number, entry.account, [conversation_id])
        if not talks:  # a sync beside us has joined it to another one between the two questions
            raise UnknownError(
                "That conversation has just become part of another one.", hint="Read the list again: repliquette owed"
            )
        [talk] = talks
        ledger = self.store.ledgers(number, owner, [talk])[talk.id]
        verdict = self.knowledge.judge(talk, ledger, owner, self.now())
        person = self._with_pace(number, entry, ledger.person(entry.who.email), owner)
        suggestions = self.knowledge.suggest(verdict, talk, person, owner, self.now())
        return Shown(
            talk,
            replace(entry, verdict=verdict),
            verdict,
            self.title(verdict.standing, verdict.reason),
            person,
            owner,
            suggestions,
        )

    def _with_pace(self, number: int, entry: Entry, person: Person, owner: Owner) -> Person:
        talks = self.store.with_person(number, entry.account, entry.who.email)
        theirs, mine = answer_hours(talks, owner)
        return replace(person, name=entry.who.name, their_median_hours=theirs, my_median_hours=mine)

    def save_draft(
        self, conversation_id: str, *, body: str | None = None, subject: str | None = None, style: str | None = None
    ) -> DraftReceipt:
        """Lay a suggestion, edited or not, into the Drafts folder; the same words twice make one draft.

        Without `body` the suggestion's own words are taken.  Raises UnknownError, RepliquetteError
        where nothing is to be written, and the errors of the mail server.
        """
        shown = self.show(conversation_id)
        suggestion = _chosen(shown, style)
        chosen = draft.edited(suggestion, body=suggestion.body if body is None else body, subject=subject)
        if not chosen.body.strip():
            raise RepliquetteError("The draft is empty.", hint="Write a word or two, then save again.")
        message_id = draft.message_id(shown.verdict.message_id, chosen)
        # The Drafts folder alone knows what lies in it: the owner may have deleted what we laid there.
        with self._saving:
            receipt = self._append(shown, chosen, message_id)
        self.store.record_draft(conversation_id, shown.verdict.message_id, receipt, self.now())
        return receipt

    def _append(self, shown: Shown, chosen: Suggestion, message_id: str) -> DraftReceipt:
        setting = self.settings.account_for(shown.entry.account)
        if not setting.host:
            raise SettingsError(
                f"The account {setting.address} is an archive and has no Drafts folder.",
                hint="Copy the words instead, or set the account up with its mail server.",
            )
        sender = Address(setting.address, self.settings.name)
        raw = draft.to_bytes(chosen, sender, self.now(), message_id)
        with closing(self._open_drafts(setting)) as box:
            return box.append_draft(raw, message_id)


def _chosen(shown: Shown, style: str | None) -> Suggestion:
    fitting = [s for s in shown.suggestions if style is None or s.style == style]
    if fitting:
        return fitting[0]
    if shown.suggestions:
        styles = ", ".join(sorted({s.style for s in shown.suggestions}))
        raise RepliquetteError(f"There is no {style} draft here.", hint=f"Choose one of: {styles}")
    raise RepliquetteError(
        f"There is nothing to write here: {shown.title}.", hint="`repliquette show ID --why` tells the reasons."
    )
