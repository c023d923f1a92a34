"""The JSON of `docs/architecture.md`: what answers look like.

The models that write the answers also make the OpenAPI document, so that it
cannot say anything else.  Nothing of the vocabulary leaves that is not named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from repliquette.model import (
    Address,
    Coverage,
    Entry,
    Kind,
    Message,
    Owner,
    Reason,
    Standing,
    Style,
    Tier,
    Verdict,
)
from repliquette.pipeline.desk import Shown
from repliquette.store import Page


class Shape(BaseModel):
    """Frozen, and readable from the attributes of the vocabulary."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class ProblemDetail(Shape):
    """What went wrong and what to do; `code` is for programs."""

    code: str
    message: str
    hint: str


class Problem(Shape):
    """The one error shape."""

    error: ProblemDetail


class Health(Shape):
    """That somebody is there; no version, no account, no count (S6)."""

    name: Literal["repliquette"] = "repliquette"


class Token(Shape):
    """The secret of a paired program, shown this once."""

    token: str


class Found(Shape):
    """The conversation of a webmail tab."""

    id: str
    certainty: Literal["exact", "likely"]
    why: str


class Receipt(Shape):
    """Where a draft lies; `created` is false where it lay there already."""

    message_id: str
    folder: str
    created: bool


class Who(Shape):
    """An address; the name is only decoration (S24)."""

    email: str
    name: str


class Acquaintance(Who):
    """The other side of a conversation, with what has passed between us."""

    email: str = Field(validation_alias="address")
    tier: Tier
    received: int
    sent: int
    their_median_hours: float | None
    my_median_hours: float | None
    never_draft: bool


class Proof(Shape):
    """A signal and the words that show it."""

    signal: str
    title: str
    words: str
    where: str
    message_id: str
    start: int
    end: int
    weight: float
    document: str


class Letter(Shape):
    """A message: `text` is what its sender newly wrote, `quoted` what else was kept."""

    id: str
    date: datetime
    sender: Who = Field(serialization_alias="from")
    to: tuple[Who, ...]
    cc: tuple[Who, ...]
    mine: bool
    kind: Kind
    subject: str
    text: str
    quoted: str
    attachments: tuple[str, ...]

    @classmethod
    def of(cls, message: Message, owner: Owner) -> Self:
        """What a reader needs of a message."""
        return cls(
            id=message.message_id,
            date=message.date,
            sender=_who(message.sender),
            to=tuple(_who(address) for address in message.to),
            cc=tuple(_who(address) for address in message.cc),
            mine=owner.is_me(message.sender),
            kind=message.kind,
            subject=message.subject,
            text=message.fresh,
            quoted="\n\n".join(part for part in (message.forwarded, message.quoted) if part),
            attachments=message.attachments,
        )


class Choice(Shape):
    """A reply that the owner may edit and save."""

    style: Style
    action: str
    label: str
    subject: str
    body: str
    to: tuple[Who, ...]
    facts: tuple[str, ...]
    warning: str


class Judged(Shape):
    """What a row of a list and an open conversation have in common."""

    id: str
    account: str
    subject: str
    standing: Standing
    reason: Reason
    title: str
    also: tuple[Reason, ...]
    marks: tuple[str, ...]
    since: datetime
    due: datetime | None
    late: bool
    draft_saved: bool


class Row(Judged):
    """A conversation in a list."""

    who: Who
    tier: Tier
    words: str
    last: datetime
    messages: int

    @classmethod
    def of(cls, entry: Entry, title: str, now: datetime) -> Self:
        """The row of an entry, late or not at `now`."""
        return cls(
            **_judged(entry.verdict, title, now),
            id=entry.id,
            account=entry.account,
            subject=entry.subject,
            draft_saved=entry.draft_saved,
            who=_who(entry.who),
            tier=entry.tier,
            words=entry.words,
            last=entry.last,
            messages=entry.messages,
        )


class Opened(Judged):
    """A conversation, open."""

    confidence: float
    return_date: date | None
    who: Acquaintance
    evidence: tuple[Proof, ...]
    messages: tuple[Letter, ...]
    suggestions: tuple[Choice, ...]

    @classmethod
    def of(cls, shown: Shown, title: str, now: datetime) -> Self:
        """Everything a reader may ask about a conversation, as of `now`."""
        conversation, verdict = shown.conversation, shown.verdict
        return cls(
            **_judged(verdict, title, now),
            id=conversation.id,
            account=conversation.account,
            subject=conversation.subject,
            draft_saved=shown.draft_saved,
            confidence=verdict.confidence,
            return_date=verdict.return_date,
            who=Acquaintance.model_validate(shown.person),
            evidence=tuple(Proof.model_validate(e) for e in verdict.evidence),
            messages=tuple(Letter.of(m, shown.owner) for m in conversation.messages),
            suggestions=tuple(Choice.model_validate(s) for s in shown.suggestions),
        )


class Counts(Shape):
    """How many conversations have each standing."""

    owed: int
    awaiting: int
    settled: int


class Read(Shape):
    """What was read of an account; `unreadable` counts the messages that could not be."""

    account: str
    read: int
    total: int
    oldest: datetime | None
    synced_at: datetime | None
    unreadable: int

    @classmethod
    def of(cls, coverage: Coverage) -> Self:
        """The honest sentence, in numbers."""
        return cls(
            account=coverage.account,
            read=coverage.read,
            total=coverage.total,
            oldest=coverage.oldest,
            synced_at=coverage.synced_at,
            unreadable=len(coverage.unreadable),
        )


class Listed(Shape):
    """A page of a list, and the numbers that stand above it."""

    items: tuple[Row, ...]
    cursor: str | None
    total: int
    counts: Counts
    coverage: tuple[Read, ...]

    @classmethod
    def of(cls, page: Page, rows: Iterable[Row], counts: Mapping[Standing, int], coverage: Iterable[Coverage]) -> Self:
        """The rows of `page` with what surrounds them."""
        return cls(
            items=tuple(rows),
            cursor=page.cursor,
            total=page.total,
            counts=Counts(**{standing.value: counts.get(standing, 0) for standing in Standing}),
            coverage=tuple(Read.of(c) for c in coverage),
        )


def _who(address: Address) -> Who:
    return Who.model_validate(address)


def _judged(verdict: Verdict, title: str, now: datetime) -> dict[str, Any]:
    return {
        "standing": verdict.standing,
        "reason": verdict.reason,
        "title": title,
        "also": verdict.also,
        "marks": tuple(sorted(verdict.marks)),
        "since": verdict.since,
        "due": verdict.due,
        "late": verdict.is_late(now),
    }
