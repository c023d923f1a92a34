"""S24: the identity is the address; what can be read in two ways is nobody."""

from __future__ import annotations

import pytest

from repliquette import limits
from repliquette.message.addresses import addresses, visible
from repliquette.model import Address


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Kim Lee <Kim@X.example>", [("kim@x.example", "Kim Lee")]),
        ("kim@x.example", [("kim@x.example", "")]),
        ("kim@x.example (Kim Lee)", [("kim@x.example", "Kim Lee")]),
        ('"Lee, Kim" <kim@x.example>, jo@y.example', [("kim@x.example", "Lee, Kim"), ("jo@y.example", "")]),
        ("=?utf-8?q?Ren=C3=A9=2C_Chef?= <r@x.example>", [("r@x.example", "René, Chef")]),
        ('"ceo@bank.example" <evil@x.example>', [("evil@x.example", "ceo@bank.example")]),
        ("ceo@bank.example <evil@x.example>", [("evil@x.example", "ceo@bank.example")]),
        ("Crew: a@x.example, b@x.example;", [("a@x.example", ""), ("b@x.example", "")]),
        ("undisclosed-recipients:;", []),
        ("alice@x.example)bob@evil.example", []),
        ("<a@x.example> <b@y.example>", [("", "a@x.example>")]),
        ("a@b@c.example", [("", "a@b@c.example")]),
        ("Only A Name", [("", "Only A Name")]),
        ("'kim@x.example'", [("kim@x.example", "")]),
        ("<mailto:kim@x.example>", [("kim@x.example", "")]),
        ('"a b"@x.example', [('"a b"@x.example', "")]),
        ("Evil\u202egnp\u200b <e@x.example>", [("e@x.example", "Evil gnp")]),
        ("k@kölner.example", [("k@kölner.example", "")]),
        ("k@p\u0430ypal.example", [("k@xn--pypal-4ve.example", "")]),
        ("a@x.example, a@x.example", [("a@x.example", "")]),
    ],
)
def test_field(field, found):
    got = [(a.email, a.name) for a in addresses([field], set())]

    assert got == found or (not any(email for email, _ in found) and not any(email for email, _ in got))


def test_of_very_many_the_first_are_kept():
    found = addresses([", ".join(f"a{n}@x.example" for n in range(5_000))], set())

    assert len(found) == limits.ADDRESSES
    assert found[0] == Address("a0@x.example")


def test_visible_is_one_line_without_what_cannot_be_seen():
    assert visible("a\r\nBcc: b\u2066c\u00add\ufeff", 100) == "a Bcc: b c d"
    assert visible("x" * 200, 100) == "x" * 100
