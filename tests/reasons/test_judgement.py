"""Standing and reasons where weights have a say: what the rules keep, and what they leave to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from repliquette.conversation.people import Ledger
from repliquette.model import Absence, Address, Kind, Person, Reason, Standing
from repliquette.reasons.decide import decide
from repliquette.reasons.weights import HeadFile, Weights, WeightsFile
from support.mail import ANA, ME, NOW, OWNER, conversation, message

KNOWN = Ledger([Person(ANA.email, received=9, sent=9)])
MINE = {"sender": ME, "to": (ANA,)}
SURE = 9.0


def leaning(**biases):
    """Weights that think the same of every conversation, whatever it says."""
    heads = {"asks": 0.0, "owed": -SURE, "awaiting": -SURE} | biases
    return Weights(
        WeightsFile(
            made={},
            heads={name: HeadFile(bias=bias) for name, bias in heads.items()},
            thresholds={"owed": 0.4, "awaiting": 0.5},
        )
    )


YES = leaning(owed=SURE, awaiting=SURE, **{"owed/ask": 1.0, "owed/unclear": -SURE, "settled/fyi": 1.0})
NO = leaning(**{"owed/ask": 1.0, "settled/fyi": 0.0, "settled/closing": 5.0})


@pytest.fixture
def verdict(book, lore):
    def of(weights, *messages, owner=OWNER, ledger=KNOWN):
        return decide(conversation(*messages), ledger, owner, NOW, book, lore, weights)

    return of


def outcome(seen):
    return seen.standing, seen.reason


def test_the_weights_say_whether_a_reply_is_owed(verdict):
    plain = message("The lamps came this morning.")
    assert outcome(verdict(YES, plain)) == (Standing.OWED, Reason.ASK)
    assert outcome(verdict(NO, plain)) == (Standing.SETTLED, Reason.CLOSING)


def test_the_confidence_is_the_probability_of_the_standing_said(verdict):
    likely = leaning(owed=0.0, **{"owed/ask": 0.0, "settled/fyi": 0.0})
    assert verdict(likely, message("The lamps came.")).confidence == pytest.approx(0.5)
    assert verdict(NO, message("The lamps came.")).confidence > 0.99


def test_what_i_wrote_awaits_an_answer_by_its_own_weights(verdict):
    mine = message("The hall is yours from nine.", **MINE)
    assert verdict(YES, mine).standing is Standing.AWAITING
    assert verdict(NO, mine).standing is Standing.SETTLED


def test_what_a_machine_wrote_waits_for_nobody(verdict):
    assert verdict(YES, message("Which lamp?", kind=Kind.AUTOMATED)).standing is Standing.SETTLED


def test_a_promise_of_mine_stays_one(verdict):
    mine = message("I will get back to you on Monday.", **MINE)
    assert outcome(verdict(NO, message("Which lamp?", ago=30), mine)) == (Standing.OWED, Reason.PROMISED)


def test_a_no_ends_the_matter_whatever_the_weights_think(verdict):
    asked = message("Could you lend me the van on Friday?", ago=30, **MINE)
    no = message("No, sorry, I can't lend it to you.", ago=20)
    assert outcome(verdict(YES, asked, no)) == (Standing.SETTLED, Reason.SAID_NO)


def test_a_bounce_is_not_outvoted(verdict):
    mine = message("Which lamp do you want?", ago=30, **MINE)
    note = message("undeliverable", ago=29, kind=Kind.BOUNCE)
    assert outcome(verdict(NO, mine, note)) == (Standing.AWAITING, Reason.BOUNCED)


def test_days_off_explain_a_silence_before_the_reasons_that_come_after_them(verdict):
    away = replace(OWNER, absences=(Absence(date(2026, 3, 1), date(2026, 3, 6)),))
    seen = verdict(YES, message("Which lamp shall I order?"), owner=away)
    assert (seen.reason, Reason.ASK in seen.also) == (Reason.TRAVEL, True)


def test_but_not_before_those_that_come_first(verdict):
    away = replace(OWNER, absences=(Absence(date(2026, 3, 1), date(2026, 3, 6)),))
    hard = leaning(owed=SURE, **{"owed/ask": 0.0, "owed/hard_journey": SURE})
    seen = verdict(hard, message("Which lamp shall I order?"), owner=away)
    assert (seen.reason, Reason.TRAVEL in seen.also) == (Reason.HARD_JOURNEY, True)


def test_a_second_reason_is_named_where_it_is_nearly_as_probable(verdict):
    torn = leaning(owed=SURE, **{"owed/ask": 0.1, "owed/free_stuff": 0.0})
    seen = verdict(torn, message("The lamps came."))
    assert (seen.reason, seen.also) == (Reason.ASK, (Reason.FREE_STUFF,))


def test_where_no_rule_shows_words_the_sentence_that_asks_is_the_evidence(verdict):
    told = message("The lamps came. I should be glad of the bill as well.")
    heads = {"owed": SURE, "awaiting": 0.0, "owed/ask": 0.0, "asks": 0.5}
    weights = leaning(**heads)
    shown = verdict(weights, told).evidence[0]
    assert told.fresh[shown.start : shown.end] == shown.words == "The lamps came."
    assert (shown.weight, shown.reason) == (0.5, Reason.ASK)


def test_who_calls_me_by_name_means_me_even_where_the_weights_doubt_it(verdict):
    doubting = leaning(owed=-1.4, **{"owed/ask": 0.0, "settled/bulk": 0.0})  # 0.2: below every other threshold
    elsewhere = Address("someone@northwind.example")
    called = message("Hi Kim,\n\ncould you send me the second paper?", to=(elsewhere,))
    uncalled = message("Hi all,\n\ncould you send me the second paper?", to=(elsewhere,))
    assert verdict(doubting, called).standing is Standing.OWED
    assert verdict(doubting, uncalled).standing is Standing.SETTLED
