"""S24: the identity is the address; what can be read in two ways is nobody."""

from __future__ import annotations

import pytest

from repliquette import limits
from repliquette.message.addresses import addresses, sender
from repliquette.message.headers import split_head
from repliquette.model import Address


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Kim Lee <Kim@X.example>", [("kim@x.example", "Kim Lee")]),
        ("kim@x.example", [("kim@x.example", "")]),
        ("kim@x.example (Kim Lee)", [("kim@x.example", "Kim Lee")]),
        ('"Lee, Kim" <kim@x.example>, jo@y.example', [("kim@x.example", "Lee, Kim"), ("jo@y.example", "")]),
        ("=?utf-8?q?Ren=C3=A9=2C_Chef?= <r@x.example>", [("r@x.example", "René, Chef")]),
        ('"ceo@bank.example" <evil@x.example>', [("evil@x.example", "")]),
        ("ceo@bank.example <evil@x.example>", [("evil@x.example", "")]),
        ('"Ceo (ceo@bank.example)" <evil@x.example>', [("evil@x.example", "Ceo")]),
        ("=?utf-8?q?ceo=40bank=2Eexample?= <evil@x.example>", [("evil@x.example", "")]),
        ("Lee, Kim <kim@x.example>, jo@y.example", [("kim@x.example", "Lee, Kim"), ("jo@y.example", "")]),
        ("<@relay.example:kim@x.example>", [("kim@x.example", "")]),
        ("<kim@x.example> (Kim Lee)", [("kim@x.example", "Kim Lee")]),
        ("k@xn--pypal-4ve.example", [("k@xn--pypal-4ve.example", "")]),
        ("k@x.ex\u200bample", [("", "k@x.ex ample")]),
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


SENDERS = {
    "From": ("From: a@x.example\nSender: b@x.example", "a@x.example", set()),
    "Sender alone": ("Sender: b@x.example", "b@x.example", set()),
    "the same From twice": ("From: A <a@x.example>\nFrom: a@x.example", "a@x.example", set()),
    "two From fields": ("From: a@x.example\nFrom: b@y.example", "", {"ambiguous_sender"}),
    "an empty From": ("From: \nSender: b@x.example", "b@x.example", set()),
    "a name that is another address": ('From: "a@x.example" <b@y.example>', "b@y.example", {"name_is_address"}),
    "a name that is the address": ('From: "b@y.example" <b@y.example>', "b@y.example", set()),
    "two readings": ("From: alice@x.example)bob@evil.example", "", set()),
    "nobody": ("Subject: x", "", set()),
}


@pytest.mark.parametrize(("head", "email", "remarked"), SENDERS.values(), ids=SENDERS)
def test_sender(head, email, remarked):
    remarks: set[str] = set()

    assert sender(split_head(f"{head}\n\n".encode(), remarks)[0], remarks).email == email
    assert remarks == remarked


def test_of_very_many_the_first_are_kept():
    found = addresses([", ".join(f"a{n}@x.example" for n in range(5_000))], set())

    assert len(found) == limits.ADDRESSES
    assert found[0] == Address("a0@x.example")
