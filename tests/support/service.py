"""A desk and keys in memory, the service over them on a free port, and requests without a browser's help.

with running() as live:
    reply = live.ask("GET", "/api/v1/conversations", token=live.token)
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from repliquette.errors import UnknownError
from repliquette.model import (
    Coverage,
    DraftReceipt,
    Entry,
    Evidence,
    Person,
    Reason,
    Standing,
    Style,
    Suggestion,
    Tier,
    Verdict,
)
from repliquette.web.app import create_app
from repliquette.web.service import Service
from support.mail import ANA, NOW, OWNER, conversation, message

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
FIREFOX = "moz-extension://4f0c1d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
CODE = "314159"
LINK_KEY = "key-of-the-one-time-link"
WORDS = "could you get us two tickets"

TALK = conversation(
    message(
        f"Hi Kim, {WORDS} for Friday?", subject="Friday", ago=50, quoted="On Monday you wrote", attachments=("a.pdf",)
    )
)
VERDICT = Verdict(
    Standing.OWED,
    Reason.FREE_STUFF,
    TALK.last.message_id,
    TALK.last.date,
    confidence=0.83,
    evidence=(
        Evidence("asks_for_tickets", WORDS, "fresh", TALK.last.message_id, 8, 36, 2.0, title="asks for tickets"),
    ),
    due=NOW - timedelta(hours=2),
    marks=frozenset({"shady", "chaser"}),
)
CHOICE = Suggestion(Style.WARM, "decline", "Kind no", "Re: Friday", "Hi Ana,\n\nI have none.", (ANA,), facts=("Ana",))
ANA_KNOWN = Person(ANA.email, ANA.name, received=21, sent=20, their_median_hours=3.0, tier=Tier.CLIENT)


@dataclass(frozen=True, slots=True)
class Page:
    entries: tuple[Entry, ...]
    cursor: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Shown:
    conversation: Any = TALK
    verdict: Verdict = VERDICT
    person: Person = ANA_KNOWN
    suggestions: tuple[Suggestion, ...] = (CHOICE,)
    owner: Any = OWNER
    draft_saved: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    id: str
    certainty: str
    why: str


class MemoryDesk:
    """One owed conversation, "c1"; `asked` keeps what the last call was given, `fault` is raised by every call."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.drafts: list[str] = []
        self.fault: Exception | None = None

    def _note(self, **asked: Any) -> None:
        if self.fault:
            raise self.fault
        self.asked = asked

    def entries(self, **asked: Any) -> Page:
        self._note(**asked)
        entry = Entry("c1", OWNER.name, "Friday", ANA, Tier.CLIENT, WORDS, VERDICT, TALK.last.date)
        return Page((entry,), None, 1)

    def show(self, conversation_id: str) -> Shown:
        self._note(id=conversation_id)
        if conversation_id != "c1":
            raise UnknownError("There is no such conversation.", seen=conversation_id, hint="Run: repliquette owed")
        return Shown(draft_saved=bool(self.drafts))

    def title(self, standing: Standing, reason: Reason) -> str:
        return f"{standing} {reason}"

    def save_draft(
        self, conversation_id: str, *, body: str, subject: str | None = None, style: Style | None = None
    ) -> DraftReceipt:
        self.show(conversation_id)
        self._note(id=conversation_id, body=body, subject=subject, style=style)
        created = body not in self.drafts
        if created:
            self.drafts.append(body)
        return DraftReceipt("draft-1@northwind.example", "Drafts", created=created)

    def lookup(self, **asked: Any) -> Match | None:
        self._note(**asked)
        return Match("c1", "exact", "Gmail thread id") if asked.get("gmail_thread") == 0x15F1123136926BFF else None

    def counts(self) -> dict[Standing, int]:
        return {Standing.OWED: 1}

    def coverage(self) -> tuple[Coverage, ...]:
        return (Coverage("kim@northwind.example", 4812, 4815, synced_at=NOW, unreadable=(("INBOX 17", "cut off"),)),)


@dataclass(frozen=True, slots=True)
class Client:
    name: str
    origin: str


@dataclass
class MemoryKeys:
    """One code, one link; secrets kept hashed as in the store.  `writes` counts every change."""

    writes: int = 0
    code: str | None = CODE
    link: str | None = LINK_KEY
    clients: dict[bytes, Client] = field(default_factory=dict)
    pages: set[bytes] = field(default_factory=set)

    def redeem(self, code: str, *, origin: str, name: str, now: datetime) -> str | None:
        if self.code is None or not hmac.compare_digest(code.encode(), self.code.encode()):
            return None
        self.code = None
        return self.pair(origin, name)

    def pair(self, origin: str, name: str = "test") -> str:
        self.writes += 1
        token = f"token-{len(self.clients)}-{'x' * 36}"
        self.clients[_hash(token)] = Client(name, origin)
        return token

    def client_for(self, token: str) -> Client | None:
        return self.clients.get(_hash(token))

    def redeem_page_link(self, key: str, now: datetime) -> str | None:
        if key != self.link:
            return None
        self.link = None
        return self.open_page()

    def open_page(self) -> str:
        self.writes += 1
        secret = f"page-{len(self.pages)}-{'y' * 36}"
        self.pages.add(_hash(secret))
        return secret

    def is_page_session(self, secret: str, now: datetime) -> bool:
        return _hash(secret) in self.pages


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came over the wire; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(port: int, method: str, path: str, headers: list[tuple[str, str]], body: bytes | None = None) -> Reply:
    """Send exactly these headers (and a Content-Length where there is a body)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Live:
    """A running service; `token` belongs to a paired Chromium extension (origin EXTENSION)."""

    port: int
    app: Flask
    desk: MemoryDesk
    keys: MemoryKeys
    token: str

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def own_origin(self) -> str:
        return f"http://{self.host}"

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        host: str | None = "",
        site: str | None = None,
        origin: str | None = None,
        cookie: str | None = None,
        json: Any = None,
        more: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
    ) -> Reply:
        """A request with the right Host unless another (None: no) `host` is given."""
        named = {
            "Host": self.host if host == "" else host,
            "Authorization": None if token is None else f"Bearer {token}",
            "Sec-Fetch-Site": site,
            "Origin": origin,
            "Cookie": None if cookie is None else f"repliquette-{self.port}={cookie}",
            "Content-Type": None if json is None else "application/json",
        }
        headers = [(name, value) for name, value in named.items() if value is not None] + list(more)
        return ask(self.port, method, path, headers, body if json is None else _encoded(json))

    def get(self, path: str, **more: Any) -> Reply:
        """A GET with the token of the paired extension."""
        return self.ask("GET", path, token=self.token, **more)

    def post(self, path: str, json: Any, **more: Any) -> Reply:
        """A POST as Chromium sends it for the paired extension."""
        return self.ask("POST", path, token=self.token, origin=EXTENSION, site="none", json=json, **more)


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def free_port() -> int:
    """A loopback port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(panel: Path, **service: Any) -> Iterator[Live]:
    """The service over a fresh desk and keys, stopped at the end."""
    port, desk, keys = free_port(), MemoryDesk(), MemoryKeys()
    token = keys.pair(EXTENSION)
    app = create_app(desk, keys, port=port, clock=lambda: NOW, panel=panel)
    with Service(app, port, **service):
        yield Live(port, app, desk, keys, token)
