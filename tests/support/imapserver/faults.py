r"""What can go wrong at a mail server, as a script: which command, the how-manieth, and what then.

    Fault("UID FETCH", cut(portion=0.5))                     # the first one is cut in its middle
    Fault("UID FETCH", bye(b"restarting"), nth=2)            # the second one, of all connections
    Fault("EXAMINE", altered(rb"UIDNEXT \d+", b"UIDNEXT 2147483648"), nth=None)    # every one
    Fault("GREETING", instead(b"* PREAUTH welcome\r\n"))

In words for the wire, %TAG% stands for the tag of the command.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from support.imapserver.grammar import BadCommandError, Command, parse_set, word
from support.imapserver.mailbox import Account
from support.imapserver.session import Session

CHUNK = b"x" * 65_536
_LITERAL = re.compile(rb"\{([1-9]\d*)\}\r\n")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command and the session that owes it an answer."""

    session: Session
    command: Command
    account: Account

    async def truth(self) -> bytes:
        """What a healthy server says."""
        return await self.session.answer(self.command)

    async def say(self, words: bytes) -> None:
        """Words for the wire."""
        await self.session.send(words.replace(b"%TAG%", self.command.tag))

    def end(self) -> None:
        """Hang up."""
        self.session.end()


Does = Callable[[Exchange], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`does` befalls the `nth` command named `on` (None: each of them) whose line has the words `naming`."""

    on: str
    does: Does
    nth: int | None = 1
    naming: bytes = b""

    def fits(self, command: Command) -> bool:
        """Whether such a command is meant."""
        return command.name == self.on and self.naming in command.line


def instead(words: bytes) -> Does:
    """These words, and the command is not carried out."""

    async def does(exchange: Exchange) -> None:
        await exchange.say(words)

    return does


def refused(words: bytes) -> Does:
    """NO or BAD with a text: `refused(b"NO [THROTTLED] slower")`."""
    return instead(b"%TAG% " + words + b"\r\n")


def altered(pattern: bytes, to: bytes) -> Does:
    """The truth, but for what the pattern finds in it."""

    async def does(exchange: Exchange) -> None:
        await exchange.session.send(re.sub(pattern, to, await exchange.truth()))

    return does


def stray(words: bytes) -> Does:
    """Untagged words before the truth, and once more before its end."""

    async def does(exchange: Exchange) -> None:
        await exchange.say(words)
        told, tag, status = (await exchange.truth()).rpartition(exchange.command.tag + b" ")
        await exchange.session.send(told + words + tag + status)

    return does


def cut(*, after: int | None = None, portion: float = 0.0, words: bytes = b"") -> Does:
    """The first bytes of the truth, perhaps last `words`, then the line is dead."""

    async def does(exchange: Exchange) -> None:
        truth = await exchange.truth()
        await exchange.session.send(truth[: int(len(truth) * portion) if after is None else after] + words)
        exchange.end()

    return does


def bye(words: bytes) -> Does:
    """The first half of the untagged lines, BYE, and the line is dead."""

    async def does(exchange: Exchange) -> None:
        truth = await exchange.truth()
        starts = [found.start() for found in re.finditer(rb"(?m)^\* \d+ FETCH ", truth)]
        await exchange.session.send(truth[: starts[len(starts) // 2] if starts else 0] + b"* BYE " + words + b"\r\n")
        exchange.end()

    return does


def half_a_literal(*, and_then_silence: bool = False) -> Does:
    """The truth up to the middle of its first literal."""

    async def does(exchange: Exchange) -> None:
        truth = await exchange.truth()
        found = _LITERAL.search(truth)
        assert found, "the answer has no literal"
        await exchange.session.send(truth[: found.end() + int(found[1]) // 2])
        if and_then_silence:
            await asyncio.Event().wait()
        exchange.end()

    return does


def endless(start: bytes, again: bytes = CHUNK) -> Does:
    """`start`, and after it the same bytes for as long as somebody takes them."""

    async def does(exchange: Exchange) -> None:
        await exchange.say(start)
        while True:
            await exchange.session.send(again)

    return does


def swollen_literal(size: int = 4 << 30) -> Does:
    """The truth, but its first literal is announced with 4 GiB, and bytes follow."""

    async def does(exchange: Exchange) -> None:
        truth = await exchange.truth()
        found = _LITERAL.search(truth)
        assert found, "the answer has no literal"
        await endless(truth[: found.start()] + b"{%d}\r\n" % size)(exchange)

    return does


def dribbled(pause: float) -> Does:
    """The truth, a byte at a time with a pause (seconds) after each."""

    async def does(exchange: Exchange) -> None:
        for byte in await exchange.truth():
            await exchange.session.send(bytes([byte]))
            await asyncio.sleep(pause)

    return does


async def silent(_: Exchange) -> None:
    """Nothing, for ever."""
    await asyncio.Event().wait()


async def deaf(exchange: Exchange) -> None:
    """To IDLE: "+", and then never another word, whatever happens or is said."""
    await exchange.say(b"+ idling\r\n")
    await asyncio.Event().wait()


def lying(uid: int, item: str, value: bytes) -> Does:
    """Another value for one item of one message, e.g. `lying(3, "BODYSTRUCTURE", b"((")`."""

    async def does(exchange: Exchange) -> None:
        exchange.session.commands.lies[uid, item] = value
        await exchange.session.send(await exchange.truth())

    return does


def choking(uid: int, words: bytes) -> Does:
    """NO or BAD to every set of messages that has this one among them."""

    async def does(exchange: Exchange) -> None:
        try:
            chokes = bool(parse_set(word(exchange.command.arguments[0]), [uid]))
        except (BadCommandError, IndexError):
            chokes = False
        await (refused(words)(exchange) if chokes else exchange.session.send(await exchange.truth()))

    return does


def meanwhile(happens: Callable[[Account], object]) -> Does:
    """Something happens in the mailbox just before the command is carried out."""

    async def does(exchange: Exchange) -> None:
        happens(exchange.account)
        await exchange.session.send(await exchange.truth())

    return does


def then(happens: Callable[[Account], object]) -> Does:
    """Something happens in the mailbox between this command and the next."""

    async def does(exchange: Exchange) -> None:
        truth = await exchange.truth()
        happens(exchange.account)
        await exchange.session.send(truth)

    return does
