"""One shape for every error: `{"error": {"code", "message", "hint"}}` (S11).

A `Refusal` is ours to word.  An error of the family `RepliquetteError` speaks for
itself: its words are meant for the owner.  Where they hold a path of this machine,
only its kind is told; what was `seen` is never told.  Anything else is a failure
without a word about it: neither trace, path nor mail text leaves.
"""

from __future__ import annotations

import logging
import re

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from repliquette.errors import (
    BusyError,
    LoginError,
    RepliquetteError,
    RuleError,
    ServerError,
    SettingsError,
    UnknownError,
)
from repliquette.web.shapes import Problem, ProblemDetail

log = logging.getLogger(__name__)

# First match wins.
_STATUS: tuple[tuple[type[RepliquetteError], int], ...] = (
    (UnknownError, 404),
    (BusyError, 409),
    (LoginError, 502),
    (ServerError, 502),
    (SettingsError, 500),
    (RuleError, 500),
    (RepliquetteError, 409),  # what was asked for does not fit the conversation
)
_PATH = re.compile(r"(?:^|[\s'\"`(=:])(?:~|[A-Za-z]:)?[/\\]")
_HTTP = {
    404: ("unknown", "There is nothing at this address."),
    405: ("method", "This address does not know that method."),
    413: ("too_large", "The request is too large."),
}


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a mistake of ours
    """The request is refused with `status`; `message` and `hint` are shown to a person."""

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        """Keep what the answer needs."""
        super().__init__(message)
        self.status = status
        self.problem = Problem(error=ProblemDetail(code=code, message=message, hint=hint))


def register(app: Flask) -> None:
    """Let every failure of `app` end in the one shape."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(RepliquetteError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _refused(refusal: Refusal) -> Response:
    return Response(refusal.problem.model_dump_json(), refusal.status, mimetype="application/json")


def _known(error: RepliquetteError) -> Response:
    status = next(status for family, status in _STATUS if isinstance(error, family))
    # The first line of its class is what the owner would say; it names nothing of this machine.
    general = (type(error).__doc__ or "").partition("\n")[0]
    message = general if _PATH.search(error.what) else error.what
    hint = "" if _PATH.search(error.hint) else error.hint
    return _refused(Refusal(status, error.code, message, hint))


def _http(error: HTTPException) -> Response:
    # A redirect of the router would be an answer before the handler: there is nothing to redirect to.
    status = error.code if error.code is not None and error.code >= 400 else 404  # noqa: PLR2004
    code, message = _HTTP.get(status, ("request", "The request is not understood."))
    return _refused(Refusal(status, code, message))


def _unexpected(error: Exception) -> Response:
    # S11 asks for the blanket: whatever happens, only the name of the class is written down.
    log.error("a request failed: %s", type(error).__name__)
    return _refused(
        Refusal(500, "failed", "Something went wrong inside Repliquette. Nothing was lost.", "Try again in a moment.")
    )
