"""A stand-in for the backend, for states the real one cannot show on demand: away, revoked, all caught up.

It speaks the JSON of docs/architecture.md over invented conversations and serves
the panel at `/` under the page's policy.  `python tests/support/fakeapi.py 47900`
runs it alone, to look at the panel while working on it.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support import fakemail

PANEL = Path(__file__).parents[2] / "extension" / "panel"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
TOKEN = "a-token-that-only-the-background-knows"
CODE = "246810"


class FakeBackend(ThreadingHTTPServer):
    """`drafts` are those saved, `page_open` whether the page's cookie counts, `token` what is accepted."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Request)
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.details = fakemail.details(self.now)
        self.drafts: list[dict[str, Any]] = []
        self.token = TOKEN
        self.page_open = True
        self.synced = True

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def settle(self, *standings: str) -> None:
        """Leave only the conversations of other standings: "all caught up"."""
        self.details = {k: d for k, d in self.details.items() if d["standing"] not in standings}

    def listed(self, standing: str, start: int, limit: int) -> dict[str, Any]:
        """A page of the lists."""
        rows = [fakemail.entry(d) for d in self.details.values() if d["standing"] == standing]
        every = [d["standing"] for d in self.details.values()]
        coverage = {
            "account": fakemail.ME["email"],
            "read": 4812,
            "total": 4815,
            "oldest": "2026-03-03T08:00:00Z",
            "synced_at": self.now.isoformat(),
            "unreadable": 3,
        }
        return {
            "items": rows[start : start + limit],
            "cursor": str(start + limit) if start + limit < len(rows) else None,
            "total": len(rows),
            "counts": {s: every.count(s) for s in ("owed", "awaiting", "settled")},
            "coverage": [coverage] if self.synced else [],
        }

    def save(self, conversation: str, draft: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Keep a draft; the same words a second time find the first."""
        known = {"id": conversation} | draft
        created = known not in self.drafts
        if created:
            self.drafts.append(known)
        self.details[conversation]["draft_saved"] = True
        return 201 if created else 200, {
            "message_id": "<draft@repliquette.example>",
            "folder": "Drafts",
            "created": created,
        }


class _Request(BaseHTTPRequestHandler):
    server: FakeBackend

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not url.path.startswith("/api/v1/"):
            self._file(url.path)
        elif self._may():
            self._read(url.path.removeprefix("/api/v1"), {k: v[0] for k, v in parse_qs(url.query).items()})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.removeprefix("/api/v1")
        if path == "/pair":
            self._pair(body["code"])
        elif self._may():
            self._json(*self.server.save(path.split("/")[2], body))

    def _may(self) -> bool:
        if (
            self.headers["Sec-Fetch-Site"] == "same-origin"
            and self.server.page_open
            and not self.headers["Authorization"]
        ):
            return True
        if self.headers["Authorization"] == f"Bearer {self.server.token}":
            return True
        self._error(401, "token", "This browser is not connected.", "Run: repliquette pair")
        return False

    def _pair(self, code: str) -> None:
        if code == CODE:
            self._json(201, {"token": self.server.token})
        else:
            self._error(403, "pairing", "That code is not the one shown.", "Run: repliquette pair")

    def _read(self, path: str, query: dict[str, str]) -> None:
        if path == "/conversations":
            self._json(200, self.server.listed(query["standing"], int(query.get("cursor", 0)), int(query["limit"])))
        elif path == "/lookup":
            self._lookup(query)
        elif detail := self.server.details.get(path.rpartition("/")[2]):
            self._json(200, detail)
        else:
            self._error(
                404, "unknown", "There is no such conversation.", "It may have been removed; read the list anew."
            )

    def _lookup(self, query: dict[str, str]) -> None:
        wanted = query.get("gmail_thread") or query.get("exchange_conversation", "")
        if wanted in self.server.details:
            return self._json(200, {"id": wanted, "certainty": "exact", "why": "Gmail thread id"})
        likely = next((d["id"] for d in self.server.details.values() if d["subject"] == query.get("subject")), None)
        if likely:
            return self._json(200, {"id": likely, "certainty": "likely", "why": "subject"})
        return self._error(404, "unknown", "This conversation is not known.", "Run: repliquette sync")

    def _file(self, path: str) -> None:
        file = (PANEL / (path.lstrip("/") or "index.html")).resolve()
        if not file.is_relative_to(PANEL) or not file.is_file():
            return self._error(404, "unknown", "There is no such page.", "")
        return self._send(200, TYPES[file.suffix], file.read_bytes(), POLICY)

    def _json(self, status: int, data: Any) -> None:
        self._send(status, "application/json", json.dumps(data).encode(), "default-src 'none'; frame-ancestors 'none'")

    def _error(self, status: int, code: str, message: str, hint: str) -> None:
        self._json(status, {"error": {"code": code, "message": message, "hint": hint}})

    def _send(self, status: int, kind: str, body: bytes, policy: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


@contextmanager
def running(port: int = 0) -> Iterator[FakeBackend]:
    """A stand-in on a free port (or on `port`), stopped at the end."""
    backend = FakeBackend(port)
    thread = threading.Thread(target=backend.serve_forever, daemon=True)
    thread.start()
    try:
        yield backend
    finally:
        backend.shutdown()
        backend.server_close()
        thread.join()


if __name__ == "__main__":
    FakeBackend(int(sys.argv[1])).serve_forever()
