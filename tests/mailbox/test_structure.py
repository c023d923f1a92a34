"""BODYSTRUCTURE as a tree: what servers write, what they should not, and what is not believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repliquette.limits import PARTS, PARTS_DEEP
from repliquette.mailbox import structure, wire
from repliquette.mailbox.structure import Part

TEXT = b'("TEXT" "Plain" ("CHARSET" "utf-8" "format" "flowed") NIL NIL "7BIT" 120 4 NIL NIL NIL NIL)'
PAGE = b'("text" "html" NIL NIL NIL "quoted-printable" 900 30)'
FILE = (
    b'("application" "pdf" ("name" "a \\"b\\".pdf") "<i@x.example>" "the plan" "base64" 4000 NIL '
    b'("attachment" ("filename*" "utf-8\'\'pl%C3%A4ne.pdf" "size" "9")) NIL NIL)'
)
FORWARD = (
    b'("message" "rfc822" NIL NIL NIL "7bit" 800 ("Mon, 2 Mar 2026 09:00:00 +0000" "Old" NIL NIL NIL NIL NIL NIL NIL '
    b'"<o@x.example>") ' + TEXT + b' 30 NIL ("inline" NIL) NIL NIL)'
)


def mixed(*parts: bytes, boundary: bytes = b"m", kind: bytes = b"mixed") -> bytes:
    return b"(%s %s (%s) NIL NIL NIL)" % (b"".join(parts), b'"%s"' % kind, b'"boundary" "%s"' % boundary)


def read(words: bytes, size: int | None = None) -> Part | None:
    return structure.read(wire.tokens([words])[0], size)


def test_one_text():
    assert read(TEXT) == Part("1", "text/plain", ((b"CHARSET", b"utf-8"), (b"format", b"flowed")), b"7BIT", 120)


def test_parts_in_parts_have_numbers():
    root = read(mixed(mixed(TEXT, PAGE, boundary=b"a", kind=b"alternative"), FILE, FORWARD))
    assert root is not None
    assert [(leaf.section, leaf.media, leaf.size) for leaf in root.leaves()] == [
        ("1.1", "text/plain", 120),
        ("1.2", "text/html", 900),
        ("2", "application/pdf", 4000),
        ("3", "message/rfc822", 800),
    ]
    assert (root.section, root.media, root.parameter(b"boundary")) == ("", "multipart/mixed", b"m")
    assert (root.parts[0].section, root.parts[0].media) == ("1", "multipart/alternative")
    _, file, forward = root.parts
    assert file.parameters == ((b"name", b'a "b".pdf'),)
    assert (file.disposition, file.filing) == (
        b"attachment",
        ((b"filename*", b"utf-8''pl%C3%A4ne.pdf"), (b"size", b"9")),
    )
    assert forward.disposition == b"inline"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(b'("text" "plain" NIL NIL NIL NIL 5)', id="no extension data, no encoding"),
        pytest.param(b'("text" "plain" "x" NIL NIL "7bit" 5 1 NIL "attachment")', id="strings for lists"),
        pytest.param(b'("text" "plain" ("charset") NIL NIL "7bit" 5 1 NIL ())', id="half a parameter"),
        pytest.param(b'("text" "plain" ("charset" NIL) NIL NIL "7bit" 5 1 NIL ("x"))', id="NIL for a value"),
    ],
)
def test_servers_that_leave_things_out(words):
    part = read(words)
    assert part is not None
    assert (part.media, part.size) == ("text/plain", 5)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(b"NIL", id="NIL"),
        pytest.param(b'"text"', id="a string"),
        pytest.param(b"()", id="nothing"),
        pytest.param(b'("text")', id="half a type"),
        pytest.param(b'("text" NIL NIL NIL NIL "7bit" 5)', id="no subtype"),
        pytest.param(b'("text" "plain" NIL NIL NIL "7bit" NIL)', id="no size"),
        pytest.param(b'("text" "plain" NIL NIL NIL "7bit" "many")', id="a word for a size"),
        pytest.param(b'("text" "plain" NIL NIL NIL "7bit" -1)', id="a size below nothing"),
        pytest.param(b'(NIL "mixed" ("boundary" "m"))', id="Exchange's multipart of nothing"),
        pytest.param(b"(" + TEXT + b' "mixed" NIL NIL NIL NIL)', id="no boundary"),
        pytest.param(mixed(TEXT, boundary=b"b" * 71), id="a boundary beyond what is allowed"),
        pytest.param(mixed(mixed(TEXT), TEXT), id="the boundary of the part around it"),
        pytest.param(mixed(b'("text" "plain" NIL NIL NIL "7bit" 0 0)'), id="one empty text: no part was found"),
        pytest.param(mixed(TEXT, b'("text" "plain" NIL NIL)'), id="one bad part spoils all"),
        pytest.param(mixed(TEXT * (PARTS + 1)), id="too many"),
    ],
)
def test_what_is_not_believed(words):
    """The message is read from its bytes instead."""
    assert read(words) is None


def test_too_deep():
    def nested(levels: int) -> bytes:
        words = TEXT
        for level in range(levels):
            words = mixed(words, boundary=b"b%d" % level)
        return words

    assert read(nested(PARTS_DEEP)) is not None
    assert read(nested(PARTS_DEEP + 1)) is None


@pytest.mark.parametrize(("size", "believed"), [(120, True), (4_000, True), (40_000, False), (10, True)])
def test_parts_that_do_not_make_up_the_body_are_not_believed(size, believed):
    """A server that missed a boundary shows a message of almost nothing."""
    assert (read(TEXT, size) is not None) == believed


TOKENS = st.recursive(
    st.sampled_from([b"NIL", b"5", b'"text"', b'"plain"', b'"mixed"', b'"boundary"', b"{x}", b'""'])
    | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=9),
    max_leaves=60,
)


@given(TOKENS)
def test_any_tokens_are_a_tree_or_none(token):
    root = structure.read(token)
    assert root is None or list(root.leaves())
