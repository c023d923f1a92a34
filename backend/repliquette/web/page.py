"""The page at `/`: the panel, wide, for whoever holds a one-time link.

`repliquette serve --open` prints `/open?key=…`.  The key is good once and for two
minutes; it buys a cookie that is HttpOnly and SameSite=Strict.  The files of the
panel are read once, at the start: what is not among them cannot be asked for.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from repliquette.store import Keys
from repliquette.web import asks
from repliquette.web.guard import Guard
from repliquette.web.throttle import Failures

_IN_WHEEL = Path(__file__).parents[1] / "panel"
_IN_CHECKOUT = Path(__file__).parents[3] / "extension" / "panel"

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
PANEL_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
)

_STYLE = (
    "body{max-width:34rem;margin:20vh auto;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;"
    "background:#fbfaf7;color:#23241f}h1{font-size:1.25rem}"
    "@media(prefers-color-scheme:dark){body{background:#1c1d1b;color:#eceae3}}"
)
# The door has no file of its own that a stranger could load; its style is named by its hash.
_DOOR_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)
_DOOR = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Repliquette</title>
<style>{_STYLE}</style>
<h1>Your list is one command away</h1>
<p>%s</p>
<p>In a terminal, run <code>repliquette serve --open</code>. It opens this page with a link
that works once, within two minutes. Your mail stays on this computer.</p>
</html>
"""
_CLOSED = "Repliquette is running, and this page opens only for you."
_STALE = "That link has been used, or is more than two minutes old."


@dataclass(frozen=True, slots=True)
class PanelFile:
    """A file of the panel, ready to be sent."""

    content: bytes
    type: str


def shipped_panel() -> Path:
    """The folder of the panel that comes with the program."""
    return _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT


def read_panel(folder: Path) -> dict[str, PanelFile]:
    """The files under `folder` by their path from it; links, hidden files and other types are left out."""
    return {
        file.relative_to(folder).as_posix(): PanelFile(file.read_bytes(), TYPES[file.suffix])
        for file in sorted(folder.rglob("*"))
        if file.suffix in TYPES and file.is_file() and not file.is_symlink() and not file.name.startswith(".")
    }


class Page:
    """The panel's files, and the door before them."""

    def __init__(
        self,
        panel: Mapping[str, PanelFile],
        keys: Keys,
        guard: Guard,
        failures: Failures,
        clock: Callable[[], datetime],
    ) -> None:
        """Serve `panel` to whoever came by a link that `keys` knows at `clock()`."""
        self._panel = panel
        self._keys = keys
        self._guard = guard
        self._failures = failures
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """The door, the page, and one route for each file, so that there is no path to traverse."""
        blueprint = Blueprint("page", __name__)
        blueprint.add_url_rule("/", "home", self.home)
        blueprint.add_url_rule("/open", "open", self.open)
        for name in self._panel:
            blueprint.add_url_rule(f"/{name}", "file", self.file, defaults={"name": name})
        return blueprint

    def home(self) -> Response:
        """The panel; without a session a calm word on how to open it."""
        if not self._guard.has_page_session():
            return _door(_CLOSED)
        return self.file("index.html")

    def file(self, name: str) -> Response:
        """One file of the panel."""
        if name not in self._panel:
            raise NotFound
        file = self._panel[name]
        return _page(file.content, file.type, PANEL_POLICY)

    def open(self) -> Response:
        """Trade the key of a one-time link for a session."""
        if request.method != "GET":  # a HEAD would use the key up
            raise MethodNotAllowed
        self._failures.check()
        secret = self._keys.redeem_page_link(asks.query(asks.OpenQuery).key, self._clock())
        if secret is None:
            self._failures.count()
            return _door(_STALE)
        response = Response(status=303, headers={"Location": "/"})
        response.set_cookie(self._guard.cookie, secret, httponly=True, samesite="Strict", path="/")
        return response


def _door(word: str) -> Response:
    response = _page((_DOOR % word).encode(), TYPES[".html"], _DOOR_POLICY)
    response.status_code = 401
    return response


def _page(content: bytes, content_type: str, policy: str) -> Response:
    return Response(content, headers={"Content-Type": content_type, "Content-Security-Policy": policy})
