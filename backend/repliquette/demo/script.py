"""The form of the sample mailbox's data files (TOML, beside this module in `sample/`).

`people.toml` holds the owner and everybody known by a short name; every other
file holds conversations: what a courteous reader expects of it, and the messages
in the order they were written.  Unknown keys, unknown short names and impossible
times are errors with file and line.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from repliquette.demo.dating import AGO
from repliquette.demo.quoting import App
from repliquette.model import REASONS, Reason, Standing

# `$` alone would let an empty text through: a time ago has at least a number.
Ago = Annotated[str, StringConstraints(pattern=AGO, min_length=1)]
Language = Annotated[str, StringConstraints(pattern="^(en|de|fr|es)$")]
Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
ExampleAddress = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._+-]+@[a-z0-9.-]+\.example$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Strict):
    """Somebody who writes: the program used, the language and the clock lived by."""

    name: str = ""
    address: ExampleAddress
    app: App = App.GMAIL
    language: Language = "en"
    time_zone: str = "Europe/London"
    signature: str = ""


class OwnerScript(Person):
    """The owner; `away_note` is the out-of-office note, sent between the days `away` ago."""

    always_first: tuple[str, ...] = ()
    away: tuple[int, int]
    away_note: str
    away_subject: str


class PeopleFile(_Strict):
    """`people.toml`."""

    owner: OwnerScript
    people: dict[Slug, Person]


class Bounce(_Strict):
    """What a mail server says of a message that it could not deliver (RFC 3464)."""

    to: ExampleAddress
    status: str = Field(pattern=r"^[245]\.\d+\.\d+$")
    diagnostic: str


class MessageScript(_Strict):
    """One message.

    `from`, `to` and `cc` name people by their short names, "me", or as
    "Name <address>".  Without `to` it goes to the owner, or, from the owner, to the
    last other person who wrote.  `away_note` lets the owner's out-of-office note follow.
    `signed` is false where the person leaves the usual signature out.
    """

    sender: str = Field(alias="from")
    ago: Ago
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: dict[str, str] = {}
    quote: App | None = None
    attach: tuple[str, ...] = ()
    calendar: str = ""
    bounce: Bounce | None = None
    away_note: bool = False
    signed: bool = True


class ConversationScript(_Strict):
    """One conversation: `id` is the stem of its Message-IDs; `archive` puts received mail there."""

    id: Slug
    standing: Standing
    reason: Reason
    also: tuple[Reason, ...] = ()
    archive: bool = False
    private: bool = False
    message: tuple[MessageScript, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _reason_of_standing(self) -> ConversationScript:
        if self.reason not in REASONS[self.standing]:
            raise ValueError(f"{self.reason} is no reason for {self.standing}")
        return self

    @model_validator(mode="after")
    def _addressed(self) -> ConversationScript:
        if self.message[0].sender == "me" and not self.message[0].to:
            raise ValueError("the owner's first message needs `to`")
        return self


class ConversationFile(_Strict):
    """Any file but `people.toml`."""

    conversation: tuple[ConversationScript, ...]
