"""S12: answering requests opens no connection of our own; and few modules could open one at all."""

from __future__ import annotations

import ast
import socket

from support.service import EXTENSION, LINK_KEY

# What can reach another machine, directly or by what it imports.
NETWORK = {
    "aiohttp", "asyncio", "dns", "ftplib", "http", "httpx", "imapclient", "imaplib", "nntplib", "poplib", "requests",
    "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip
WITHOUT_NETWORK = {"imapclient.imap_utf7", "imapclient.exceptions", "urllib.parse"}  # words alone
CONNECTING = {
    "mailbox/dialing.py": "the mail server of an account",
    "mailbox/stream.py": "the socket of that connection, bounded",
    "mailbox/https.py": "with OAuth 2 the provider's login; at setup, with consent, the pages of the address's own domain",
    "mailbox/discovery.py": "at setup, with consent: the SRV records of that domain",
    "mailbox/patience.py": "asks the kernel which way leads to the mail server; no packet is sent",
}
LISTENING = {
    "web/service.py": "the page and the sidebar's backend, on 127.0.0.1",
    "mailbox/consent.py": "the browser comes back to 127.0.0.1 with the owner's yes",
    "demo/server.py": "the mail server of the demo, on 127.0.0.1",
    "cli/demo.py": "free ports of 127.0.0.1 for it",
}
GIVEN = {
    "mailbox/connection.py": "errors of a connection that dialing made",
    "mailbox/entrance.py": "logs in on it",
    "mailbox/idling.py": "waits on it",
    "mailbox/watching.py": "waits on it",
    "mailbox/words.py": "errors, in words",
}


def _imported(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _may_connect(name: str) -> bool:
    is_word = any(f"{name}.".startswith(f"{word}.") for word in WITHOUT_NETWORK)
    return name.partition(".")[0] in NETWORK and not is_word


def test_s12_only_these_modules_can_open_a_connection(root):
    """The exceptions that README and SECURITY.md name: the mail server, OAuth, and the own domain at setup."""
    backend = root / "backend" / "repliquette"
    found = {
        file.relative_to(backend).as_posix()
        for file in backend.rglob("*.py")
        if any(map(_may_connect, _imported(file.read_text("utf-8"))))
    }

    assert found == {*CONNECTING, *LISTENING, *GIVEN}


def test_s12_the_service_connects_to_nobody(live, monkeypatch):
    """Every call is made once; the only connections seen are those of this test to the service."""
    seen = []
    connect = socket.socket.connect

    def noted(self, address):
        seen.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    asked = [("GET", "/open?key=" + LINK_KEY)] + [
        (method, rule.rule.replace("<id>", "c1"))
        for rule in live.app.url_map.iter_rules()
        for method in sorted(rule.methods & {"GET", "POST"})
    ]
    for method, path in asked:
        json = {"body": "Hi.", "code": "000000"} if method == "POST" else None
        live.ask(method, path, token=live.token, origin=EXTENSION, json=json)

    assert seen == [("127.0.0.1", live.port)] * len(asked)
