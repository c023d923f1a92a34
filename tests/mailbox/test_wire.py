"""Answers of servers as bytes, read into tokens (RFC 9051 §9), in whatever shape they come."""

from __future__ import annotations

import imaplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repliquette.limits import NESTED
from repliquette.mailbox import wire
from repliquette.mailbox.stream import BoundedImap


class Wire(BoundedImap):
    """The reader over bytes that lie there already, in pieces of `step`."""

    def __init__(self, said: bytes, step: int = 7):
        self._held, self._at, self._said, self._step = b"", 0, said, step
        self.allow(60)
        self.sent = b""

    def send(self, data):
        self.sent += data

    def _more(self):
        chunk, self._said = self._said[: self._step], self._said[self._step :]
        self._held, self._at = self._held[self._at :] + chunk, 0
        return bool(chunk)


def spoken(said: bytes, step: int = 7):
    imap = Wire(b"", step)
    tag = wire.send(imap, b"NOOP")
    imap._said = said.replace(b"%TAG%", tag)
    return imap, wire.answers(imap, tag)


@pytest.mark.parametrize("step", [1, 2, 5, 1000])
def test_literals_lines_and_the_end(step):
    _, answers = spoken(
        b"* 3 EXISTS\r\n* 1 FETCH (BODY[1] {5}\r\na\r\n}b X {0}\r\n FLAGS ())\r\n+ go on\r\n%TAG% OK [X] done\r\n", step
    )
    assert list(answers) == [
        [b"3 EXISTS"],
        [b"1 FETCH (BODY[1] ", b"a\r\n}b", b" X ", b"", b" FLAGS ())"],
        [b"OK [X] done"],
    ]


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        pytest.param(b"%TAG% NO not now\r\n", imaplib.IMAP4.error, "NO not now", id="no"),
        pytest.param(b"%TAG% BAD what\r\n", imaplib.IMAP4.error, "BAD what", id="bad"),
        pytest.param(b"* BYE going down\r\n%TAG% OK\r\n", imaplib.IMAP4.abort, "going down", id="bye"),
        pytest.param(b"X1 OK done\r\n", imaplib.IMAP4.abort, "an answer to no question", id="another tag"),
        pytest.param(b"\r\n", imaplib.IMAP4.abort, "an answer to no question", id="empty line"),
        pytest.param(b"* 1 FETCH (X {4294967296}\r\n", imaplib.IMAP4.abort, "announced 4294967296 bytes", id="4 GiB"),
        pytest.param(b"* 1 FETCH (X {9}\r\nabc", imaplib.IMAP4.abort, "hung up in the middle", id="half a literal"),
        pytest.param(b"* 1 FETCH (X {3}\r\nabc", imaplib.IMAP4.abort, "hung up in the middle", id="after a literal"),
        pytest.param(b"* 1 FET", imaplib.IMAP4.abort, "hung up in the middle", id="half a line"),
        pytest.param(b"", imaplib.IMAP4.abort, "hung up in the middle", id="nothing"),
    ],
)
def test_what_ends_a_command(said, error, words):
    _, answers = spoken(said)
    with pytest.raises(error, match=words) as caught:
        list(answers)
    assert isinstance(caught.value, imaplib.IMAP4.abort) == (error is imaplib.IMAP4.abort)


def test_a_line_without_end_is_refused(monkeypatch):
    """S20."""
    monkeypatch.setattr("repliquette.mailbox.stream.LINE_BYTES", 50)
    _, answers = spoken(b"* OK " + b"x" * 1000)
    with pytest.raises(imaplib.IMAP4.abort, match="a line of more than 50 bytes"):
        list(answers)


def test_answers_without_end_are_refused(monkeypatch):
    """S20."""
    monkeypatch.setattr(wire, "ANSWERS_MOST", 10)
    _, answers = spoken(b"* 1 EXISTS\r\n" * 11)
    with pytest.raises(imaplib.IMAP4.abort, match="more than 10 answers"):
        list(answers)


def test_literals_without_end_are_refused(monkeypatch):
    """S20."""
    monkeypatch.setattr(wire, "LITERALS", 5)
    _, answers = spoken(b"* 1 FETCH (" + b"{1}\r\nx" * 50)
    with pytest.raises(imaplib.IMAP4.abort, match="announced"):
        list(answers)


