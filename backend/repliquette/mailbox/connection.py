"""A logged-in connection to an IMAP server, and the few commands that we ever send (RFC 9051).

Every argument passes `guard` (S18), the server's words pass `plain_words` before a
person sees them (S22); lines, literals, answers and time are bounded (S20).  Logging in, LIST and APPEND are IMAPClient's;
what reads is said and heard by `wire`.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Self

from imapclient import imap_utf7

from repliquette.errors import ServerError, ThrottledError
from repliquette.limits import (
    ANSWER_BYTES,
    ANSWERS_A_MESSAGE,
    COMMAND_TIMEOUT_S,
    FETCH_BYTES,
    GOODBYE_TIMEOUT_S,
    READ_TIMEOUT_S,
    SLOWEST_BYTES_S,
)
from repliquette.mailbox import heard, wire
from repliquette.mailbox.backoff import trouble
from repliquette.mailbox.dialing import dial
from repliquette.mailbox.entrance import log_in
from repliquette.mailbox.heard import FlagNews, Heard, Opened
from repliquette.mailbox.stream import BoundedImap
from repliquette.mailbox.uidset import UidSet
from repliquette.mailbox.words import NONSENSE, guard, plain_words
from repliquette.settings import AccountSetting

__all__ = ["AppendingConnection", "Connection", "Idling", "Opened", "ReadingConnection", "RefusedError"]

# What a search of ours is made of.  IMAPClient sends such words as they are, and nothing in them
# can end a line, a string, a list, or announce a literal.
SEARCH_WORD = re.compile(r"[A-Za-z0-9:*.,+_=<>@-]+")


class RefusedError(ServerError):
    """The mail server said NO to one command, and goes on serving."""


class Connection:
    """A logged-in connection that can list folders, open one read-only, and search it by our own numbers."""

    def __init__(self, account: AccountSetting, password: str) -> None:
        """Connect and log in, the password tried once; ServerError or LoginError say what to do."""
        self._place = f"{account.host}:{account.port}"
        self._client = dial(account, self._place)
        self._imap: BoundedImap = self._client._imap  # noqa: SLF001 - the socket below IMAPClient
        self.opened: Opened | None = None
        try:
            self._imap.allow(COMMAND_TIMEOUT_S, READ_TIMEOUT_S)
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
    def speaking(self, what: str, asked: int = 0) -> Iterator[None]:
        """Give the server time for `asked` bytes; whatever goes wrong becomes a ServerError.

        RefusedError where it refuses this one command and goes on.
        """
        seconds = COMMAND_TIMEOUT_S + asked / SLOWEST_BYTES_S
        self._imap.allow(seconds, READ_TIMEOUT_S, ANSWER_BYTES + 2 * asked)
        try:
            yield
        except NONSENSE as error:
            raise self._spoken(what, error) from error

    def _spoken(self, what: str, error: Exception) -> ServerError:
        seen = plain_words(error) or type(error).__name__
        refused = isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort)
        hint = "Try again later; if it stays so, ask the provider whether IMAP is in order."
        return (RefusedError if refused else ServerError)(f"{self._place} did not {what}.", seen=seen, hint=hint)

    def list_folders(self) -> list[tuple[tuple[bytes, ...], str, str]]:
        """Flags, hierarchy separator ("" where there is none) and decoded name of every folder."""
        with self.speaking("list its folders"):
            return [(flags, (mark or b"").decode("ascii"), name) for flags, mark, name in self._client.list_folders()]

    def examine(self, folder: str, *, condstore: bool = False, since: tuple[int, int] | None = None) -> Opened:
        """Open a folder for reading: EXAMINE, never SELECT.

        `condstore` asks for mod-sequences; `since` is the UIDVALIDITY and mod-sequence up to which all is
        known, and asks for what happened afterwards (QRESYNC, which must be enabled).
        """
        words = b"EXAMINE " + _quoted(folder)
        if since is not None:
            words += b" (QRESYNC (%d %d))" % since
        elif condstore:
            words += b" (CONDSTORE)"
        with self.speaking(f"open the folder {plain_words(folder)}"):
            self.opened = None
            self.opened = heard.opened(folder, wire.command(self._imap, words))
        return self.opened

    def search(self, *criteria: str) -> list[int]:
        """UIDs in the open folder, ascending; criteria are words and numbers of our own, never a stranger's."""
        for word in criteria:
            if not SEARCH_WORD.fullmatch(guard(word, "search term")):
                raise ServerError("A search term has characters that no search of ours has.", seen=plain_words(word))
        form = "RETURN (ALL) " if b"ESEARCH" in self.capabilities else ""
        words = f"UID SEARCH {form}{' '.join(criteria)}".encode("ascii")
        with self.speaking("search"):
            return heard.found(wire.command(self._imap, words))

    def close(self) -> None:
        """Say goodbye; never raises."""
        with suppress(*NONSENSE):
            self._imap.allow(GOODBYE_TIMEOUT_S, GOODBYE_TIMEOUT_S)
            self._client.logout()
        with suppress(*NONSENSE):
            self._client.shutdown()


