"""What a request may say: its query parameters and its JSON, checked at the border.

An unknown or repeated parameter, an unknown key, a text that is too long and a
JSON that is nested too deep (pydantic's reader stops at 200 levels, S9) are all
refused with 400 and a message that names the place, never with a crash.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from flask import request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from repliquette.limits import GMAIL_ID, NAME_CHARS, PAGE_SIZE, PAGE_SIZE_MOST, SUBJECT_CHARS
from repliquette.model import Reason, Standing, Style
from repliquette.web.errors import Refusal

LINE_CHARS = 998  # identifiers come from header lines (RFC 5322 §2.1.1)
GMAIL_HEX_DIGITS = 16  # as the page shows it; the same number in decimal has 19 digits
FIRST_YEAR, LAST_YEAR = 1970, 9000
NAMED_CHARS = 50  # of a parameter or key that the caller invented


class Ask(BaseModel):
    """Strict: what is not named here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Asked = TypeVar("Asked", bound=Ask)


def _one_line(text: str) -> str:
    # Not str.isprintable(): subjects have no-break spaces and soft hyphens.
    if any(unicodedata.category(char) in {"Cc", "Zl", "Zp"} for char in text):
        message = "must be one line without control characters"
        raise ValueError(message)
    return text


def _words(text: str) -> str:
    if "\0" in text or not text.strip():
        message = "must have words, and no NUL character"
        raise ValueError(message)
    return text


def _gmail_number(text: object) -> object:
    if not isinstance(text, str) or not (text.isascii() and text.isalnum()):
        return text
    try:
        return int(text, 16 if len(text) <= GMAIL_HEX_DIGITS else 10)
    except ValueError:
        return text


def _utc(instant: datetime) -> datetime:
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:  # beyond, the calendar itself ends a few hours on
        message = f"must lie between the years {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(message)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


Line = Annotated[str, Field(max_length=LINE_CHARS), AfterValidator(_one_line)]
Subject = Annotated[str, Field(max_length=SUBJECT_CHARS), AfterValidator(_one_line)]
GmailNumber = Annotated[int, BeforeValidator(_gmail_number), Field(gt=0, le=GMAIL_ID)]


class NoQuery(Ask):
    """No parameter at all."""


class ListQuery(Ask):
    """Which conversations."""

    standing: Standing | None = None
    reason: Reason | None = None
    account: Line | None = None
    q: Subject = ""
    cursor: Line | None = None
    limit: int = Field(PAGE_SIZE, ge=1, le=PAGE_SIZE_MOST)


class LookupQuery(Ask):
    """What a webmail tab knows of the conversation it shows; Gmail's ids in hexadecimal or decimal."""

    gmail_thread: GmailNumber | None = None
    gmail_message: GmailNumber | None = None
    exchange_conversation: Line | None = None
    message_id: Line | None = None
    subject: Line | None = None
    sender: Line | None = Field(None, alias="from")
    date: Annotated[datetime, AfterValidator(_utc)] | None = None


class OpenQuery(Ask):
    """The key of a one-time link."""

    key: Line


class PairBody(Ask):
    """The six digits that `repliquette pair` shows, and a name to find this program by."""

    code: str = Field(pattern="^[0-9]{6}$")
    name: Annotated[str, Field(max_length=NAME_CHARS), AfterValidator(_one_line)] = ""


class DraftBody(Ask):
    """The words of a draft; its recipients come from the conversation."""

    body: Annotated[str, AfterValidator(_words)]
    subject: Subject | None = None
    style: Style | None = None


def query(model: type[Asked]) -> Asked:
    """The query parameters of the present request; Refusal 400 names the first one that is wrong."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise bad(name, "given more than once")
    # An empty parameter is one that a form left open.
    given = {name: value for name, value in request.args.items() if value}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _first(error, "unknown parameter") from None


def body(model: type[Asked]) -> Asked:
    """The JSON of the present request; Refusal 400 names the first key that is wrong."""
    try:
        return model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise _first(error, "unknown key") from None


def _first(error: ValidationError, unknown: str) -> Refusal:
    # The parser's message of a JSON error may hold a piece of the text; its kind is enough.
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "request", "The body is not JSON, or is nested too deep.")
    what = unknown if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
    return bad(".".join(str(part) for part in first["loc"]) or "body", what)


def bad(name: str, what: str) -> Refusal:
    """The refusal of a parameter or key; both words may come from the caller and are cut."""
    return Refusal(400, "request", f"{name[:NAMED_CHARS]}: {what}", "Every call is described in /api/v1/openapi.json.")