@pytest.mark.parametrize("character", [b"\r", b"\n", b"\0"])
def test_no_command_holds_a_line_end(character):
    """S18, even where a guard before was forgotten."""
    imap = Wire(b"")
    with pytest.raises(ValueError, match="line end"):
        wire.send(imap, b"UID FETCH 1 (FLAGS)" + character + b"X2 EXPUNGE")
    assert imap.sent == b""


@pytest.mark.parametrize(
    ("pieces", "tokens"),
    [
        pytest.param([b'("a \\" b" NIL (c))'], [[b'"a \\" b"', b"NIL", [b"c"]]], id="quoted, NIL, lists"),
        pytest.param([b"(X ", b'NIL) "', b" Y)"], [[b"X", b'NIL) "', b"Y"]], id="a literal is data"),
        pytest.param([b"BODY[1.2.HEADER]<0> x"], [b"BODY[1.2.HEADER]<0>", b"x"], id="sections"),
        pytest.param([b"()"], [[]], id="nothing"),
    ],
)
def test_tokens(pieces, tokens):
    assert wire.tokens(pieces) == tokens


@pytest.mark.parametrize("words", [b"(", b")", b"(a))", b"((a)", b"(" * (NESTED + 1) + b")" * (NESTED + 1)])
def test_brackets_that_do_not_match(words):
    with pytest.raises(ValueError, match="bracket"):
        wire.tokens([words])


@pytest.mark.parametrize(
    ("token", "value"),
    [
        (b'"a \\"b\\" \\\\c"', b'a "b" \\c'),
        (b"NIL", None),
        (b"nil", None),
        (b'"NIL"', b"NIL"),
        (wire.Literal(b"NIL"), b"NIL"),
        (wire.Literal(b'"x"'), b'"x"'),
        (b"atom", b"atom"),
        ([b"x"], None),
        (None, None),
    ],
)
def test_strings(token, value):
    assert wire.string(token) == value


@pytest.mark.parametrize(
    ("token", "value"),
    [(b"12", 12), (b"-1", None), (b"9" * 19, None), (b"9" * 400, None), (b"abc", None), ([b"1"], None), (None, None)],
)
def test_numbers_fit_a_store(token, value):
    assert wire.number(token) == value


def test_items_come_in_any_order():
    answer = wire.fetched(
        [b"3 fetch (body[header]<0> ", b"Subject: x\r\n\r\n", b" uid 5 RFC822.SIZE 9 FLAGS (\\Seen))"]
    )
    assert answer == wire.Fetched(
        5, {b"BODY[HEADER]": b"Subject: x\r\n\r\n", b"UID": b"5", b"RFC822.SIZE": b"9", b"FLAGS": [b"\\Seen"]}
    )


@pytest.mark.parametrize("line", [b"3 EXISTS", b"VANISHED 3", b"OK [ALERT] FETCH (", b"SEARCH 1", b""])
def test_what_is_no_fetch(line):
    assert wire.fetched([line]) is None


@pytest.mark.parametrize(
    ("pieces", "uid"),
    [
        pytest.param([b"3 FETCH (UID 5 BODYSTRUCTURE ((())"], 5, id="before"),
        pytest.param([b"3 FETCH (BODY[HEADER] ", b"UID 9 ", b" BODYSTRUCTURE ((()) UID 5)"], 5, id="behind"),
        pytest.param([b"3 FETCH (BODYSTRUCTURE ((())"], None, id="nowhere"),
    ],
)
def test_a_broken_answer_still_tells_whose_it_is(pieces, uid):
    answer = wire.fetched(pieces)
    assert (answer.uid, answer.items, answer.broken) == (uid, {}, True)


@given(st.lists(st.binary(max_size=60).map(lambda b: b.replace(b"\n", b" ")), min_size=1, max_size=5))
def test_any_bytes_are_an_answer_or_none(pieces):
    """Whatever a server writes, it is read or told to be broken."""
    for start in (b"", b"1 FETCH (", b"1 FETCH (UID 7 BODYSTRUCTURE ("):
        answer = wire.fetched([start + pieces[0], *pieces[1:]])
        assert answer is None or isinstance(answer, wire.Fetched)
