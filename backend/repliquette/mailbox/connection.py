"""A verified TLS connection to an IMAP server, and the few commands that we ever send.

RFC 9051 over implicit TLS (RFC 8314).  Certificate and host name are always
checked, TLS is 1.2 or later, a plain or pre-authenticated server is refused
before any credential byte (S16, S17); there is no setting that accepts more,
but a private certificate authority.  Every argument passes `guard` (S18), the
server's words pass `plain_words` before a person sees them (S22), literals and
lines are bounded (S20).  IMAPClient 3 and 4 both work: UIDs are given one by
one, since 4 forgets the answers to ranges.
"""

from __future__ import annotations

import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout

from repliquette.errors import ServerError
from repliquette.limits import CONNECT_TIMEOUT_S, FETCH_BYTES, GOODBYE_TIMEOUT_S, READ_TIMEOUT_S
from repliquette.mailbox.entrance import log_in
from repliquette.mailbox.words import NONSENSE, guard, plain_words
from repliquette.settings import AccountSetting

IMAPS = 993
# IMAPClient notes user names and commands at the level DEBUG; none of that is ever logged (S34).
logging.getLogger("imapclient").setLevel(logging.CRITICAL)

# What a search of ours is made of.  IMAPClient sends such words as they are, and nothing in them
# can end a line, a string, a list, or announce a literal.
SEARCH_WORD = re.compile(r"[A-Za-z0-9:*.,+_=<>@-]+")