class ReadingConnection(Connection):
    """Adds FETCH, of a kind that leaves no trace, and waiting for news; ThrottledError where a pause is asked for."""

    def _spoken(self, what: str, error: Exception) -> ServerError:
        spoken = super()._spoken(what, error)
        # OVERQUOTA in answer to APPEND is a full disk, and no matter of time.
        seconds = trouble(spoken.seen)
        if seconds is None:
            return spoken
        hint = "It is asked again then; nothing is lost."
        said = f"{self._place} did not {what}: it asks to be left alone for a while."
        return ThrottledError(said, retry_after_s=seconds, seen=spoken.seen, hint=hint)

    def enable(self, *extensions: str) -> frozenset[str]:
        """Switch on CONDSTORE or QRESYNC before a folder is opened (RFC 5161); those that the server took."""
        with self.speaking("enable what it offers"):
            said = list(wire.command(self._imap, f"ENABLE {' '.join(extensions)}".encode("ascii")))
        lines = [pieces[0].upper().split() for pieces in said[:-1]]
        return frozenset(
            word.decode("ascii", "replace") for line in lines if line[:1] == [b"ENABLED"] for word in line[1:]
        )

    def fetch_items(
        self, uids: Iterable[int], items: str, *, literal: int = FETCH_BYTES, asked: int = 0
    ) -> list[wire.Fetched]:
        r"""What the server tells of messages, in its own order; \Seen is not set, `items` are names of our own.

        `literal` bounds each literal (bytes), `asked` is what all are expected to bring.
        """
        wanted = frozenset(uids)
        words = f"UID FETCH {UidSet.of(wanted)} ({items})".encode("ascii")
        with self.speaking(f"hand out {len(wanted)} messages", asked):
            kept: list[wire.Fetched] = []
            for one in map(wire.fetched, wire.command(self._imap, words, literal)):
                if one and (one.uid in wanted or (one.broken and one.uid is None)):
                    kept.append(one)
                if len(kept) > ANSWERS_A_MESSAGE * len(wanted):
                    raise self._imap.abort("the server answers one question again and again")
            return kept

    def fetch_flags(self, uids: UidSet | None = None, *, since: int | None = None, vanished: bool = False) -> FlagNews:
        """The flags of messages (all by default), those alone that changed after mod-sequence `since`.

        `vanished` also asks for what was removed since then (QRESYNC, which must be enabled).
        """
        words = f"UID FETCH {uids or '1:*'} (FLAGS)"
        if since is not None:
            words += f" (CHANGEDSINCE {since}{' VANISHED' if vanished else ''})"
        with self.speaking("tell the flags of messages", ANSWER_BYTES):
            return heard.flag_news(wire.command(self._imap, words.encode("ascii")))

    def fetch_labels(self, uids: Iterable[int]) -> Mapping[int, frozenset[str]]:
        """Gmail's labels of messages."""
        answers = self.fetch_items(uids, "X-GM-LABELS")
        return {one.uid: heard.labels(one.items.get(b"X-GM-LABELS")) for one in answers if one.uid}

    def noop(self) -> tuple[Heard, ...]:
        """A sign of life; the news that came with it."""
        with self.speaking("answer"):
            return tuple(map(heard.heard, wire.command(self._imap, b"NOOP")))[:-1]

    def idle(self) -> Idling:
        """Wait for news (RFC 2177); nothing else may be asked before `Idling.done`."""
        return Idling(self)


class Idling:
    """An IDLE under way."""

    def __init__(self, connection: ReadingConnection) -> None:
        self._connection = connection
        self._imap = connection._imap  # noqa: SLF001 - one conversation in two classes
        self._heard: list[Heard] = []
        with connection.speaking("wait for mail"):
            self._tag = wire.send(self._imap, b"IDLE")
            while not (pieces := wire.read(self._imap))[0].startswith(b"+"):  # news may come first
                self._heard += self._news(pieces)

    def wait(self, seconds: float) -> tuple[Heard, ...]:
        """The news within `seconds`, as soon as there is any; () where there is none."""
        with self._connection.speaking("wait for mail"):
            while not self._heard and self._imap.waits(seconds):
                self._imap.allow(COMMAND_TIMEOUT_S, READ_TIMEOUT_S)
                self._heard += self._news(wire.read(self._imap))
        return self._taken()

    def done(self) -> tuple[Heard, ...]:
        """End it; the news that came last (a VANISHED is never said again)."""
        with self._connection.speaking("stop waiting for mail"):
            self._imap.send(b"DONE\r\n")
            self._heard += map(heard.heard, list(wire.answers(self._imap, self._tag))[:-1])
        return self._taken()

    def _news(self, pieces: wire.Pieces) -> Iterator[Heard]:
        return (heard.heard(one) for one in wire.untagged(self._imap, pieces, self._tag))

    def _taken(self) -> tuple[Heard, ...]:
        news, self._heard = tuple(self._heard), []
        return news


class AppendingConnection(Connection):
    """Adds APPEND of a draft, and nothing else that changes a mailbox."""

    def append_draft(self, folder: str, raw: bytes) -> str:
        """Lay a draft into a folder; gives the words of the server's OK."""
        if b"\0" in raw:
            raise ServerError("A draft with a NUL byte cannot be saved.", hint="Remove it and save again.")
        with self.speaking(f"save the draft in {plain_words(folder)}"):
            said = self._client.append(guard(folder, "folder name"), raw, (r"\Draft", r"\Seen"))
        return plain_words(said)


def _quoted(folder: str) -> bytes:
    """A folder name as an argument: modified UTF-7 (RFC 3501 §5.1.3) in quotes."""
    name: bytes = imap_utf7.encode(guard(folder, "folder name"))
    return b'"%s"' % name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
