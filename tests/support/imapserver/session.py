"""One connection: lines in, answers out, and a fault of the script in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from support.imapserver.commands import Commands
from support.imapserver.grammar import LITERAL_END, Command
from support.imapserver.mailbox import Mailbox

LINE_BYTES = 1_000_000


class GoneError(Exception):
    """This connection is at its end."""


class Session:
    """`fault` finds what a command's answer is to suffer; `heard` takes every line and literal of the client."""

    def __init__(
        self,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        commands: Commands,
        heard: list[bytes],
        sent: Callable[[int], None],
    ) -> None:
        self._reader, self.writer = streams
        self.commands = commands
        self._heard = heard
        self._sent = sent
        self._changed = asyncio.Event()

    async def send(self, data: bytes) -> None:
        """Say it, and wait until the client takes it."""
        if self.writer.is_closing():
            raise GoneError
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)  # drain alone never lets the loop see that the client has hung up
        self._sent(len(data))

    async def hear(self) -> bytes:
        """A line; GoneError where the client has hung up."""
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise GoneError
        self._heard.append(line)
        return line

    async def command(self) -> Command:
        """A whole command, its literals read."""
        line = whole = await self.hear()
        while found := LITERAL_END.search(line):
            if not found[2]:
                await self.send(b"+ go on\r\n")
            self._heard.append(await self._reader.readexactly(int(found[1])))
            whole += self._heard[-1]
            line = await self.hear()
            whole += line
        return Command.read(whole)

    async def answer(self, command: Command) -> bytes:
        """The true answer; AUTHENTICATE and IDLE have talked to the client meanwhile."""
        if command.name == "GREETING":
            return b"* OK [CAPABILITY " + self.commands.capability() + b"] ready\r\n"
        if command.name == "AUTHENTICATE":
            return await self._authenticate(command)
        if command.name == "IDLE" and self.commands.is_in:
            return await self._idle(command)
        return self.commands.answer(command)

    def end(self) -> None:
        """Hang up."""
        self.writer.close()
        raise GoneError

    async def _authenticate(self, command: Command) -> bytes:
        mechanism = command.arguments[0].upper().decode()
        if f"AUTH={mechanism}" not in self.commands.profile.before.split():
            return command.tag + b" NO no such mechanism\r\n"
        if len(command.arguments) > 1:
            response = command.arguments[1]
        else:
            await self.send(b"+ \r\n")
            response = (await self.hear()).strip()
        if self.commands.check(mechanism, response):
            return command.tag + b" OK [CAPABILITY " + self.commands.capability() + b"] logged in\r\n"
        if mechanism != "PLAIN":
            await self.send(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")  # RFC 7628 §3.2.3: the client answers, then is refused
            await self.hear()
        return command.tag + b" NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"

    async def _idle(self, command: Command) -> bytes:
        await self.send(b"+ idling\r\n")
        box = self.commands.view.box if self.commands.view else None
        loop = asyncio.get_running_loop()
        listener = lambda: loop.call_soon_threadsafe(self._changed.set)  # noqa: E731 - it is removed by its name
        if box is not None:
            box.listeners.append(listener)
        try:
            await self._push_until_done(box)
        finally:
            if box is not None:
                box.listeners.remove(listener)
        return command.tag + b" OK done\r\n"

    async def _push_until_done(self, box: Mailbox | None) -> None:
        done = asyncio.ensure_future(self.hear())
        try:
            while not done.done():
                self._changed.clear()
                if box is not None:
                    with box.lock:
                        news = self.commands.news()
                    await self.send(news)
                waking = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({done, waking}, return_when=asyncio.FIRST_COMPLETED)
                waking.cancel()
            done.result()
        finally:
            done.cancel()
