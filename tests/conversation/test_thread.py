"""Which messages belong together."""

from __future__ import annotations

import itertools

import pytest

from repliquette.conversation.thread import is_reply_subject, subject_key, thread
from repliquette.model import Address
from support.mail import ANA, BEN, ME, message


def ids(groups):
    return [[m.message_id for m in group] for group in groups]


def test_references_bind_also_through_a_missing_message():
    """Two answers to a message that was deleted are one thread (RFC 5322 §3.6.4)."""
    a = message(message_id="a", ago=9, references=("gone",))
    b = message(message_id="b", ago=8, in_reply_to=("gone",), subject="other words")

    assert ids(thread([b, a])) == [["a", "b"]]


def test_order_of_arrival_does_not_matter():
    root = message(message_id="r", ago=9)
    one = message(message_id="1", ago=8, in_reply_to=("r",))
    two = message(message_id="2", ago=7, references=("r", "1"))

    assert {str(ids(thread(p))) for p in itertools.permutations([root, one, two])} == {"[['r', '1', '2']]"}


def test_provider_thread_ids_bind_without_headers():
    a = message(message_id="a", ago=9, gmail_thread=7)
    b = message(message_id="b", ago=8, gmail_thread=7, subject="x")
    c = message(message_id="c", ago=7, exchange_thread="ab")
    d = message(message_id="d", ago=6, exchange_thread="ab", subject="y")

    assert ids(thread([a, b, c, d])) == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("later", "joined"),
    [
        pytest.param({"sender": ME, "to": (ANA,), "subject": "RE: Plans"}, True, id="my answer without identifiers"),
        pytest.param({"sender": ANA, "to": (ME,), "subject": "Re: Plans"}, True, id="her own second message"),
        pytest.param({"sender": ME, "to": (ANA,), "subject": "Plans"}, False, id="the same subject anew"),
        pytest.param({"sender": BEN, "to": (ME,), "subject": "Re: Plans"}, False, id="a stranger's fake Re:"),
        pytest.param({"sender": ME, "to": (BEN,), "subject": "Re: Plans"}, False, id="written to somebody else"),
        pytest.param({"sender": ME, "to": (ANA,), "subject": "Fwd: Plans"}, False, id="a forward"),
        pytest.param(
            {"sender": ME, "to": (ANA,), "subject": "Re: Plans", "references": ("z",)}, False, id="identifiers win"
        ),
    ],
)
def test_subject_and_people_are_the_last_resort(later, joined):
    first = message(message_id="a", ago=30, sender=ANA, to=(ME,))
    second = message(message_id="b", ago=3, **later)

    assert (len(thread([first, second])) == 1) is joined


def test_the_last_resort_ends_after_a_month():
    first = message(message_id="a", ago=24 * 40)
    second = message(message_id="b", ago=1, subject="Re: Plans")

    assert len(thread([first, second])) == 2


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ("Re: AW: Fwd: Lunch  on\tFriday", "lunch on friday"),
        ("[list] Re: Lunch", "lunch"),
        ("Re[2]: Lunch", "lunch"),
        ("Automatic reply: Lunch", "lunch"),
        ("Re:", ""),
        ("Reading list", "reading list"),
    ],
)
def test_subject_key(subject, key):
    assert subject_key(subject) == key


def test_reply_subjects():
    assert is_reply_subject("AW: x")
    assert is_reply_subject("回复：x")
    assert not is_reply_subject("Fwd: x")
    assert not is_reply_subject("Research: x")


def test_a_thread_of_thousands_is_one_thread():
    """A long chain must neither recurse nor fall apart."""
    chain = [message(message_id=f"m{i}", ago=5000 - i, in_reply_to=(f"m{i - 1}",)) for i in range(3000)]

    assert [len(g) for g in thread(chain)] == [3000]


def test_an_empty_subject_binds_nothing():
    a = message(message_id="a", ago=2, subject="", sender=ANA)
    b = message(message_id="b", ago=1, subject="Re:", sender=Address("x@y.example"))

    assert len(thread([a, b])) == 2
