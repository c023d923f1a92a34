r"""What a server says, as data: an opened folder, flags and removals, searches, and news that nobody asked for.

RFC 9051 §7, CONDSTORE and QRESYNC (RFC 7162), ESEARCH (RFC 4731), Gmail's labels.
Each reads the untagged answers of one command, in any order, and passes over the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from imapclient import imap_utf7

from repliquette.mailbox.uidset import UidSet
from repliquette.mailbox.wire import Fetched, Pieces, Token, fetched, number, string

_CODE = re.compile(rb"OK \[([A-Z-]+)(?: (\d{1,19}))?\]", re.IGNORECASE)
_NUMBERED = re.compile(rb"(\d{1,10}) ([A-Z]+)", re.IGNORECASE)
_VANISHED = re.compile(rb"VANISHED (?:\(EARLIER\) )?([\d:,]+)\s*\Z", re.IGNORECASE)
_SEARCH = re.compile(rb"E?SEARCH\b", re.IGNORECASE)
_FOUND = re.compile(rb"SEARCH((?: +\d{1,10})*)(?: +\(MODSEQ \d+\))?\s*\Z", re.IGNORECASE)
_FOUND_SET = re.compile(rb"ESEARCH(?: \(TAG \S+\))?(?: UID)?(?: MODSEQ \d+| ALL ([\d:,]+))*\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opened:
    """What EXAMINE said of a folder; `uidnext` is None where the server keeps it to itself.

    `modseq` (RFC 7162) is None where the folder keeps none.  `flags` and `vanished` are what
    happened since the point that was named with QRESYNC; `garbled` where a part of that made no sense.
    """

    name: str
    uidvalidity: int
    uidnext: int | None
    total: int
    modseq: int | None = None
    flags: Mapping[int, frozenset[str]] = field(default_factory=dict)
    vanished: UidSet = field(default_factory=UidSet)
    garbled: bool = False


@dataclass(frozen=True, slots=True)
class FlagNews:
    """Flags by UID, UIDs that are gone, and the highest mod-sequence that was named (None: none was).

    `garbled` where a removal was told in words that name no UIDs.
    """

    flags: Mapping[int, frozenset[str]]
    vanished: UidSet
    modseq: int | None
    garbled: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """News that nobody asked for: `kind` is "exists", "expunge", "vanished", "fetch" or another word in lower case.

    `number` is what stands before the word (a count or a sequence number), `uids` what vanished or
    whose flags changed, where the server names it.
    """

    kind: str
    number: int | None = None
    uids: UidSet = field(default_factory=UidSet)


def opened(name: str, said: Iterable[Pieces]) -> Opened:
    """The answers to EXAMINE; LookupError without UIDVALIDITY or EXISTS (RFC 9051 §2.3.1.1)."""
    numbers: dict[bytes, int] = {}
    kept: list[Pieces] = []
    for pieces in said:
        if code := _CODE.match(pieces[0]):
            numbers[code[1].upper()] = int(code[2] or 0)
        elif count := _NUMBERED.fullmatch(pieces[0].rstrip()):
            numbers[count[2].upper()] = int(count[1])
        else:
            kept.append(pieces)
    news = flag_news(kept)
    return Opened(
        name,
        numbers[b"UIDVALIDITY"],
        numbers.get(b"UIDNEXT") or None,
        numbers[b"EXISTS"],
        numbers.get(b"HIGHESTMODSEQ") or None,
        news.flags,
        news.vanished,
        news.garbled,
    )


def flag_news(said: Iterable[Pieces]) -> FlagNews:
    """Flags and removals."""
    flags: dict[int, frozenset[str]] = {}
    gone = UidSet()
    highest: int | None = None
    garbled = False
    for pieces in said:
        if pieces[0][:8].upper() == b"VANISHED":
            named = _vanished(pieces[0])
            gone, garbled = gone | named, garbled or not named
        elif (answer := fetched(pieces)) and answer.uid and isinstance(listed := answer.items.get(b"FLAGS"), list):
            flags[answer.uid] = flag_words(listed)
            highest = max(filter(None, (highest, modseq(answer))), default=None)
    return FlagNews(flags, gone, highest, garbled)


def _vanished(words: bytes) -> UidSet:
    """The UIDs that a VANISHED names; none where it makes no sense (iCloud writes such)."""
    found = _VANISHED.match(words)
    try:
        return UidSet.read(found[1]) if found else UidSet()
    except ValueError:
        return UidSet()


def modseq(answer: Fetched) -> int | None:
    """The MODSEQ of one message."""
    listed = answer.items.get(b"MODSEQ")
    return number(listed[0]) if isinstance(listed, list) and listed else None


def flag_words(listed: Iterable[Token]) -> frozenset[str]:
    r"""Flags as text; \Recent belongs to the session, not to the message."""
    words = (flag.decode("utf-8", "replace") for flag in listed if isinstance(flag, bytes))
    return frozenset(word for word in words if word.lower() != r"\recent")


def labels(token: Token | None) -> frozenset[str]:
    r"""Gmail's labels, from modified UTF-7; its own begin with a backslash ("\Inbox")."""
    if not isinstance(token, list):
        return frozenset()
    words = (string(label) for label in token)
    return frozenset(_unquoted(word) for word in words if word)


def _unquoted(word: bytes) -> str:
    if not word.isascii():  # plain UTF-8, as after ENABLE UTF8=ACCEPT
        return word.decode("utf-8", "replace")
    try:
        return str(imap_utf7.decode(word))
    except ValueError:  # an ampersand that begins nothing
        return word.decode("ascii")


def found(said: Iterable[Pieces]) -> list[int]:
    """UIDs of a search, in either form of answer, ascending; ValueError where it is too large to be true."""
    listed: set[int] = set()
    sets = UidSet()
    for pieces in said:
        if plain := _FOUND.match(pieces[0]):
            listed.update(map(int, plain[1].split()))
        elif several := _FOUND_SET.match(pieces[0]):
            sets |= UidSet.read(several[1]) if several[1] else UidSet()
        elif _SEARCH.match(pieces[0]):  # half an answer must not look like an empty folder
            raise ValueError(f"no answer to a search: {pieces[0][:100]!r}")
    return sorted(listed.union(sets)) if sets.ranges else sorted(listed)


def heard(pieces: Pieces) -> Heard:
    """One untagged answer as news."""
    if gone := _VANISHED.match(pieces[0]):
        return Heard("vanished", uids=UidSet.read(gone[1]))
    if counted := _NUMBERED.match(pieces[0]):
        answer = fetched(pieces)
        uids = UidSet.of([answer.uid]) if answer and answer.uid else UidSet()
        return Heard(counted[2].decode("ascii").lower(), int(counted[1]), uids)
    return Heard(pieces[0].partition(b" ")[0].decode("ascii", "replace").lower())
