"""What servers say, as data."""

from __future__ import annotations

import pytest

from repliquette.mailbox import heard
from repliquette.mailbox.heard import FlagNews, Heard, Opened
from repliquette.mailbox.uidset import UidSet


def lines(*said: bytes) -> list[list[bytes]]:
    return [[line] for line in said]


def test_an_opened_folder():
    said = lines(
        b"FLAGS (\\Answered)",
        b"172 EXISTS",
        b"0 RECENT",
        b"OK [UIDVALIDITY 3857529045] UIDs valid",
        b"ok [uidnext 4392] Predicted",
        b"OK [HIGHESTMODSEQ 715194045007] Highest",
        b"VANISHED (EARLIER) 41,43:116",
        b"VANISHED (EARLIER) 300",
        b"49 FETCH (UID 117 FLAGS (\\Seen \\Recent) MODSEQ (90060115194045001))",
        b"OK [READ-ONLY] done",
    )
    assert heard.opened("INBOX", said) == Opened(
        "INBOX",
        3857529045,
        4392,
        172,
        715194045007,
        {117: frozenset({"\\Seen"})},
        UidSet(((41, 41), (43, 116), (300, 300))),
    )


@pytest.mark.parametrize(
    "said",
    [
        pytest.param((b"OK [UIDVALIDITY 7]", b"0 EXISTS", b"OK [NOMODSEQ] no"), id="says so"),
        pytest.param((b"OK [UIDVALIDITY 7]", b"0 EXISTS", b"OK [HIGHESTMODSEQ 0] x"), id="zero"),
        pytest.param((b"OK [UIDVALIDITY 7]", b"0 EXISTS"), id="silent"),
    ],
)
def test_a_folder_without_mod_sequences(said):
    opened = heard.opened("INBOX", lines(*said))
    assert (opened.modseq, opened.uidnext) == (None, None)


@pytest.mark.parametrize("said", [(b"OK [UIDVALIDITY 7]",), (b"3 EXISTS",)], ids=["no count", "no validity"])
def test_a_folder_that_tells_too_little(said):
    with pytest.raises(LookupError):
        heard.opened("INBOX", lines(*said))


def test_flags_and_removals():
    said = lines(
        b"VANISHED (EARLIER) 1:2",
        b"1 FETCH (UID 4 MODSEQ (12) FLAGS ())",
        b"2 FETCH (FLAGS (\\Answered $Done) UID 6 MODSEQ (11))",
        b"3 FETCH (FLAGS (\\Seen))",
        b"9 EXISTS",
        b"VANISHED 5",
        b"OK done",
    )
    assert heard.flag_news(said) == FlagNews(
        {4: frozenset(), 6: frozenset({"\\Answered", "$Done"})}, UidSet(((1, 2), (5, 5))), 12
    )


@pytest.mark.parametrize(
    ("said", "uids"),
    [
        pytest.param([b"SEARCH 2 9 4"], [2, 4, 9], id="plain"),
        pytest.param([b"SEARCH"], [], id="plain, nothing"),
        pytest.param([b"SEARCH "], [], id="Yahoo's blank"),
        pytest.param([b"SEARCH 2 3 (MODSEQ 917162500)"], [2, 3], id="with a mod-sequence"),
        pytest.param([b"SEARCH 1", b"3 EXISTS", b"SEARCH 2"], [1, 2], id="in several lines"),
        pytest.param([b'ESEARCH (TAG "R1") UID ALL 1:3,7'], [1, 2, 3, 7], id="set"),
        pytest.param([b'ESEARCH (TAG "R1") UID'], [], id="set, nothing"),
        pytest.param([b"ESEARCH UID ALL 4 MODSEQ 9"], [4], id="set with a mod-sequence"),
        pytest.param([b"SEARCH 3", b"ESEARCH UID ALL 4"], [3, 4], id="both"),
    ],
)
def test_searches(said, uids):
    assert heard.found(lines(*said, b"OK done")) == uids


@pytest.mark.parametrize(
    "said", [b"SEARCH 1 two 3", b"SEARCH 1,2", b"ESEARCH UID ALL abc", b"ESEARCH UID COUNT 3", b"ESEARCH UID ALL 1:*"]
)
def test_half_an_answer_is_no_empty_folder(said):
    """A search misread as empty would forget a whole mailbox."""
    with pytest.raises(ValueError, match=r"no answer to a search|not a set"):
        heard.found(lines(said))


@pytest.mark.parametrize(
    ("line", "news"),
    [
        (b"23 EXISTS", Heard("exists", 23)),
        (b"4 EXPUNGE", Heard("expunge", 4)),
        (b"VANISHED 405,407:409", Heard("vanished", None, UidSet(((405, 405), (407, 409))))),
        (b"2 FETCH (FLAGS (\\Seen) UID 9)", Heard("fetch", 2, UidSet(((9, 9),)))),
        (b"2 FETCH (FLAGS (\\Seen))", Heard("fetch", 2)),
        (b"OK Still here", Heard("ok")),
        (b"", Heard("")),
    ],
)
def test_news(line, news):
    assert heard.heard([line]) == news


def test_gmail_labels():
    token = [b"\\Inbox", b'"\\\\Important"', b'"Caf&AOk-"', b"plain", [b"x"], b'"caf\xc3\xa9"', b'"a & b"', b'"&!!!-"']
    assert heard.labels(token) == {"\\Inbox", "\\Important", "Café", "plain", "café", "a & b", "&!!!-"}


@pytest.mark.parametrize("token", [None, b"NIL", []])
def test_no_labels(token):
    assert heard.labels(token) == frozenset()
