"""The application: guard, API and page put together, with nothing of Flask that we did not choose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from repliquette import clock as the_clock
from repliquette.limits import REQUEST_BYTES
from repliquette.pipeline.desk import Desk
from repliquette.store import Keys
from repliquette.web import errors
from repliquette.web.api import Api
from repliquette.web.calls import CALLS
from repliquette.web.guard import Guard
from repliquette.web.page import Page, read_panel, shipped_panel
from repliquette.web.throttle import Failures

UNGUARDED = frozenset({f"api.{call.name}" for call in CALLS if call.open} | {"page.home", "page.open"})


def create_app(
    desk: Desk,
    keys: Keys,
    *,
    port: int,
    clock: Callable[[], datetime] = the_clock.now,
    panel: Path | None = None,
) -> Flask:
    """The service over `desk`, known by its loopback names at `port`; `panel` is the shipped one unless given."""
    app = Flask("repliquette", static_folder=None, template_folder=None)
    app.debug = False  # FLASK_DEBUG in somebody's environment must not switch it on (S11)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["MAX_CONTENT_LENGTH"] = REQUEST_BYTES
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]  # a second lock; the guard's knows the port too
    failures = Failures()
    guard = Guard(keys, failures, clock, port=port, unguarded=UNGUARDED)
    app.before_request(guard.check)
    app.after_request(guard.seal)
    errors.register(app)
    app.register_blueprint(Api(desk, keys, failures, clock).blueprint())
    app.register_blueprint(Page(read_panel(panel or shipped_panel()), keys, guard, failures, clock).blueprint())
    return app