Answers = Mapping[int, Mapping[bytes, Any]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What EXAMINE said of a folder; `uidnext` is None where the server keeps it to itself."""

    name: str
    uidvalidity: int
    uidnext: int | None
    total: int


class _BoundedImap(imaplib.IMAP4_SSL):
    """imaplib's lines are bounded already; this bounds literals and sends small commands at once."""

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        secure: ssl.SSLSocket = super()._create_socket(timeout)  # type: ignore[misc]  # not in the type stubs
        secure.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return secure

    def read(self, size: int) -> bytes:
        if size > FETCH_BYTES:
            raise self.abort(f"the server announced {size} bytes where at most {FETCH_BYTES} were asked for")
        return super().read(size)


class _Client(IMAPClient):  # type: ignore[misc]  # imapclient ships no types
    def _create_IMAP4(self) -> _BoundedImap:  # noqa: N802 - IMAPClient's own name
        return _BoundedImap(self.host, self.port, ssl_context=self.ssl_context, timeout=self._timeout.connect)


class Connection:
    """A logged-in connection that can list folders, open one read-only, and search it by our own numbers."""

    def __init__(self, account: AccountSetting, password: str) -> None:
        """Connect and log in, the password tried once; ServerError or LoginError say what to do."""
        self._place = f"{account.host}:{account.port}"
        self._client = _connect(account, self._place)
        self.opened: Opened | None = None
        try:
            log_in(self._client, account, password, self._place)
            with self.speaking("tell what it can do"):
                self.capabilities = frozenset(self._client.capabilities())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def speaking(self, what: str) -> Iterator[None]:
        """Turn whatever goes wrong while the server should do `what` into a ServerError."""
        try:
            yield
        except NONSENSE as error:
            raise ServerError(
                f"{self._place} did not {what}.",
                seen=plain_words(error) or type(error).__name__,
                hint="Try again later; if it stays so, ask the provider whether IMAP is in order.",
            ) from error

    def list_folders(self) -> list[tuple[tuple[bytes, ...], str, str]]:
        """Flags, hierarchy separator ("" where there is none) and decoded name of every folder."""
        with self.speaking("list its folders"):
            return [(flags, (mark or b"").decode("ascii"), name) for flags, mark, name in self._client.list_folders()]

    def examine(self, folder: str) -> Opened:
        """Open a folder for reading: EXAMINE, never SELECT."""
        with self.speaking(f"open the folder {plain_words(folder)}"):
            said = self._client.select_folder(guard(folder, "folder name"), readonly=True)
            self.opened = Opened(folder, said[b"UIDVALIDITY"], said.get(b"UIDNEXT"), said[b"EXISTS"])
        return self.opened

    def search(self, *criteria: str) -> list[int]:
        """UIDs in the open folder; criteria are words and numbers of our own, never a stranger's."""
        for word in criteria:
            if not SEARCH_WORD.fullmatch(guard(word, "search term")):
                raise ServerError("A search term has characters that no search of ours has.", seen=plain_words(word))
        with self.speaking("search"):
            return list(self._client.search(list(criteria)))

    def close(self) -> None:
        """Say goodbye; never raises."""
        with suppress(*NONSENSE):
            self._client.socket().settimeout(GOODBYE_TIMEOUT_S)
            self._client.logout()
        with suppress(*NONSENSE):
            self._client.shutdown()


class ReadingConnection(Connection):
    """Adds FETCH, of a kind that leaves no trace."""

    def fetch(self, uids: Sequence[int], extra: Sequence[str] = ()) -> Answers:
        r"""The first bytes of messages and what the server knows of them; \Seen is not set."""
        items = [f"BODY.PEEK[]<0.{FETCH_BYTES}>", "FLAGS", "INTERNALDATE", "RFC822.SIZE", *extra]
        with self.speaking(f"hand out {len(uids)} messages"):
            answers: Answers = self._client.fetch(list(uids), items)
            return answers


class AppendingConnection(Connection):
    """Adds APPEND of a draft, and nothing else that changes a mailbox."""

    def append_draft(self, folder: str, raw: bytes) -> str:
        """Lay a draft into a folder; gives the words of the server's OK."""
        if b"\0" in raw:
            raise ServerError("A draft with a NUL byte cannot be saved.", hint="Remove it and save again.")
        with self.speaking(f"save the draft in {plain_words(folder)}"):
            said = self._client.append(guard(folder, "folder name"), raw, (r"\Draft", r"\Seen"))
        return plain_words(said)


def _connect(account: AccountSetting, place: str) -> _Client:
    guard(account.host, "host")
    context = _context(account)
    timeout = SocketTimeout(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
    try:
        client = _Client(account.host, account.port, ssl_context=context, timeout=timeout)
    except NONSENSE as error:
        raise _unusable(place, error) from error
    client._imap.debug = 0  # noqa: SLF001 - IMAPClient formats every answer for a log that nobody reads: 5 times slower
    client.normalise_times = False
    if client._imap.state != "NONAUTH":  # noqa: SLF001 - imaplib says so nowhere else
        client.shutdown()
        raise ServerError(
            f"{place} claims that we are logged in already, which no mail provider does.",
            hint="Check host and port: something else answers there.",
        )
    return client


def _context(account: AccountSetting) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=account.ca_file)
    except OSError as error:
        raise ServerError(
            f"The certificate authority {account.ca_file} cannot be read.",
            seen=str(error),
            hint="Correct ca_file in your settings, or remove it.",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unusable(place: str, error: Exception) -> ServerError:
    seen = plain_words(error) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        what = f"The certificate of {place} cannot be trusted, so nothing was sent to it."
        hint = "Check the host name; a server with its own certificate authority needs ca_file in the settings."
        return ServerError(what, seen=plain_words(error.verify_message), hint=hint)
    if isinstance(error, ssl.SSLError):
        what = f"{place} does not speak TLS from the first byte, so nothing was sent to it."
        return ServerError(what, seen=seen, hint=f"Use the port for IMAP over TLS, usually {IMAPS}.")
    if isinstance(error, socket.gaierror):
        return ServerError(f"There is no server by the name of {place}.", seen=seen, hint="Check the host name.")
    hint = "Check host and port in the settings, and whether this machine is online."
    return ServerError(f"{place} cannot be reached over IMAP.", seen=seen, hint=hint)
