"""Verdicts: the standing first, then the first reason that fits, with the words that prove it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from repliquette.conversation.people import Ledger
from repliquette.model import OWED_REASONS, Absence, Kind, Person, Reason, Standing
from repliquette.reasons.decide import decide
from support.mail import ANA, BEN, ME, NOW, OWNER, conversation, message

KNOWN = Ledger([Person(ANA.email, received=9, sent=9), Person(BEN.email, received=5, sent=5)])
MINE = {"sender": ME, "to": (ANA,)}
ASK = "Hi Kim, which of the two lamps shall I order for the hall?"


@pytest.fixture
def verdict(book, lore):
    def of(*messages, owner=OWNER, ledger=KNOWN, now=NOW):
        return decide(conversation(*messages), ledger, owner, now, book, lore)

    return of


def outcome(seen):
    return seen.standing, seen.reason


def test_a_question_to_me_is_owed(verdict):
    seen = verdict(message(ASK))
    assert outcome(seen) == (Standing.OWED, Reason.ASK)
    assert seen.due is None


def test_the_evidence_is_sorted_by_weight_and_cut_from_the_message(verdict):
    told = message(ASK)
    seen = verdict(told)
    weights = [e.weight for e in seen.evidence]
    assert weights == sorted(weights, reverse=True)
    spoken = [e for e in seen.evidence if e.words]
    assert spoken
    assert all(told.fresh[e.start : e.end] == e.words for e in spoken if e.where == "fresh")


def test_i_answered(verdict):
    assert outcome(verdict(message(ASK), message("The brass one.", ago=10, **MINE))) == (
        Standing.SETTLED,
        Reason.ANSWERED,
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(Kind.AUTOMATED, Reason.AUTOMATED), (Kind.BULK, Reason.BULK), (Kind.AUTO_REPLY, Reason.AUTOMATED)],
)
def test_what_a_machine_wrote_is_settled_whatever_it_asks(verdict, kind, reason):
    assert outcome(verdict(message(ASK, kind=kind))) == (Standing.SETTLED, reason)


def test_a_voicemail_is_a_message_to_return(verdict):
    assert outcome(verdict(message("Recording attached.", kind=Kind.VOICEMAIL), ledger=Ledger())) == (
        Standing.OWED,
        Reason.ASK,
    )


def test_of_several_reasons_the_first_of_the_table_is_the_main_one(verdict):
    seen = verdict(
        message("Kim, my father died on Sunday, the funeral is on Friday. Could you take my Thursday class?")
    )
    assert seen.reason is Reason.HARD_JOURNEY
    order = [OWED_REASONS.index(r) for r in (seen.reason, *seen.also)]
    assert order == sorted(order)
    assert Reason.ASK in seen.also


def test_travel_explains_and_does_not_create_a_debt(verdict):
    owner = replace(OWNER, absences=(Absence(date(2026, 3, 1), date(2026, 3, 5)),))
    asked, thanked = verdict(message(ASK), owner=owner), verdict(message("It arrived, thanks."), owner=owner)
    assert (outcome(asked), asked.return_date) == ((Standing.OWED, Reason.TRAVEL), date(2026, 3, 6))
    assert thanked.standing is Standing.SETTLED


def test_a_chaser_takes_the_reason_and_the_time_of_what_it_chases(verdict):
    first = message(ASK, ago=30)
    seen = verdict(first, message("Did you get my message about the lamps?", ago=10))
    assert (seen.reason, seen.since, "chaser" in seen.marks) == (Reason.ASK, first.date, True)


def test_a_first_message_chases_nothing(verdict):
    assert "chaser" not in verdict(message("Did you get the lamps in the end, or are they lost?")).marks


def test_a_shady_re_is_marked(verdict):
    pitch = "Hi Kim, as discussed, our agency helps shops to rank higher. Do you have ten minutes for a quick call?"
    seen = verdict(message(pitch, subject="Re: our call"), ledger=Ledger())
    assert (seen.reason, "shady" in seen.marks) == (Reason.COLD_OUTREACH, True)


def test_my_promise_is_owed_and_theirs_is_awaited(verdict):
    mine = verdict(message(ASK, ago=50), message("I will check and get back to you.", ago=40, **MINE))
    theirs = verdict(message(ASK, ago=50, **MINE), message("I will check and get back to you.", ago=40))
    assert (outcome(mine), outcome(theirs)) == (
        (Standing.OWED, Reason.PROMISED),
        (Standing.AWAITING, Reason.PROMISED),
    )


@pytest.mark.parametrize(
    ("hours", "reason"), [(1, Reason.TOO_SOON), (24 * 8, Reason.OVERDUE)], ids=["an hour ago", "a week ago"]
)
def test_my_question_awaits_an_answer(verdict, hours, reason):
    assert outcome(verdict(message(ASK, ago=hours, **MINE))) == (Standing.AWAITING, reason)


def test_what_i_sent_for_information_awaits_nothing(verdict):
    assert verdict(message("FYI, the lamps are in the hall.", ago=90, **MINE)).standing is Standing.SETTLED


def test_an_away_note_is_no_answer_and_tells_the_day_of_return(verdict):
    note = message("I am on holiday and back on 9 March.", kind=Kind.AUTO_REPLY, ago=47, language="en")
    seen = verdict(message(ASK, ago=48, **MINE), note)
    assert (outcome(seen), seen.return_date) == ((Standing.AWAITING, Reason.AWAY), date(2026, 3, 9))


def test_their_no_settles_it(verdict):
    no = "Thank you for asking, but I'm afraid we can't take this on."
    assert outcome(verdict(message(ASK, ago=50, **MINE), message(no, ago=40))) == (Standing.SETTLED, Reason.SAID_NO)


def test_after_my_no_nothing_more_is_owed(verdict):
    seen = verdict(
        message("Would you lend us the hall for nothing?", ago=50),
        message("I'm sorry, I'm afraid I can't do that.", ago=40, **MINE),
        message("Really? Surely you can make one exception?", ago=30),
    )
    assert outcome(seen) == (Standing.SETTLED, Reason.NO_MEANS_NO)


def test_only_in_cc_nothing_is_owed_unless_i_am_named(verdict):
    unnamed = message("Ben, can you bring the ladder?", to=(BEN,), cc=(ME,))
    named = message("Ben brings the ladder. Kim, can you bring the rope?", to=(BEN,), cc=(ME,))
    assert (verdict(unnamed).standing, verdict(named).standing) == (Standing.SETTLED, Standing.OWED)


def test_who_is_always_first_comes_first(verdict):
    seen = verdict(message(ASK), ledger=Ledger([Person(ANA.email, always_first=True)]))
    assert outcome(seen) == (Standing.OWED, Reason.PRIORITY)


def test_the_same_question_has_the_same_answer(verdict):
    assert verdict(message(ASK)) == verdict(message(ASK))


def test_confidence_grows_with_what_speaks_for_the_standing(verdict):
    faint = verdict(message("And then we went home, all of us, and had tea.\nAna"))
    plain = verdict(message(ASK))
    assert 0.5 <= faint.confidence < 1
    assert 0.5 < plain.confidence < 1
    assert plain.confidence > verdict(message("Please look.")).confidence


def test_since_is_when_the_judged_message_came(verdict):
    assert verdict(message(ASK, ago=7)).since == NOW - timedelta(hours=7)
