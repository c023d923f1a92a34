"""What a rule file may say: the pydantic models of one reason and of one list of cues.

`docs/rules.md` explains every key to a rule writer.  An unknown key, a wrong
type or an unknown word is an error; nothing in a file is ignored.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from repliquette.conversation.turn import Addressed, Side
from repliquette.model import REASONS, Kind, Reason, Standing, Tier
from repliquette.reasons.facts import Fact
from repliquette.reasons.scene import Relation

Place = Literal["fresh", "end", "subject", "run", "before", "notes", "quoted"]

_SPAN = re.compile(r"(\d+) (hour|day|week)s?")
_UNIT = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


def _span(value: object) -> timedelta:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        message = f"{value!r} is no span of time; write one like '4 hours', '2 days' or '1 week'"
        raise ValueError(message)
    return int(found[1]) * _UNIT[found[2]]


def _many(value: object) -> object:
    """One word may stand for a list of one."""
    return [value] if isinstance(value, str) else value


Span = Annotated[timedelta, BeforeValidator(_span)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignalFile(_Strict):
    """One sign of a reason: words at a place, conditions on who and how, and what it counts.

    All conditions must hold.  Of the words, one is enough; a place of theirs does
    not count when a phrase of `unless` stands in the same sentence, nor, in the body
    of a mail, when no cue of `beside` stands in the same sentence or the next one.
    `needs` and `excludes` name other signals of the same file.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = ""
    weight: float
    where: Annotated[tuple[Place, ...], BeforeValidator(_many)] = ("run",)
    phrase: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    cue: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    unless: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    beside: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    turn: Annotated[tuple[Side, ...], BeforeValidator(_many)] = ()
    relation: Annotated[tuple[Relation, ...], BeforeValidator(_many)] = ()
    tier: Annotated[tuple[Tier, ...], BeforeValidator(_many)] = ()
    addressed: Annotated[tuple[Addressed, ...], BeforeValidator(_many)] = ()
    kind: Annotated[tuple[Kind, ...], BeforeValidator(_many)] = ()
    language: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    fact: Annotated[tuple[Fact, ...], BeforeValidator(_many)] = ()
    no_fact: Annotated[tuple[Fact, ...], BeforeValidator(_many)] = ()
    needs: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    excludes: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    mark: str = ""


class OtherFile(_Strict):
    """A message before or after the one of an example, `hours` away from its neighbour."""

    mine: bool = False
    text: str = ""
    subject: str = ""
    kind: Kind = Kind.PERSON
    hours: float = Field(default=24, gt=0)


class ExampleFile(_Strict):
    """A small conversation and whether this reason is its verdict; the last message is the one written here."""

    match: bool
    why: str = Field(min_length=3)
    subject: str = ""
    text: str = ""
    mine: bool = False
    sender: str = ""
    relation: Relation = Relation.KNOWN
    addressed: Addressed = Addressed.ALONE
    always_first: bool = False
    unanswered: int = 0
    kind: Kind = Kind.PERSON
    attachments: tuple[str, ...] = ()
    away: bool = False
    remarks: tuple[str, ...] = ()
    before: tuple[OtherFile, ...] = ()
    after: tuple[OtherFile, ...] = ()
    judged: Span = timedelta(hours=1)


class ReasonFile(_Strict):
    """Everything about one reason on one side."""

    id: Reason
    standing: Standing
    title: str = Field(min_length=3)
    summary: str = Field(min_length=10)
    document: str = ""
    grace: Span = timedelta(0)
    action: Literal["decline", "answer", "ask", "condole", "keep", "follow_up", "resend", "release", "wait", "none"]
    fits: float = 1.0
    false_positives: tuple[str, ...] = ()
    signal: tuple[SignalFile, ...] = ()
    example: tuple[ExampleFile, ...] = ()

    @model_validator(mode="after")
    def _known_pair(self) -> ReasonFile:
        if self.id not in REASONS[self.standing]:
            message = f"{self.id} is no reason of the standing {self.standing}"
            raise ValueError(message)
        return self


class CueFile(_Strict):
    """A list of phrases that several reasons share; `unless` as in a signal."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=3)
    phrase: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
