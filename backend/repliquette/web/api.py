"""The calls of the API, each a few lines over the desk; the guard has let the request through."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request
from pydantic import BaseModel

from repliquette.errors import UnknownError
from repliquette.pipeline.desk import Desk
from repliquette.store import Keys
from repliquette.web import asks, openapi, shapes
from repliquette.web.calls import CALLS
from repliquette.web.throttle import Failures


class Api:
    """The calls of the table, by name."""

    def __init__(self, desk: Desk, keys: Keys, failures: Failures, clock: Callable[[], datetime]) -> None:
        """Answer from `desk`, pair through `keys`, as of `clock()`."""
        self._desk = desk
        self._keys = keys
        self._failures = failures
        self._clock = clock
        self._document = json.dumps(openapi.document())

    def blueprint(self) -> Blueprint:
        """A route for every call of the table."""
        blueprint = Blueprint("api", __name__)
        for call in CALLS:
            blueprint.add_url_rule(call.rule, call.name, getattr(self, call.name), methods=[call.method])
        return blueprint

    def health(self) -> Response:
        """Somebody is there."""
        asks.query(asks.NoQuery)
        return _json(shapes.Health())

    def openapi(self) -> Response:
        """What this API can do."""
        asks.query(asks.NoQuery)
        return Response(self._document, mimetype="application/json")

    def pair(self) -> Response:
        """A token for a code, once (S7)."""
        asks.query(asks.NoQuery)
        wish = asks.body(asks.PairBody)
        # A code has six digits only: unlike a token it is not even looked at when too many failed.
        self._failures.check()
        origin = request.headers.get("Origin", "")
        token = self._keys.redeem(wish.code, origin=origin, name=wish.name, now=self._clock())
        if token is None:
            raise self._failures.refusal("That code is wrong, used or too old.", "Run: repliquette pair")
        return _json(shapes.Token(token=token), 201)

    def conversations(self) -> Response:
        """A list, with the numbers above it."""
        ask = asks.query(asks.ListQuery)
        page = self._desk.entries(
            standing=ask.standing,
            reason=ask.reason,
            account=ask.account,
            query=ask.q,
            cursor=ask.cursor,
            limit=ask.limit,
        )
        now = self._clock()
        rows = [shapes.Row.of(e, self._desk.title(e.verdict.standing, e.verdict.reason), now) for e in page.entries]
        return _json(shapes.Listed.of(page, rows, self._desk.counts(), self._desk.coverage()))

    def conversation(self, id: str) -> Response:  # noqa: A002  the name in the path is part of the API
        """One conversation."""
        asks.query(asks.NoQuery)
        shown = self._desk.show(id)
        title = self._desk.title(shown.verdict.standing, shown.verdict.reason)
        return _json(shapes.Opened.of(shown, title, self._clock()))

    def lookup(self) -> Response:
        """The conversation of a webmail tab, or 404."""
        ask = asks.query(asks.LookupQuery)
        marks = ask.model_dump(exclude_unset=True)
        if not marks:
            raise asks.bad("query", "name at least one mark of the conversation")
        match = self._desk.lookup(**marks)
        if match is None:
            raise UnknownError("This conversation has not been read.", hint="Run: repliquette sync")
        return _json(shapes.Found.model_validate(match))

    def save_draft(self, id: str) -> Response:  # noqa: A002
        """A draft in the Drafts folder; retries are harmless, with or without Idempotency-Key."""
        asks.query(asks.NoQuery)
        wish = asks.body(asks.DraftBody)
        receipt = self._desk.save_draft(id, body=wish.body, subject=wish.subject, style=wish.style)
        return _json(shapes.Receipt.model_validate(receipt), 201 if receipt.created else 200)


def _json(answer: BaseModel, status: int = 200) -> Response:
    return Response(answer.model_dump_json(by_alias=True), status, mimetype="application/json")
