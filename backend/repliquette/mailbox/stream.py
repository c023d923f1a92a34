"""The bytes of one IMAP connection: TLS, a deadline for every command, a bound for all that comes in (S20).

imaplib has a time limit for each read alone: a server that gives a byte a second would hold
it for ever.  Here every read shares what is left of the command's time, and every
byte counts against what the command may bring.  imaplib's own reading goes the same way.
"""

from __future__ import annotations

import imaplib
import math
import socket
import ssl
from time import monotonic
from typing import TYPE_CHECKING

from repliquette.limits import ANSWER_BYTES, CONNECT_TIMEOUT_S, FETCH_BYTES, LINE_BYTES, READ_TIMEOUT_S

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_CHUNK = 256 * 1024
_BLINK_S = 0.001  # what has come already is taken


class BoundedImap(imaplib.IMAP4_SSL):
    """imaplib over a reader of ours; small commands leave at once."""

    def open(self, host: str = "", port: int | None = 993, timeout: float | None = None) -> None:
        """Connect; the greeting has to come within the time for connecting."""
        self._held = b""
        self._at = 0
        self.allow(CONNECT_TIMEOUT_S, CONNECT_TIMEOUT_S)
        super().open(host, port, timeout)

    def allow(self, seconds: float, silence: float = READ_TIMEOUT_S, most: int = ANSWER_BYTES) -> None:
        """What follows may take `seconds` in all, `silence` seconds without a byte, and bring `most` bytes."""
        self._end = monotonic() + seconds
        self._silence = silence
        self._room = most

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        secure: ssl.SSLSocket = super()._create_socket(timeout)  # type: ignore[misc]  # not in the type stubs
        secure.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return secure

    def send(self, data: Buffer) -> None:
        """All of it, within the time that is left."""
        self.sock.settimeout(self._patience())
        super().send(data)

    def readline(self) -> bytes:
        """A line with its end; b"" where the server hung up.  Nothing is lost by a TimeoutError."""
        end = self._held.find(b"\n", self._at)
        while end < 0:
            searched = len(self._held) - self._at
            if searched > LINE_BYTES:
                raise self.abort(f"the server sent a line of more than {LINE_BYTES} bytes")
            if not self._more():
                return b""
            end = self._held.find(b"\n", searched)
        line = self._held[self._at : end + 1]
        self._at = end + 1
        return line

    def read(self, size: int) -> bytes:
        """A literal; only what was asked for is ever taken."""
        if size > FETCH_BYTES:
            raise self.abort(f"the server announced {size} bytes where at most {FETCH_BYTES} were asked for")
        end = self._at + size
        while end > len(self._held):
            end -= self._at
            if not self._more():
                raise self.abort("the server hung up in the middle of an answer")
        data = self._held[self._at : end]
        self._at = end
        return data

    def waits(self, seconds: float) -> bool:
        """Whether the server says something within `seconds`, which ends no command."""
        if self._at < len(self._held):
            return True
        self.allow(max(seconds, _BLINK_S), READ_TIMEOUT_S)
        try:
            if self._more():
                return True
        except TimeoutError:
            return False
        raise self.abort("the server hung up")

    def _more(self) -> bool:
        """Take what has come; False where the server hung up."""
        self.sock.settimeout(self._patience())
        chunk = self.sock.recv(_CHUNK)
        self._room -= len(chunk)
        if self._room < 0:
            raise self.abort("the server sends far more than was asked for")
        self._held = self._held[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _patience(self) -> float:
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the server took too long for one answer")
        return min(self._silence, left) if left < math.inf else self._silence
