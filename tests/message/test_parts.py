"""The tree of parts, bounded; contents decoded; names reduced."""

from __future__ import annotations

import base64

import pytest

from repliquette import limits
from repliquette.message.headers import split_head
from repliquette.message.parts import base_name, parts


def _parts(raw: bytes, remarks: set[str]):
    return parts(*split_head(raw, remarks), remarks)


def test_nested_parts_in_reading_order():
    raw = (
        b'Content-Type: multipart/mixed; boundary="a"\n\npreamble\n--a\nContent-Type: multipart/alternative; boundary=ab\n\n'
        b"--ab\n\none\n--ab\nContent-Type: text/html\n\ntwo\n--ab--\n--a\nContent-Type: image/png\n\nthree\n--a--\nepilogue"
    )

    assert [(p.type, p.body) for p in _parts(raw, set())] == [
        ("text/plain", b"one"),
        ("text/html", b"two"),
        ("image/png", b"three"),
    ]


def test_a_missing_last_boundary_is_forgiven():
    assert [p.body for p in _parts(b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n", set())] == [b"one\n"]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"base64", base64.b64encode("grün".encode())),
        (b"BASE64", b"Z3LD\n!vG4"),
        (b"quoted-printable", b"gr=C3=\n=BCn"),
        (b"8bit", "grün".encode()),
        (b"nonsense", "grün".encode()),
    ],
)
def test_contents_are_decoded(encoding, body):
    raw = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: " + encoding + b"\n\n" + body

    assert _parts(raw, set())[0].text(set()) == "grün"


@pytest.mark.parametrize(
    ("charset", "body", "text", "repaired"),
    [
        ("utf-8", "grün".encode(), "grün", False),
        ("iso-8859-1", "grün €".encode("cp1252"), "grün €", False),
        ("us-ascii", "grün".encode(), "grün", False),
        ("us-ascii", b"", "", False),
        ("utf-8", b"", "", False),
        ("", b"", "", False),
        (
            "utf-8",
            "Es grünt so grün am Fluss, schöne Grüße".encode("latin-1"),
            "Es grünt so grün am Fluss, schöne Grüße",
            True,
        ),
        ("x-nothing", "grün".encode(), "grün", True),
        ("", "grün".encode(), "grün", True),
    ],
)
def test_charsets(charset, body, text, repaired):
    remarks: set[str] = set()
    declared = f"; charset={charset}" if charset else ""

    part = _parts(f"Content-Type: text/plain{declared}\n\n".encode() + body, set())[0]

    assert part.text(remarks) == text
    assert remarks == ({"charset_repaired"} if repaired else set())


@pytest.mark.parametrize(
    ("count", "cut"), [(limits.PARTS, False), (limits.PARTS + 1, True)], ids=["at the cap", "one over"]
)
def test_number_of_parts(count, cut):
    remarks: set[str] = set()

    found = _parts(b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * count + b"--a--", remarks)

    assert (len(found), "truncated" in remarks) == (limits.PARTS, cut)


@pytest.mark.parametrize(
    ("claimed", "name"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\plan.pdf", "plan.pdf"),
        ("fdp.\u202eexe", "fdp. exe"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("..", ""),
    ],
)
def test_base_name(claimed, name):
    assert base_name(claimed) == name
