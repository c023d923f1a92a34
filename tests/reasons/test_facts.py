"""Facts: what is so about a conversation without reading its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from repliquette.conversation.people import Ledger
from repliquette.conversation.turn import turn
from repliquette.model import Absence, Address, Kind, Person
from repliquette.reasons.facts import Fact, asking
from repliquette.reasons.scene import make_scene
from support.mail import ANA, BEN, ME, NOW, OWNER, conversation, message

MINE = {"sender": ME, "to": (ANA,)}
AWAY = replace(OWNER, absences=(Absence(date(2026, 3, 2), date(2026, 3, 3)),))


@pytest.fixture
def facts(lore):
    def of(*messages, owner=OWNER, ledger=None, now=NOW):
        talk = conversation(*messages)
        scene = make_scene(talk, turn(talk, owner), ledger or Ledger(), owner, now, lore)
        return {fact for fact in Fact if asking(fact)(scene)}

    return of


def test_a_re_without_anything_before_it_is_fake_from_a_stranger(facts):
    assert Fact.FAKE_REPLY in facts(message("Well?", subject="Re: our call"))


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"references": ("a@b.example",)}, id="references"),
        pytest.param({"quoted": "> hello"}, id="quotes"),
        pytest.param({"subject": "our call"}, id="no Re"),
    ],
)
def test_a_re_with_something_before_it_is_not_fake(facts, more):
    assert Fact.FAKE_REPLY not in facts(message("Well?", **({"subject": "Re: our call"} | more)))


def test_a_re_of_somebody_i_write_to_is_not_fake(facts):
    ledger = Ledger([Person(ANA.email, sent=4)])
    assert Fact.FAKE_REPLY not in facts(message("Well?", subject="Re: our call"), ledger=ledger)


@pytest.mark.parametrize(
    ("owner", "ago", "expected"),
    [(AWAY, 24, True), (AWAY, 24 * 5, False), (OWNER, 24, False)],
    ids=["covered", "before", "no absence"],
)
def test_i_was_away_when_days_off_cover_the_arrival(facts, owner, ago, expected):
    assert (Fact.I_WAS_AWAY in facts(message("Well?", ago=ago), owner=owner)) is expected


def test_my_automatic_reply_tells_that_i_was_away(facts):
    note = message("I am away.", kind=Kind.AUTO_REPLY, ago=23, **MINE)
    assert Fact.I_WAS_AWAY in facts(message("Well?"), note)


@pytest.mark.parametrize(("kind", "fact"), [(Kind.BOUNCE, Fact.BOUNCED), (Kind.AUTO_REPLY, Fact.AUTO_REPLY)])
def test_notes_after_my_message(facts, kind, fact):
    assert fact in facts(message("Well?", **MINE), message("note", kind=kind, ago=10))


def test_a_weekend_is_not_a_day_passed(facts):
    friday = 24 * 5 - 8  # Friday evening, seen from Monday morning
    monday = NOW - timedelta(days=2)
    assert Fact.ONE_DAY_PASSED not in facts(message("Well?", ago=friday, **MINE), now=monday)
    assert Fact.ONE_DAY_PASSED in facts(message("Well?", ago=friday, **MINE), now=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please send the list by tomorrow.", True),
        ("Please send the list by 20 April.", False),
        ("Please send the list.", False),
    ],
)
def test_a_deadline_is_soon_within_two_days(facts, text, expected):
    assert (Fact.DEADLINE_SOON in facts(message(text, language="en"))) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear Kim, I have been thinking about the roof and whether for the", True),
        ("I have been thinking about the roof.\nAna Maria Ruiz", False),
        ("", False),
    ],
)
def test_unfinished_breaks_off_within_a_sentence(facts, text, expected):
    assert (Fact.UNFINISHED in facts(message(text))) is expected


def test_a_stranger_with_somebody_i_know_in_cc_is_introduced(facts):
    ledger = Ledger([Person(BEN.email, received=5, sent=5)])
    assert Fact.INTRODUCED in facts(message("Hello", cc=(BEN,)), ledger=ledger)
    assert Fact.INTRODUCED not in facts(message("Hello", cc=(Address("x@y.example"),)), ledger=ledger)


def test_three_conversations_without_an_answer_are_a_habit(facts):
    assert Fact.NEVER_ANSWERS in facts(message("Well?", **MINE), ledger=Ledger([Person(ANA.email, unanswered=3)]))
    assert Fact.NEVER_ANSWERS not in facts(message("Well?", **MINE), ledger=Ledger([Person(ANA.email, unanswered=2)]))


def test_somebody_of_my_own_house_is_not_external(facts):
    assert Fact.EXTERNAL not in facts(message("Well?", sender=Address("tom@northwind.example")))
    assert Fact.EXTERNAL in facts(message("Well?"))


def test_sharing_a_public_provider_makes_no_colleagues(facts):
    owner = replace(OWNER, addresses=frozenset({"kim@gmail.com"}))
    told = message("Well?", sender=Address("ana@gmail.com"), to=(Address("kim@gmail.com"),))
    assert Fact.EXTERNAL in facts(told, owner=owner)
