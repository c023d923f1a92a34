"""Each fault of a server ends in words, in bounded time and memory; nothing is lost, and the next sync makes it good.

Both on a first sync and on a later one, into a real store.  "Made good" means: the store
is the same as one that was filled from a server without a fault.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from repliquette.errors import LoginError, RepliquetteError, ServerError, ThrottledError
from repliquette.mailbox import connection, stream
from repliquette.pipeline.knowledge import know
from repliquette.store import Store
from support.imapserver import Certificate, Fault, ImapServer, Profile, profiles
from support.imapserver.faults import (
    altered,
    bye,
    choking,
    cut,
    dribbled,
    endless,
    half_a_literal,
    instead,
    lying,
    refused,
    silent,
    stray,
    swollen_literal,
)
from support.mailroom import Mailroom, content, news, usual

MEMORY_BYTES = 64 << 20  # S20
SHORT = {
    "CONNECT_TIMEOUT_S": 0.5,
    "READ_TIMEOUT_S": 0.5,
    "COMMAND_TIMEOUT_S": 0.8,
    "GOODBYE_TIMEOUT_S": 0.1,
    "SLOWEST_BYTES_S": 1 << 30,
}


@dataclass(frozen=True, slots=True)
class Case:
    """`raises` None: the sync goes through all the same; `says` is found in what is told."""

    faults: tuple[Fault, ...]
    raises: type[RepliquetteError] | None = ServerError
    says: str = "did not|cannot be reached"
    profile: Profile = profiles.QRESYNC
    limits: dict[str, float] = field(default_factory=dict)


def each(on, *does, **more):
    """Every such command."""
    return tuple(Fault(on, one, nth=None, **more) for one in does)


def on_fetch(does, nth=1, **more):
    """The case of a fault of UID FETCH: the first asks for heads, the second for texts."""
    return Case((Fault("UID FETCH", does, nth=nth),), **more)


def believed(pattern, to, **more):
    """The case of a lie about mod-sequences, which nobody falls for."""
    return Case(each("EXAMINE", altered(pattern, to)), raises=None, **more)


MODSEQ = rb"\[HIGHESTMODSEQ \d+\]"
UNASKED = (
    b"* 99 EXISTS\r\n* 1 RECENT\r\n* 2 FETCH (UID 700 FLAGS (\\Seen))\r\n* FLAGS (\\Seen)\r\n* OK [ALERT] Fish on Friday\r\n"
    b'* 3 FETCH (FLAGS (\\Deleted))\r\n* 1 FETCH (UID 4294967295 FLAGS ())\r\n* LIST () "/" Elsewhere\r\n* SEARCH\r\n'
    b"* XAPPLE (new (things) 4)\r\n"
)
CASES = {
    # The line breaks ---------------------------------------------------------------------------
    "bye-in-the-greeting": Case((Fault("GREETING", instead(b"* BYE too many cooks\r\n")),), says="too many cooks"),
    "bye-in-the-middle": on_fetch(bye(b"restarting"), says="restarting"),
    "bye-in-the-middle-of-the-texts": on_fetch(bye(b"restarting"), nth=2, says="restarting"),
    "bye-after-the-login": Case((Fault("LIST", bye(b"maintenance")),), says="maintenance"),
    "cut-at-once": on_fetch(cut(after=0)),
    "cut-after-10-bytes": on_fetch(cut(after=10)),
    "cut-in-the-middle": on_fetch(cut(portion=0.5)),
    "cut-before-the-last-byte": on_fetch(cut(after=-1)),
    "cut-in-the-texts": on_fetch(cut(portion=0.5), nth=2),
    "cut-in-the-greeting": Case((Fault("GREETING", cut(after=7)),)),
    "cut-in-a-search": Case((Fault("UID SEARCH", cut(portion=0.5)),)),
    "cut-in-examine": Case((Fault("EXAMINE", cut(portion=0.5)),)),
    "half-a-literal": on_fetch(half_a_literal()),
    "half-a-literal-of-a-text": on_fetch(half_a_literal(), nth=2),
    # Time --------------------------------------------------------------------------------------
    "half-a-literal-and-silence": on_fetch(half_a_literal(and_then_silence=True), limits=SHORT),
    "silence": on_fetch(silent, limits=SHORT),
    "silence-for-a-greeting": Case((Fault("GREETING", silent),), limits=SHORT),
    "silence-for-a-login": Case((Fault("AUTHENTICATE", silent),), says="login", limits=SHORT),
    "a-byte-at-a-time": on_fetch(dribbled(0.02), limits=SHORT),
    "a-greeting-by-bytes": Case((Fault("GREETING", dribbled(0.05)),), limits=SHORT),
    # Size --------------------------------------------------------------------------------------
    "endless-line": on_fetch(endless(b"* 1 FETCH (UID 1 FLAGS ("), says="more than|far more"),
    "endless-line-in-a-list": Case((Fault("LIST", endless(b"* LIST ()")),), says="more than|far more"),
    "endless-answers": on_fetch(
        endless(b"", b"* 1 FETCH (FLAGS ())\r\n" * 3000), says="far more than was asked for", limits={"ANSWER_BYTES": 1 << 20}
    ),
    "endless-answers-of-one-message": on_fetch(
        endless(b"", b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 8 FETCH (UID 8 FLAGS ())\r\n" * 3000), says="again and again"
    ),
    "literal-of-4-GiB": on_fetch(swollen_literal(), says="4294967296 bytes"),
    "literal-of-4-GiB-in-a-text": on_fetch(swollen_literal(), nth=2, says="4294967296 bytes"),
    "literal-of-4-GiB-for-a-folder": Case(
        (Fault("LIST", instead(b'* LIST () "/" {4294967296}\r\n')),), says="4294967296 bytes"
    ),
    "more-messages-than-numbers": Case(
        (Fault("UID SEARCH", instead(b'* ESEARCH (TAG "%TAG%") UID ALL 1:4294967295\r\n%TAG% OK done\r\n')),)
    ),
    # No IMAP -----------------------------------------------------------------------------------
    "brackets-that-never-close": Case((Fault("LIST", instead(b"* LIST (\r\n%TAG% OK done\r\n")),)),
    "another-tag": on_fetch(instead(b"X9 OK another\r\n"), says="another"),
    "html": on_fetch(instead(b"<html><body>502 Bad Gateway</body></html>\r\n"), says="502 Bad Gateway"),
    "folder-without-uidvalidity": Case((Fault("EXAMINE", altered(rb"\* OK \[UIDVALIDITY.*\r\n", b"")),), says="no UIDVALIDITY"),
    "folder-refused": Case(each("EXAMINE", refused(b"NO [SERVERBUG] \x1b[2Jdisk on fire\x07")), says="disk on fire"),
    "search-refused": Case((Fault("UID SEARCH", refused(b"BAD what?")),), says="what\\?"),
    "half-a-search": Case((Fault("UID SEARCH", altered(rb"ALL ([\d:,]+)", b"ALL 1:,")),)),
    # One bad message ---------------------------------------------------------------------------
    **{
        f"structure-{name}": Case(each("UID FETCH", lying(3, "BODYSTRUCTURE", said)), raises=None)
        for name, said in {
            "nil": b"NIL",
            "garbage": b'"garbage"',
            "open": b'("TEXT" "PLAIN" (("CHARSET" "UTF-8") NIL NIL "7BIT" 3 1',
            "closed-twice": b'("TEXT" "PLAIN"))) NIL',
            "of-numbers": b"(1 2 (3 (4)) 5)",
            "negative": b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" -1 -9 NIL NIL NIL)',
            "huge": b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 99999999999999999999 1)',
            "empty": b"()",
            "deep": b"(" * 5000 + b")" * 5000,
            "of-another-message": b'("APPLICATION" "PDF" NIL NIL NIL "BASE64" 9 NIL NIL NIL NIL)',
        }.items()
    },
    "date-that-is-none": Case(each("UID FETCH", lying(2, "INTERNALDATE", b'"42-Foo-2026 25:00:00 +9999"')), raises=None),
    "size-that-is-none": Case(each("UID FETCH", lying(2, "RFC822.SIZE", b"NIL")), raises=None),
    "flags-that-are-none": Case(each("UID FETCH", lying(2, "FLAGS", b"NIL")), raises=None),
    "header-that-is-nil": Case(each("UID FETCH", lying(2, "BODY[HEADER]<0>", b"NIL")), raises=None),
    "no-for-a-batch-with-one-message": Case(each("UID FETCH", choking(3, b"NO [SERVERBUG] cannot")), raises=None),
    "bad-for-a-batch-with-one-message": Case(each("UID FETCH", choking(3, b"BAD internal error")), raises=None),
    "bye-for-a-batch-with-one-message": Case((Fault("UID FETCH", bye(b"crashed")),), says="crashed"),
    # Mod-sequences -----------------------------------------------------------------------------
    "modseq-without-condstore": believed(rb"(\* OK \[UIDNEXT)", rb"* OK [HIGHESTMODSEQ 102784]\r\n\1", profile=profiles.YAHOO),
    "modseq-zero": believed(MODSEQ, b"[HIGHESTMODSEQ 0]"),
    "modseq-backwards": believed(MODSEQ, b"[HIGHESTMODSEQ 1]"),
    "modseq-that-stands-still": believed(MODSEQ, b"[HIGHESTMODSEQ 12]"),
    "modseq-far-ahead": Case(
        (Fault("EXAMINE", altered(MODSEQ, b"[HIGHESTMODSEQ 9223372036854775807]"), nth=None),), raises=None
    ),
    "modseq-too-large": believed(MODSEQ, b"[HIGHESTMODSEQ 99999999999999999999999]"),
    "nomodseq": believed(MODSEQ, b"[NOMODSEQ]"),
    "enabled-nothing": Case(each("ENABLE", altered(rb"ENABLED[^\r]*", b"ENABLED")), raises=None),
    "enable-refused": Case(each("ENABLE", refused(b"BAD unknown")), raises=None),
    "changedsince-refused": Case(
        each("UID FETCH", refused(b"NO no modseq"), naming=b"CHANGEDSINCE"), raises=None, profile=profiles.CONDSTORE
    ),
    "qresync-refused": Case(each("EXAMINE", refused(b"BAD parameters"), naming=b"QRESYNC"), raises=None),
    "vanished-all": believed(rb"(\* 0 RECENT)", rb"\1\r\n* VANISHED (EARLIER) 1:4294967295"),
    "vanished-unknown": believed(rb"(\* 0 RECENT)", rb"\1\r\n* VANISHED (EARLIER) 300:310,77"),
    "vanished-malformed": believed(rb"(\* 0 RECENT)", rb"\1\r\n* VANISHED (EARLIER) 1:x,,4:"),
    "vanished-without-words": believed(rb"(\* 0 RECENT)", rb"\1\r\n* VANISHED"),
    "vanished-that-is-not-told": believed(rb"\* VANISHED[^\r]*\r\n", b""),
    # Numbers -----------------------------------------------------------------------------------
    "uidnext-missing": believed(rb"\* OK \[UIDNEXT.*\r\n", b""),
    "uidnext-far-away": believed(rb"UIDNEXT \d+", b"UIDNEXT 2147483648"),
    "uidnext-too-small": believed(rb"UIDNEXT \d+", b"UIDNEXT 2"),
    "uidnext-zero": believed(rb"UIDNEXT \d+", b"UIDNEXT 0"),
    "exists-too-many": believed(rb"\* (\d+) EXISTS", rb"* 1\1 EXISTS"),
    "search-with-a-stray-blank": Case(each("UID SEARCH", altered(rb"(SEARCH[^\r]*)\r\n", rb"\1 \r\n")), raises=None, profile=profiles.YAHOO),
    # Words nobody asked for --------------------------------------------------------------------
    "stray-in-fetch": Case(each("UID FETCH", stray(UNASKED)), raises=None),
    "stray-in-examine": Case(each("EXAMINE", stray(b'* OK [ALERT] Fish\r\n* LIST () "/" Else\r\n* X (y)\r\n')), raises=None),
    "stray-in-list": Case(each("LIST", stray(b"* OK still here\r\n* 5 EXISTS\r\n")), raises=None),
    "stray-in-search": Case(each("UID SEARCH", stray(b"* 99 EXISTS\r\n* OK still here\r\n* 1 FETCH (FLAGS ())\r\n")), raises=None),
    "stray-at-the-login": Case(each("AUTHENTICATE", stray(b"* OK [ALERT] Your password is old\r\n")), raises=None),
    # A wrong welcome ---------------------------------------------------------------------------
    "preauth": Case((Fault("GREETING", instead(b"* PREAUTH welcome\r\n")),), says="logged in already"),
    "login-refused": Case(
        (Fault("AUTHENTICATE", refused(b"NO [AUTHENTICATIONFAILED] wrong")),), raises=LoginError, says="refused the password"
    ),
    "login-unavailable": Case((Fault("AUTHENTICATE", refused(b"NO [UNAVAILABLE] later")),), says="login|alone"),
    # Left alone --------------------------------------------------------------------------------
    "throttled": on_fetch(refused(b"NO [THROTTLED] slow down"), raises=ThrottledError, says="left alone until"),
    "throttled-in-a-search": Case((Fault("UID SEARCH", refused(b"NO [THROTTLED] x")),), raises=ThrottledError, says="left alone until"),
    "overquota": on_fetch(refused(b"NO [OVERQUOTA] Account exceeded bandwidth limits"), raises=ThrottledError, says="left alone until"),
    "microsoft-throttles": on_fetch(
        refused(b"BAD Request is throttled. Suggested Backoff Time: 30000 milliseconds"), raises=ThrottledError, says="left alone until"
    ),
    "microsoft-is-not-connected": Case(
        (Fault("EXAMINE", refused(b"BAD User is authenticated but not connected.")),), raises=ThrottledError, says="left alone until"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def knowledge():
    return know()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory, certificate, knowledge):
    """A store of one healthy sync by each profile, and what it and the next one make of it: read once, copied often."""
    made = {}

    def read(profile):
        if profile not in made:
            folder = tmp_path_factory.mktemp("healthy")
            first, whole = folder / "first.sqlite", folder / "whole.sqlite"
            with ImapServer(certificate, profile, usual()) as server:
                with closing(Store(first)) as store:
                    Mailroom(server, store, knowledge).read()
                    before = content(store)
                copyfile(first, whole)
                news(server.mail)
                with closing(Store(whole)) as store:
                    Mailroom(server, store, knowledge).read()
                    made[profile] = Healthy(first, before, content(store))
        return made[profile]

    return read


@dataclass(frozen=True, slots=True)
class Healthy:
    """`path` of the store after the first sync, the contents of that and of one read after the news."""

    path: Path
    before: dict[str, object]
    after: dict[str, object]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A store without a message; a copy is quicker to have than another one."""
    path = tmp_path_factory.mktemp("empty") / "store.sqlite"
    Store(path).close()
    return path


