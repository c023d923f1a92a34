"""An IMAP server inside the program: what `repliquette demo` syncs, and quick tests.

pymap with its in-memory backend, in a thread of its own, on a free loopback port,
over implicit TLS with a certificate made for this run; its authority's certificate
is written to a file for `ca_file`.  Messages are laid into the backend directly.
pymap knows no special-use flags: folder names decide.  Nothing outlives `close`.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from repliquette.errors import RepliquetteError

try:
    import trustme
    from proxyprotocol.sock import SocketInfo
    from pymap.backend.dict import Config, Login
    from pymap.backend.dict.filter import FilterSet
    from pymap.backend.dict.mailbox import MailboxSet
    from pymap.concurrent import Subsystem
    from pymap.imap import IMAPServer
    from pymap.parsing.message import AppendMessage
    from pymap.user import UserMetadata
    from pysasl.hashing import BuiltinHash
except ModuleNotFoundError as missing:
    raise RepliquetteError(
        "The demo needs a mail server inside the program, which is not installed.",
        seen=str(missing),
        hint="Run: pip install 'repliquette[demo]'",
    ) from missing

HOST = "127.0.0.1"
INBOX = "INBOX"
# A loopback server that has not started or stopped by then never will.
PATIENCE_S = 20.0
HASH = BuiltinHash(rounds=1000)  # the mailbox is as public as the program: nothing to protect

Folders = Mapping[str, Sequence[tuple[bytes, datetime]]]


class EmbeddedServer:
    """A mailbox of one user behind IMAP; a context manager."""

    def __init__(self, user: str, password: str, folders: Folders, directory: Path) -> None:
        """Serve `folders` (raw message, when it arrived) to `user`; `directory` gets the certificate."""
        self.user = user
        self.password = password
        self.host = HOST
        self.port = 0
        self.ca_file = directory / "demo-ca.pem"
        self._folders = folders
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="embedded-imap", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(PATIENCE_S)
        if self._failure or not self.port:
            self.close()
            raise RepliquetteError("The mail server of the demo did not start.", seen=str(self._failure or ""))
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and the thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        logging.getLogger("pymap").addHandler(logging.NullHandler())
        self._loop.set_exception_handler(_keep_quiet_about_hang_ups)
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except OSError as failure:
            self._failure = failure
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        config = _Config(self.user, self.password)
        config.apply_context()
        login = Login(config)
        await login.demo_user_identity.set(UserMetadata(config, self.user, password=HASH.hash(self.password)))
        config.set_cache[self.user] = (await _filled(self._folders), FilterSet())
        answer = IMAPServer(login, config)

        talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talk = asyncio.create_task(answer(reader, writer, SocketInfo.get(writer, None)))
            talks[talk] = writer
            talk.add_done_callback(talks.pop)

        server = await asyncio.start_server(connected, HOST, 0, ssl=self._certificate())
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for writer in talks.values():
            writer.transport.abort()
        if talks:
            await asyncio.wait(talks, timeout=PATIENCE_S)

    def _certificate(self) -> ssl.SSLContext:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST, "localhost").configure_cert(context)
        return context


class _Config(Config):
    """pymap's settings, without the steps that would look outside this machine."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=HOST,
            port=0,
            demo_data=False,
            demo_user=user,
            demo_password=password,
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
            tls_enabled=False,  # no STARTTLS: the connection is TLS from its first byte
            hash_context=HASH,
            cpu_subsystem=Subsystem.for_asyncio(),
            invalid_user_sleep=0.0,
        )

    @property
    def greeting(self) -> bytes:
        """A greeting that needs no look-up of this machine's name."""
        return b"Repliquette demo server ready"


def _keep_quiet_about_hang_ups(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A client that hangs up in mid-sentence is no news to the owner of a demo."""
    if not isinstance(context.get("exception"), OSError):
        loop.default_exception_handler(context)


async def _filled(folders: Folders) -> Any:
    mailboxes = MailboxSet()
    for name, messages in folders.items():
        if name != INBOX:
            await mailboxes.add_mailbox(name)
        mailbox = await mailboxes.get_mailbox(name)
        for raw, when in messages:
            await mailbox.append(AppendMessage(_with_crlf(raw), when))
    return mailboxes


def _with_crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
