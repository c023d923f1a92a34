r"""A small scripted IMAP server that does what Dovecot never will.

It keeps every byte that clients said, and answers by a table: the first words of
a command ("LIST", "UID FETCH") → the bytes of the answer, with %TAG% for the
tag.  What the table lacks is answered as a healthy, empty server would.

    with FaultServer(tls=some_certificate.context, answers={"LIST": b"* BYE\r\n"}) as server: ...
    assert server.commands == ["CAPABILITY", "LOGIN", ...]
"""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

import trustme

from repliquette.settings import AccountSetting

HEALTHY = {
    "CAPABILITY": b"* CAPABILITY %CAPABILITIES%\r\n%TAG% OK done\r\n",
    "LIST": (b'* LIST () "/" INBOX\r\n* LIST (\\Drafts) "/" Drafts\r\n* LIST (\\Sent) "/" Sent\r\n%TAG% OK done\r\n'),
    "EXAMINE": (
        b"* 0 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 1] ok\r\n"
        b"%TAG% OK [READ-ONLY] done\r\n"
    ),
    "UID SEARCH": b"* SEARCH\r\n%TAG% OK done\r\n",
    "LOGOUT": b"* BYE bye\r\n%TAG% OK done\r\n",
}
OK = b"%TAG% OK done\r\n"
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate and the authority that a client may trust."""

    context: ssl.SSLContext
    ca_file: Path

    @classmethod
    def make(cls, directory: Path, *names: str, not_after: datetime | None = None) -> Certificate:
        """A new authority (its certificate in `directory`) and a certificate for `names`."""
        authority = trustme.CA()
        ca_file = directory / "ca.pem"
        authority.cert_pem.write_to_path(ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names, not_after=not_after).configure_cert(context)
        return cls(context, ca_file)


@dataclass
class FaultServer:
    """The server; a context manager.  Without `tls` it listens in clear."""

    tls: ssl.SSLContext | None = None
    greeting: bytes = b"* OK ready\r\n"
    capabilities: bytes = b"IMAP4rev1"
    answers: Mapping[str, bytes] = field(default_factory=dict)
    ca_file: Path | None = None
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.tls = self.tls
        self.host, self.port = self._server.server_address
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def commands(self) -> list[str]:
        """The commands so far, without tags and arguments."""
        words = (re.match(rb"\S+ ((?:UID )?[A-Z]+)", line) for line in self.heard)
        return [found[1].decode() for found in words if found]

    def account(self, **changes: object) -> AccountSetting:
        """Settings of an account on this server."""
        given = {"address": "kim@fault.example", "host": self.host, "port": self.port, "ca_file": self.ca_file}
        return AccountSetting(**(given | changes))

    def answer(self, command: str, tag: bytes) -> bytes:
        """What the table says to a command."""
        said = self.answers.get(command, HEALTHY.get(command, OK))
        return said.replace(b"%CAPABILITIES%", self.capabilities).replace(b"%TAG%", tag)

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                server.connections += 1
                self.request.settimeout(10)
                if server.tls:
                    self.request.do_handshake()
                super().setup()

            def handle(self) -> None:
                self.wfile.write(server.greeting)
                while line := self.rfile.readline():
                    server.heard.append(line)
                    self._take_literals(line)
                    self._reply(line)

            def _take_literals(self, line: bytes) -> None:
                while found := _LITERAL.search(line):
                    if not found[2]:
                        self.wfile.write(b"+ go on\r\n")
                    server.heard.append(self.rfile.read(int(found[1])))
                    line = self.rfile.readline()

            def _reply(self, line: bytes) -> None:
                tag, _, rest = line.partition(b" ")
                words = rest.decode("latin-1").split()
                command = " ".join(words[: 2 if words[:1] == ["UID"] else 1])
                if command == "AUTHENTICATE":
                    self.wfile.write(b"+ \r\n")
                    server.heard.append(self.rfile.readline())
                self.wfile.write(server.answer(command, tag))

        return Handler


class _Server(socketserver.ThreadingTCPServer):
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, object]:
        bare, address = super().get_request()
        if self.tls is None:
            return bare, address
        # The handshake is left to the handler's thread.
        return self.tls.wrap_socket(bare, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on us is what most tests are about."""
