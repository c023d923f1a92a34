"""The owner says yes in the system's browser, and the answer comes back to this machine (RFC 8252).

S32: PKCE with S256 (RFC 7636), a random `state`, a redirect to a port of the
moment on 127.0.0.1 that takes one answer, closes, and lives two minutes.
Whatever is not that answer gets 400 and teaches nothing.  No page is embedded.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from repliquette import limits
from repliquette.errors import LoginError
from repliquette.mailbox import oauth
from repliquette.mailbox.oauth import Grant, Known
from repliquette.mailbox.words import plain_words

_DONE = b"<!doctype html><title>Repliquette</title><p>Done. You can close this page and go back to the terminal."
_POLL_S = 0.5


def consent(provider: Known, address: str, show: Callable[[str, int], None]) -> Grant:
    """Send the owner to the provider and wait for the answer; LoginError where there is none or it is no.

    `show` is given the link to open and the port on which the answer is awaited.
    """
    setting = provider.setting
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    with _Door(state) as door:
        redirect = f"http://{provider.loopback}:{door.server_port}/"
        question = {
            "response_type": "code",
            "client_id": setting.client_id,
            "redirect_uri": redirect,
            "scope": " ".join(setting.scopes),
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "login_hint": address,
            **provider.extra,
        }
        mark = "&" if urlsplit(setting.authorization_url).query else "?"
        show(f"{setting.authorization_url}{mark}{urlencode(question)}", door.server_port)
        code = door.wait()
    return oauth.exchange(setting, code, redirect, verifier)


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636 §4.2."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class _Door(TCPServer):
    """Listens on 127.0.0.1 for the one answer that carries `state`.

    No `HTTPServer`: that one asks the network for our own name first.
    """

    def __init__(self, state: str) -> None:
        super().__init__(("127.0.0.1", 0), _Visitor)
        self.server_port: int = self.server_address[1]
        self.state = state
        self.code = ""
        self.denied = ""
        self.timeout = _POLL_S

    def wait(self) -> str:
        """The code; LoginError after two minutes, or when the owner said no."""
        end = time.monotonic() + limits.CONSENT_S
        while not (self.code or self.denied):
            if time.monotonic() > end:
                raise LoginError("Nobody said yes in the browser within two minutes.", hint="Run it again.")
            self.handle_request()
        if self.denied:
            raise LoginError("The provider did not give access.", seen=self.denied, hint="Run it again to say yes.")
        return self.code

    def take(self, path: str) -> bool:
        """Whether a request is the awaited answer; it is taken then, and no other afterwards."""
        parts = urlsplit(path)
        said = {key: values[0] for key, values in parse_qs(parts.query).items() if len(values) == 1}
        is_ours = hmac.compare_digest(said.get("state", "").encode(), self.state.encode())
        if parts.path != "/" or not is_ours or self.code or self.denied:
            return False
        self.code = said.get("code", "")
        if not self.code:
            self.denied = plain_words(said.get("error_description") or said.get("error") or "no code")
        return True

    def handle_error(self, *_: object) -> None:
        """A visitor that hangs up is none of ours; the standard library would print its trace."""


class _Visitor(BaseHTTPRequestHandler):
    server: _Door
    timeout = 2  # seconds for one request: a silent visitor must not hold the door
    server_version = "repliquette"
    sys_version = ""

    def do_GET(self) -> None:
        """Take the answer, or refuse."""
        is_ours = self.headers.get("Host", "").rpartition(":")[0] in {"127.0.0.1", "localhost"}
        taken = is_ours and self.server.take(self.path)
        body = _DONE if taken else b"This is not the answer that is awaited here."
        self.send_response(200 if taken else 400)
        self.send_header("Content-Type", "text/html" if taken else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.send_header("Referrer-Policy", "no-referrer")  # the address of this page holds the code
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the address holds the code (S34)."""
