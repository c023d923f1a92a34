"""The ledger."""

from __future__ import annotations

import pytest

from repliquette.conversation.people import Ledger, answer_hours, other_side, tier
from repliquette.model import Kind, Owner, Person, Tier
from support.mail import ANA, BEN, ME, OWNER, conversation, message


def test_somebody_unknown_is_a_stranger_not_an_error():
    ledger = Ledger([Person("ana@client.example", received=3)])

    assert ledger.person("ana@client.example").received == 3
    assert ledger.person("who@nowhere.example") == Person("who@nowhere.example")
    assert list(ledger) == ["ana@client.example"]


@pytest.mark.parametrize(
    ("address", "received", "sent", "expected"),
    [
        ("x@northwind.example", 0, 0, Tier.COLLEAGUE),
        ("x@client.example", 3, 1, Tier.ACQUAINTANCE),
        ("x@client.example", 3, 0, Tier.STRANGER),
    ],
)
def test_tier_from_counts_and_domain(address, received, sent, expected):
    assert tier(address, received, sent, OWNER) == expected


def test_a_shared_public_provider_makes_no_colleagues():
    owner = Owner(frozenset({"kim@gmail.com"}))

    assert tier("spam@gmail.com", 5, 0, owner) == Tier.STRANGER


def test_the_row_names_the_other_side():
    theirs = message(message_id="a", ago=9, sender=ANA)
    mine = message(message_id="b", ago=8, sender=ME, to=(BEN,))

    assert other_side(conversation(theirs, mine), OWNER, "a") == ANA
    assert other_side(conversation(theirs, mine), OWNER, "b") == BEN


def test_answer_hours_count_from_the_first_message_of_a_run():
    talk = conversation(
        message(message_id="1", ago=20, sender=ANA),
        message(message_id="2", ago=19, sender=ANA),
        message(message_id="3", ago=18.5, sender=ME, to=(ANA,), kind=Kind.AUTO_REPLY),
        message(message_id="4", ago=16, sender=ME, to=(ANA,)),
        message(message_id="5", ago=15, sender=ANA),
    )

    assert answer_hours([talk], OWNER) == (1.0, 4.0)


def test_no_answers_no_figure():
    assert answer_hours([conversation(message())], OWNER) == (None, None)