@pytest.fixture
def new_room(tmp_path, certificate, knowledge, empty):
    """A mailroom over a server of this profile, with a copy of a store (by default an empty one)."""
    with ExitStack() as stack:

        def room(profile, store=None):
            path = tmp_path / "store.sqlite"
            copyfile(store or empty, path)
            server = stack.enter_context(ImapServer(certificate, profile, usual()))
            return Mailroom(server, stack.enter_context(closing(Store(path))), knowledge)

        yield room


def suffers(room, case, monkeypatch):
    """One sync with the fault: it ends as the case says, and within bounds."""
    with monkeypatch.context() as patched:
        for name, value in case.limits.items():
            for module in (connection, stream):
                patched.setattr(module, name, value, raising=False)
        if case.raises is None:
            room.watched(room.read)
            return
        with pytest.raises(case.raises) as caught:
            room.watched(lambda: room.read(told=True))
    error = caught.value
    assert type(error) is case.raises or case.raises is ServerError
    assert re.search(case.says, f"{error.what} {error.seen}"), error
    assert error.hint
    assert f"{error.what}{error.seen}{error.hint}".isprintable()
    assert room.server.bytes_sent < MEMORY_BYTES


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_first_sync(case, new_room, healthy, monkeypatch):
    whole = healthy(case.profile).before
    room = new_room(case.profile)
    room.server.faults = case.faults
    suffers(room, case, monkeypatch)
    assert content(room.store)["messages"].keys() <= whole["messages"].keys()
    room.is_well_again()
    room.read()
    assert content(room.store) == whole


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_later_sync(case, new_room, healthy, monkeypatch):
    """Mail came, was answered, went and was filed meanwhile; the fault does not make us forget or invent any of it."""
    told = healthy(case.profile)
    room = new_room(case.profile, told.path)
    news(room.server.mail)
    room.server.faults = case.faults
    suffers(room, case, monkeypatch)
    assert content(room.store)["messages"].keys() >= told.after["messages"].keys() & told.before["messages"].keys()
    room.is_well_again()
    room.read()
    assert content(room.store) == told.after


