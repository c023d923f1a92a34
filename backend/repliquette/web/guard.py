"""The one guard before every answer, in the order of the project's security anchors (§4).

peer → Host → method → Sec-Fetch-Site → Origin → size and type → token → handler → headers.

Host and fetch metadata are both needed, on GET too: a rebound page is
`same-origin` to itself and only its Host gives it away, an `<img>` has a right
Host and no Origin and only `Sec-Fetch-Site: cross-site` gives it away.  All
comparisons are by equality (CVE-2026-40110: a pattern let a longer name pass).
No answer ever carries an `Access-Control-` header: no page of another origin can
read one, or send a request with a token (S5).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from werkzeug.exceptions import MethodNotAllowed

from repliquette.limits import REQUEST_BYTES
from repliquette.store import Keys
from repliquette.web.errors import Refusal
from repliquette.web.throttle import Failures

METHODS = frozenset({"GET", "HEAD", "POST"})
WRITES = frozenset({"POST"})
# Chromium's extensions send "none", Firefox's and our own page "same-origin", programs nothing.
FETCH_SITES = frozenset({None, "none", "same-origin"})
EXTENSION_SCHEMES = frozenset({"chrome-extension", "moz-extension"})
EXTENSION_ID_CHARS = 64  # Chromium: 32 letters; Firefox: a UUID of 36 characters
TOKEN_CHARS = 200  # ours have 43; nobody's hash of a kilobyte is worth the work

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has proved who they are; `origin` is the only one they may come from ("" for none)."""

    origin: str


class Guard:
    """Refuses what is not for us; `check` runs before every handler, `seal` after every answer."""

    def __init__(
        self,
        keys: Keys,
        failures: Failures,
        clock: Callable[[], datetime],
        *,
        port: int,
        unguarded: frozenset[str],
    ) -> None:
        """Know our names at `port`, and the endpoints that need no token (`unguarded`)."""
        self._keys = keys
        self._failures = failures
        self._clock = clock
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self._unguarded = unguarded
        # A cookie is sent to every port of a host: the name keeps two services apart.
        self.cookie = f"repliquette-{port}"

    def check(self) -> None:
        """Let the present request pass, or raise Refusal at the first step that it fails."""
        self._check_peer()
        self._check_host()
        self._check_method()
        self._check_fetch_site()
        caller = self._caller()
        self._check_origin(caller)
        self._check_size_and_type()
        if caller is None and request.endpoint not in self._unguarded:
            raise self._failures.refusal("This needs a token.", "Run: repliquette pair")

    def seal(self, response: Response) -> Response:
        """The headers of S10; a page brings a Content-Security-Policy of its own."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def has_page_session(self) -> bool:
        """Whether the present request carries the cookie of a page that was opened by a one-time link."""
        secret = request.cookies.get(self.cookie, "")
        return 0 < len(secret) <= TOKEN_CHARS and self._keys.is_page_session(secret, self._clock())

    def _check_peer(self) -> None:
        try:
            near = ipaddress.ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            near = False
        if not near:
            raise Refusal(403, "peer", "Only this computer may ask.")

    def _check_host(self) -> None:
        # `request.host` would fill in a missing header; two headers arrive joined by a comma.
        if request.headers.get("Host") not in self._hosts:
            raise Refusal(403, "host", "This is not my name.", "Use http://127.0.0.1 and the port of the service.")

    def _check_method(self) -> None:
        if request.method not in METHODS or isinstance(request.routing_exception, MethodNotAllowed):
            raise MethodNotAllowed

    def _check_fetch_site(self) -> None:
        if request.headers.get("Sec-Fetch-Site") not in FETCH_SITES:
            raise Refusal(403, "cross_site", "Other sites may not ask.")

    def _check_origin(self, caller: Caller | None) -> None:
        origin = request.headers.get("Origin")
        if origin is None:
            return
        # Who is not known yet may be an extension about to pair, or one whose token was revoked.
        right = origin == caller.origin if caller else origin == _own_origin() or _is_extension(origin)
        if not origin or not right:
            raise Refusal(403, "origin", "Requests from this origin are refused.")

    def _check_size_and_type(self) -> None:
        # waitress has read a chunked body to its end by now, and set its length.
        if (request.content_length or 0) > REQUEST_BYTES:
            raise Refusal(413, "too_large", f"The request is larger than {REQUEST_BYTES} bytes.")
        if request.method in WRITES and request.mimetype != "application/json":
            raise Refusal(415, "type", "Only JSON is understood.", "Send Content-Type: application/json.")

    def _caller(self) -> Caller | None:
        authorization = request.headers.get("Authorization")
        return self._paired(authorization) if authorization is not None else self._page()

    def _paired(self, authorization: str) -> Caller | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= TOKEN_CHARS:
            return None
        client = self._keys.client_for(token)
        return Caller(client.origin) if client else None

    def _page(self) -> Caller | None:
        # A browser adds cookies by itself, so it must also say that the page itself is asking.
        if request.headers.get("Sec-Fetch-Site") != "same-origin":
            return None
        if request.method in WRITES and request.headers.get("Origin") != _own_origin():
            return None
        return Caller(_own_origin()) if self.has_page_session() else None


def _own_origin() -> str:
    return f"http://{request.headers['Host']}"


def _is_extension(origin: str) -> bool:
    scheme, _, name = origin.partition("://")
    plain = name.isascii() and name.replace("-", "").isalnum()
    return scheme in EXTENSION_SCHEMES and plain and len(name) <= EXTENSION_ID_CHARS
