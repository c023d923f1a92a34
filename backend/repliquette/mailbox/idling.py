r"""A connection that can wait: STATUS, a stop that ends an IDLE (RFC 2177) at once, a deadline for signs of life.

Whatever a server tells while we wait is a reason to look, never the truth itself: it
says it once, and EXPUNGE has a sequence number alone (RFC 9051 §7.5.1).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from repliquette.limits import HEARTBEAT_S
from repliquette.mailbox.connection import ReadingConnection, RefusedError
from repliquette.mailbox.heard import Heard
from repliquette.mailbox.patience import Address
from repliquette.mailbox.words import guard, plain_words

NEWS = frozenset({"exists", "expunge", "fetch", "vanished"})
LINE_S = 0.5  # for the rest of a line that has begun
# Where a connection has died without a word (another network, a forgotten NAT), the kernel asks in our
# stead.  Each system knows some of these names.
KEEPALIVE = (("TCP_KEEPIDLE", 30), ("TCP_KEEPALIVE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))


@dataclass(frozen=True, slots=True)
class Look:
    """A folder's state at one instant; what the server does not tell is None. Two that differ are a reason to read."""

    uidvalidity: int
    uidnext: int | None
    total: int
    modseq: int | None = None
    unseen: int | None = None

    def differs(self, other: Look) -> bool:
        """Whether anything that both know is another."""
        mine = (self.uidvalidity, self.uidnext, self.total, self.modseq, self.unseen)
        theirs = (other.uidvalidity, other.uidnext, other.total, other.modseq, other.unseen)
        return any(a != b for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None)


class WaitingConnection(ReadingConnection):
    """Reads for an `ImapSource`, and waits for a `ServerWatch`, by turns."""

    _is_brisk = False

    def watched_over(self) -> Address:
        """Have the kernel notice a dead peer; where the server is."""
        plain = self._imap.sock
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE:
            if number := getattr(socket, name, None):
                with suppress(OSError):
                    plain.setsockopt(socket.IPPROTO_TCP, number, value)
        host, port = plain.getpeername()[:2]
        return host, port

    @property
    def can_idle(self) -> bool:
        """Whether the server offers IDLE and has not refused it."""
        return b"IDLE" in self.capabilities

    @contextmanager
    def brisk(self) -> Iterator[None]:
        """Small questions: a server that leaves one unanswered for HEARTBEAT_S is gone."""
        self._is_brisk = True
        try:
            yield
        finally:
            self._is_brisk = False

    @contextmanager
    def speaking(self, what: str, asked: int = 0) -> Iterator[None]:
        """As any connection, only sooner impatient."""
        with super().speaking(what, asked):
            if self._is_brisk:
                self._imap.allow(HEARTBEAT_S, HEARTBEAT_S)
            yield

    def state(self, folder: str) -> Look:
        """Open a folder for waiting, read-only."""
        opened = self.examine(folder)
        return Look(opened.uidvalidity, opened.uidnext, opened.total, opened.modseq)

    def status(self, folder: str) -> Look:
        """A folder's numbers, without opening it."""
        wanted = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"]
        if b"CONDSTORE" in self.capabilities:
            wanted.append("HIGHESTMODSEQ")
        with self.speaking(f"tell the state of {plain_words(folder)}"):
            said = self._client.folder_status(guard(folder, "folder name"), wanted)
            numbers = (said.get(name) for name in (b"UIDNEXT", b"MESSAGES", b"HIGHESTMODSEQ", b"UNSEEN"))
            uidnext, total, modseq, unseen = numbers
            return Look(said[b"UIDVALIDITY"], uidnext, total or 0, modseq, unseen)

    def has_news(self) -> bool:
        """Ask for a sign of life; whether news came with it."""
        return _is_news(self.noop())

    def has_news_while(self, waits: Callable[[socket.socket], bool]) -> bool:
        """Idle for as long as `waits` says that the socket has bytes; whether there was news, and then at once.

        The server has answered to the end of it, so that the connection is known to live.
        """
        try:
            idling = self.idle()
        except RefusedError:  # offered and refused: believed until the next connection
            self.capabilities -= {b"IDLE"}
            return False
        heard = list(idling.wait(0))
        while not _is_news(heard) and waits(self._imap.sock):
            if not (more := idling.wait(LINE_S)):
                break  # the end of the connection, or bytes of TLS itself: the next line tells
            heard += more
        return _is_news((*heard, *idling.done()))

    def hang_up(self) -> None:
        """End the connection from another thread, whatever it is waiting for; never raises."""
        with suppress(OSError):
            self._imap.sock.shutdown(socket.SHUT_RDWR)


def _is_news(heard: Iterable[Heard]) -> bool:
    return any(one.kind in NEWS for one in heard)
