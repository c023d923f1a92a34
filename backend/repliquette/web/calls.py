"""The table of calls: the one place that names every address of the API.

`api` makes the routes from it and `openapi` the document, so that neither can
know a call that the other does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from repliquette.web import asks, shapes

BASE = "/api/v1"


class Document(BaseModel):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one address; `name` is the operation, `open` calls need no token.

    `path` is below BASE, with "{id}" where a conversation is named.
    """

    name: str
    method: str
    path: str
    summary: str
    answers: Mapping[int, type[BaseModel]]
    query: type[asks.Ask] = asks.NoQuery
    body: type[asks.Ask] | None = None
    open: bool = False
    headers: tuple[str, ...] = field(default=())

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return BASE + self.path.replace("{", "<").replace("}", ">")


CALLS = (
    Call("health", "GET", "/health", "Whether Repliquette is there", {200: shapes.Health}, open=True),
    Call("openapi", "GET", "/openapi.json", "This document", {200: Document}),
    Call(
        "pair",
        "POST",
        "/pair",
        "Trade the code of `repliquette pair` for a token, bound to the caller's Origin",
        {201: shapes.Token},
        body=asks.PairBody,
        open=True,
    ),
    Call(
        "conversations",
        "GET",
        "/conversations",
        "A list, most pressing first",
        {200: shapes.Listed},
        query=asks.ListQuery,
    ),
    Call(
        "conversation",
        "GET",
        "/conversations/{id}",
        "Messages, verdict, evidence, suggestions, and what has passed between the two",
        {200: shapes.Opened},
    ),
    Call(
        "lookup",
        "GET",
        "/lookup",
        "The conversation that is open in a webmail tab",
        {200: shapes.Found},
        query=asks.LookupQuery,
    ),
    Call(
        "save_draft",
        "POST",
        "/conversations/{id}/drafts",
        "Put an (edited) suggestion into the Drafts folder; the same words twice make one draft",
        {201: shapes.Receipt, 200: shapes.Receipt},
        body=asks.DraftBody,
        headers=("Idempotency-Key",),
    ),
)
