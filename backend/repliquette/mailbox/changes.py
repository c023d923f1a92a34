"""What happened in a folder since a cursor, and how much of what a server says of it can be believed.

RFC 7162 (CONDSTORE, QRESYNC) and RFC 4731 (ESEARCH).  Servers that speak of
mod-sequences without offering them, that name none, that count backwards or
forget to count new mail are not believed: then `told` is false and the mod-sequence
None, and the reader takes a census, which is always true.  The same holds where
messages are missing that nobody said had vanished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum

from repliquette.errors import ServerError
from repliquette.limits import UID_WINDOW, UIDS_MOST
from repliquette.mailbox.connection import ReadingConnection, RefusedError
from repliquette.mailbox.heard import FlagNews, Opened
from repliquette.mailbox.source import Cursor
from repliquette.mailbox.uidset import UidSet
from repliquette.mailbox.words import plain_words

# Apple's VANISHED is malformed now and then (a comment in Mailspring-Sync's source says so, and switches it off).
NOT_BELIEVED = (".mail.me.com",)

Search = Callable[..., list[int]]


class Belief(IntEnum):
    """How far a server's mod-sequences are believed."""

    NOTHING = 0
    FLAGS = 1
    REMOVALS = 2


@dataclass(frozen=True, slots=True)
class Past:
    """What befell the messages below a cursor; see `source.Changes`."""

    modseq: int | None = None
    flags: Mapping[int, frozenset[str]] = field(default_factory=dict)
    vanished: tuple[int, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A folder as this process saw it last."""

    cursor: Cursor
    total: int


def belief(connection: ReadingConnection, host: str) -> Belief:
    """What the server offers and, asked to, really switches on; before any folder is opened (RFC 5161)."""
    offers = connection.capabilities
    if ("." + host.lower()).endswith(NOT_BELIEVED):
        return Belief.NOTHING
    if b"QRESYNC" not in offers:
        return Belief.FLAGS if b"CONDSTORE" in offers else Belief.NOTHING
    try:
        is_on = "QRESYNC" in connection.enable("QRESYNC")
    except RefusedError:
        is_on = False
    return Belief.REMOVALS if is_on else Belief.NOTHING


def examine(connection: ReadingConnection, name: str, cursor: Cursor | None, believed: Belief) -> tuple[Opened, bool]:
    """Open a folder; true where it also told what happened since the cursor.

    ServerError where the folder has no UIDVALIDITY, without which a UID means nothing.
    """
    try:
        if believed is Belief.REMOVALS and cursor is not None and cursor.modseq:
            with suppress(RefusedError):  # the folder opens without the question, or says itself why not
                return connection.examine(name, since=(cursor.uidvalidity, cursor.modseq)), True
        return connection.examine(name, condstore=believed is not Belief.NOTHING), False
    except ServerError as error:
        if not isinstance(error.__cause__, KeyError):
            raise
        raise ServerError(
            f"The server opens the folder {plain_words(name)} without saying what it must (RFC 9051 §6.3.2).",
            seen=f"no {plain_words(error.__cause__.args[0])}",
            hint="Without it no message can be told from another. Ask the provider, or leave the folder out.",
        ) from error


def uids_from(search: Search, first: int, opened: Opened) -> list[int]:
    """All UIDs not below `first`, newest first."""
    if first == opened.uidnext:
        return []
    found: set[int] = set()
    for window in windows(opened.total):
        # "n:*" also names the last message where it lies below n (RFC 9051 §9, seq-range).
        new = {uid for uid in search(window, "UID", f"{first}:*") if uid >= first}
        found |= new
        if first > 1 and len(new) < UID_WINDOW:
            break
    return sorted(found, reverse=True)


def windows(total: int) -> Iterator[str]:
    """Ranges of message numbers that hold all messages, the newest first.

    Numbers and not UIDs: a UIDNEXT that is false, missing or far away makes no window
    more.  Downwards, since a removal in between moves only what is above it.
    """
    above = "*"
    for low in range(max(1, total - UID_WINDOW + 1), 1 - UID_WINDOW, -UID_WINDOW):
        if total:
            yield f"{max(1, low)}:{above}"
        above = f"{low - 1}"


def everywhere(search: Search, total: int, *criteria: str) -> frozenset[int]:
    """The UIDs of all messages that fit, asked for in windows that keep the answers short."""
    return frozenset(uid for window in windows(total) for uid in search(window, *criteria))


def is_credible(opened: Opened, known: Cursor, added: Sequence[int]) -> bool:
    """Whether the folder's mod-sequence can be one: it is there, never falls, and grows with new mail."""
    if opened.modseq is None or known.modseq is None:
        return opened.modseq is not None
    return opened.modseq >= known.modseq + bool(_arrived(opened, added))


def resynced(opened: Opened, known: Cursor, added: Sequence[int], seen: Seen | None) -> Past:
    """What EXAMINE told of the past, unless it contradicts itself or the count of messages."""
    gone = opened.vanished.below(known.uidnext)
    if opened.garbled or gone.count > UIDS_MOST:
        return Past()
    vanished = tuple(gone)
    if not opened.flags.keys().isdisjoint(vanished):
        return Past()
    return Past(opened.modseq, _below(opened.flags, known), vanished, not _is_off(opened, known, added, seen, vanished))


def flagged(opened: Opened, known: Cursor, added: Sequence[int], seen: Seen | None, news: FlagNews) -> Past:
    """What was asked of flags; that nothing was removed shows where the count is known."""
    counted = seen is not None and seen.cursor == known
    return Past(opened.modseq, _below(news.flags, known), (), counted and not _is_off(opened, known, added, seen, ()))


def asked(
    connection: ReadingConnection, opened: Opened, known: Cursor, added: Sequence[int], seen: Seen | None
) -> Past:
    """What became of messages below the cursor `known`, where the open folder did not tell it: asks for the flags."""
    if known.modseq is None:
        return Past(opened.modseq)
    news = FlagNews({}, UidSet(), None)
    if opened.modseq != known.modseq and known.uidnext > 1:
        try:
            news = connection.fetch_flags(UidSet(((1, known.uidnext - 1),)), since=known.modseq)
        except RefusedError:
            return Past()
    return flagged(opened, known, added, seen, news)


def _is_off(opened: Opened, known: Cursor, added: Sequence[int], seen: Seen | None, vanished: Sequence[int]) -> bool:
    """Whether messages are missing, or too many, against what this process counted at the same cursor."""
    if seen is None or seen.cursor != known:
        return False
    return seen.total - len(vanished) + _arrived(opened, added) != opened.total


def _arrived(opened: Opened, added: Sequence[int]) -> int:
    """New messages that were there when the folder was opened."""
    return sum(1 for uid in added if opened.uidnext is None or uid < opened.uidnext)


def _below(flags: Mapping[int, frozenset[str]], known: Cursor) -> dict[int, frozenset[str]]:
    return {uid: marks for uid, marks in flags.items() if uid < known.uidnext}
