"""What the local service needs of the rooms below it, and nothing more.

`pipeline.Desk` satisfies `Desk`, the store's keys satisfy `Keys`; tests bring
small ones of their own.  Both are called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from repliquette.model import (
    Conversation,
    Coverage,
    DraftReceipt,
    Entry,
    Owner,
    Person,
    Reason,
    Standing,
    Style,
    Suggestion,
    Verdict,
)


class Page(Protocol):
    """One page of a list; `cursor` leads to the next one, `total` counts all that match."""

    @property
    def entries(self) -> tuple[Entry, ...]: ...  # noqa: D102

    @property
    def cursor(self) -> str | None: ...  # noqa: D102

    @property
    def total(self) -> int: ...  # noqa: D102


class Shown(Protocol):
    """One conversation with everything a reader may ask about it."""

    @property
    def conversation(self) -> Conversation: ...  # noqa: D102

    @property
    def verdict(self) -> Verdict: ...  # noqa: D102

    @property
    def person(self) -> Person: ...  # noqa: D102

    @property
    def suggestions(self) -> tuple[Suggestion, ...]: ...  # noqa: D102

    @property
    def owner(self) -> Owner: ...  # noqa: D102

    @property
    def draft_saved(self) -> bool: ...  # noqa: D102


class Match(Protocol):
    """The conversation that a webmail tab shows: `certainty` is "exact" or "likely", `why` a few words."""

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def certainty(self) -> str: ...  # noqa: D102

    @property
    def why(self) -> str: ...  # noqa: D102


class Desk(Protocol):
    """What people see.  An id that is not there raises UnknownError."""

    def entries(
        self,
        *,
        standing: Standing | None = None,
        reason: Reason | None = None,
        account: str | None = None,
        query: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """A page of a list, most pressing first."""

    def show(self, conversation_id: str) -> Shown:
        """One conversation."""

    def title(self, standing: Standing, reason: Reason) -> str:
        """The reason in plain words, from its rule file."""

    def save_draft(
        self, conversation_id: str, *, body: str, subject: str | None = None, style: Style | None = None
    ) -> DraftReceipt:
        """Put an (edited) suggestion into the Drafts folder; the same words twice make one draft."""

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
        """The conversation that shows at least one of these marks."""

    def counts(self) -> Mapping[Standing, int]:
        """How many conversations have each standing."""

    def coverage(self) -> tuple[Coverage, ...]:
        """What was read, an account each."""


class Client(Protocol):
    """A paired program; `origin` is the one its token is bound to, "" for a program without one."""

    @property
    def origin(self) -> str: ...  # noqa: D102


class Keys(Protocol):
    """Who may ask.  Secrets are kept hashed and compared in constant time on bytes (S6)."""

    def redeem(self, code: str, *, origin: str, name: str, now: datetime) -> str | None:
        """A new token for a pairing code; None if wrong, too old, or tried too often (S7)."""

    def client_for(self, token: str) -> Client | None:
        """The program that holds this token."""

    def redeem_page_link(self, key: str, now: datetime) -> str | None:
        """The secret of a new page session for a one-time key; None if used, wrong or too old."""

    def is_page_session(self, secret: str) -> bool:
        """Whether a secret is that of a page session."""