@pytest.mark.parametrize(
    ("names", "trusted", "not_after"),
    [
        pytest.param(["wrong.example"], True, None, id="another-name"),
        pytest.param(["127.0.0.1"], False, None, id="unknown-authority"),
        pytest.param(["127.0.0.1"], True, datetime(2020, 1, 1, tzinfo=UTC), id="expired"),
    ],
)
def test_a_wrong_certificate(new_room, healthy, tmp_path, names, trusted, not_after):
    """S16: not a byte is said, and the next sync, with the right one, goes through."""
    room = new_room(profiles.QRESYNC)
    good = room.server
    bad = Certificate.make(tmp_path, *names, not_after=not_after)
    with ImapServer(Certificate(bad.context, bad.ca_file if trusted else good.certificate.ca_file)) as room.server:
        with pytest.raises(ServerError, match="cannot be trusted, so nothing was sent"):
            room.watched(room.read)
        assert room.server.heard == []
    room.server = good
    room.read()
    assert content(room.store) == healthy(profiles.QRESYNC).before


@pytest.mark.parametrize(
    "greeting",
    [
        pytest.param(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n", id="plain-port"),
        pytest.param(
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n* OK begin TLS\r\nX1 OK done\r\n", id="starttls-injection"
        ),
        pytest.param(b"* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n", id="preauth-in-clear"),
    ],
)
def test_a_port_without_tls(new_room, healthy, greeting):
    """S17: TLS from the first byte or nothing, so that there is no STARTTLS into which anybody could inject a word."""
    room = new_room(profiles.QRESYNC)
    good = room.server
    with ImapServer(faults=[Fault("GREETING", instead(greeting), nth=None)]) as room.server:
        with pytest.raises(ServerError, match="does not speak TLS from the first byte"):
            room.watched(room.read)
        assert not any(b"LOGIN" in line or b"AUTHENTICATE" in line for line in room.server.heard)
    room.server = good
    room.read()
    assert content(room.store) == healthy(profiles.QRESYNC).before
