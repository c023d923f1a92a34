r"""The server: a thread with a loop, a port, and as many connections as come.

    with ImapServer(certificate=good, profile=profiles.GMAIL, faults=[Fault("LIST", silent)]) as server:
        server.mail["INBOX"].deliver(b"Subject: x\n\nHello\n")
        ...
    assert server.commands == ["CAPABILITY", "LOGIN", ...]

A mistake of the server's own is raised when it stops.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from repliquette.settings import AccountSetting
from support.imapserver.certificate import Certificate
from support.imapserver.commands import Commands
from support.imapserver.faults import Exchange, Fault
from support.imapserver.grammar import Command
from support.imapserver.mailbox import Account
from support.imapserver.profiles import BARE, Profile
from support.imapserver.session import LINE_BYTES, GoneError, Session

ADDRESS = "kim@fault.example"
# Tests look at what the client logs, and both live in one process.
logging.getLogger("asyncio").setLevel(logging.WARNING)
_HUNG_UP = (GoneError, ConnectionError, TimeoutError, asyncio.IncompleteReadError)


@dataclass
class ImapServer:
    """A context manager.  Without `certificate` it listens in clear; `password` and `token` None: any will do."""

    certificate: Certificate | None = None
    profile: Profile = BARE
    mail: Account = field(default_factory=Account)
    faults: Sequence[Fault] = ()
    password: str | None = None
    token: str | None = None
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    open_most: int = 0
    bytes_sent: int = 0

    def __enter__(self) -> Self:
        self._met: Counter[int] = Counter()
        self._sessions: set[asyncio.Task[Any]] = set()
        self._mistakes: list[BaseException] = []
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), name="imapserver")
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._mistakes:
            raise self._mistakes[0]

    @property
    def commands(self) -> list[str]:
        """The commands so far, without tags and arguments."""
        words = (re.match(rb"\S+ ((?:UID )?[A-Z]+)", line) for line in self.heard)
        return [found[1].decode() for found in words if found]

    def account(self, **changes: object) -> AccountSetting:
        """Settings of an account on this server."""
        ca_file = self.certificate.ca_file if self.certificate else None
        given = {"address": ADDRESS, "host": self.host, "port": self.port, "ca_file": ca_file}
        return AccountSetting(**(given | changes))

    def heal(self) -> None:
        """No more faults; what was heard so far is forgotten."""
        self.faults = ()
        self.heard.clear()

    def hang_up(self) -> None:
        """End every connection as a network does: at once."""
        self._loop.call_soon_threadsafe(self._abandon)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        context = self.certificate.context if self.certificate else None
        server = await asyncio.start_server(self._attend, "127.0.0.1", 0, ssl=context, limit=LINE_BYTES)
        self.host, self.port = server.sockets[0].getsockname()
        ready.set()
        await self._stop.wait()
        server.close()
        self._abandon()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def _abandon(self) -> None:
        for task in self._sessions:
            task.cancel()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        self.connections += 1
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        commands = Commands(self.mail, self.profile, self.password, self.token)
        try:
            await self._converse(Session((reader, writer), commands, self.heard, self._count))
        except _HUNG_UP:
            pass
        except asyncio.CancelledError:
            writer.transport.abort()
        except Exception as mistake:  # noqa: BLE001 - raised again in the thread of the test
            self._mistakes.append(mistake)
        finally:
            self.open_now -= 1
            self._sessions.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _converse(self, session: Session) -> None:
        greeting = Command(b"*", "GREETING", [], b"")
        await self._answer(session, greeting)
        while True:
            command = await session.command()
            await self._answer(session, command)
            if command.name == "LOGOUT":
                session.end()

    async def _answer(self, session: Session, command: Command) -> None:
        if fault := self._fault(command):
            await fault.does(Exchange(session, command, self.mail))
        else:
            await session.send(await session.answer(command))

    def _fault(self, command: Command) -> Fault | None:
        chosen = None
        for place, fault in enumerate(self.faults):
            if fault.fits(command):
                self._met[place] += 1
                if chosen is None and fault.nth in {None, self._met[place]}:
                    chosen = fault
        return chosen

    def _count(self, sent: int) -> None:
        self.bytes_sent += sent
