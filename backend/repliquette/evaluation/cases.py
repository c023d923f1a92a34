"""Labelled cases: JSON Lines (design, section 5) to conversations with what is expected of them.

A case holds the whole conversation as raw mail, oldest first; the last message
is the one in question.  A line that is no case is an error that names file and
line: a measurement must not lose cases silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from repliquette.conversation.people import Ledger, tier
from repliquette.errors import RepliquetteError
from repliquette.message.lore import Lore
from repliquette.message.parse import parse
from repliquette.model import Conversation, Message, Owner, Person, RawMessage, Reason, Standing

USUAL_DELAY = timedelta(hours=1)  # so soon that grace has no part in the verdict


class CaseError(RepliquetteError):
    """A line of my file of cases cannot be read."""

    code = "cases"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VoicemailForm(_Form):
    """What a voicemail notice should have given; a key that is absent is not judged."""

    caller: str | None = None
    number: str | None = None
    duration_s: int | None = None
    purpose: str | None = None


class Expect(_Form):
    """What should come out.  `model_fields_set` tells which keys are judged at all."""

    standing: Standing | None = None
    reason: Reason | None = None
    also: tuple[str, ...] = ()
    return_date: date | None = None
    due: date | None = None
    kind: str | None = None
    voicemail: VoicemailForm | None = None
    standing_in: tuple[Standing, ...] = ()
    not_standing: Standing | None = None
    not_reason: Reason | None = None


class _Counts(_Form):
    received: int = 0
    sent: int = 0


class _CaseForm(BaseModel):
    """A line as it is written.  `voice` tells whose hand wrote it, where it was written for us."""

    id: str
    me: tuple[str, ...]
    name: str = ""
    now: datetime | None = None
    messages: tuple[str, ...]
    history: dict[str, _Counts] | None = None
    expect: Expect
    source: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation, what is known around it, and what is expected."""

    id: str
    conversation: Conversation
    ledger: Ledger
    owner: Owner
    now: datetime
    expect: Expect
    source: str = ""
    voice: str = ""

    @property
    def last(self) -> Message:
        """The message in question."""
        return self.conversation.last


def read(path: Path, lore: Lore) -> Iterator[Case]:
    """The cases of a file, in its order; CaseError for a faulty line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read.", seen=str(error)) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _case(line, f"{path}:{number}", lore)


def _case(line: str, place: str, lore: Lore) -> Case:
    try:
        form = _CaseForm.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(key) for key in first["loc"])
        raise CaseError(f"{place} is no case: {': '.join(filter(None, [where, first['msg']]))}") from error
    messages = tuple(_messages(form.messages, lore))
    if not messages:
        raise CaseError(f"{place} holds no message that can be read.")
    owner = Owner(frozenset(a.lower() for a in form.me), form.name)
    return Case(
        id=form.id,
        conversation=Conversation(form.id, messages, form.me[0]),
        ledger=_ledger(form, owner),
        owner=owner,
        now=form.now or messages[-1].date + USUAL_DELAY,
        expect=form.expect,
        source=form.source,
        voice=form.voice,
    )


def _messages(raws: tuple[str, ...], lore: Lore) -> Iterator[Message]:
    for raw in raws:
        message = parse(RawMessage(raw.encode("utf-8", "surrogateescape")), lore)
        if isinstance(message, Message):
            yield message


def _ledger(form: _CaseForm, owner: Owner) -> Ledger:
    """`history` as lines of the ledger; who never wrote has left all that I sent without an answer."""
    people = []
    for address, counts in (form.history or {}).items():
        email = address.lower()
        people.append(
            Person(
                email,
                received=counts.received,
                sent=counts.sent,
                unanswered=0 if counts.received else counts.sent,
                tier=tier(email, counts.received, counts.sent, owner),
            )
        )
    return Ledger(people)
