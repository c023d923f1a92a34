"""The row of a conversation: the ask in the sender's own words."""

from __future__ import annotations

import pytest

from repliquette.conversation.people import Ledger
from repliquette.model import Evidence, Person, Reason, Standing, Tier, Verdict, Voicemail
from repliquette.pipeline.entries import WORDS, ask_in_words, entry
from support.mail import ANA, ME, NOW, OWNER, conversation, message

TEXT = "Hi Kim,\n\nit was good to see you. Could you get us two tickets for Friday? We'd be thrilled.\n\nAna"


def verdict(*words, text=TEXT, message_id="a", reason=Reason.FREE_STUFF):
    evidence = tuple(
        Evidence("s", w, "fresh", message_id, text.index(w), text.index(w) + len(w), 1.0, str(reason)) for w in words
    )
    return Verdict(Standing.OWED, reason, "a", NOW, evidence=evidence)


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        pytest.param(TEXT, ["two tickets"], "Could you get us two tickets for Friday?", id="the sentence of the words"),
        pytest.param(TEXT, [], "it was good to see you.", id="no evidence: the first sentence, not the greeting"),
        pytest.param(
            "We have red or blue paint. Which?", ["Which?"], "We have red or blue paint. Which?", id="too short"
        ),
        pytest.param("Which?", ["Which?"], "Which?", id="nothing before it"),
        pytest.param("", [], "", id="an empty message"),
    ],
)
def test_the_ask_in_their_words(text, words, said):
    talk = conversation(message(text, message_id="a"))

    assert ask_in_words(talk, verdict(*words, text=text)) == said


def test_what_the_verdict_is_about_wins_over_what_weighs_more():
    text = "I lost my job last week and I am shaken. Could you send the list?"
    heavy = Evidence("ask", "Could you", "fresh", "a", 41, 50, 9.0, "ask")
    fitting = Evidence("job", "lost my job", "fresh", "a", 2, 13, 1.0, "hard_journey")
    judged = Verdict(Standing.OWED, Reason.HARD_JOURNEY, "a", NOW, evidence=(heavy, fitting))

    assert ask_in_words(conversation(message(text, message_id="a")), judged).startswith("I lost my job")


def test_long_asks_end_at_a_word():
    said = ask_in_words(conversation(message("word " * 200, message_id="a")), verdict())

    assert len(said) <= WORDS
    assert said.endswith("word…")


def test_a_voicemail_is_named_by_its_purpose():
    talk = conversation(message("blah", message_id="a", voicemail=Voicemail("Bo", purpose="the roof leaks")))

    assert ask_in_words(talk, verdict()) == "the roof leaks"


def test_the_row_names_the_other_side_and_how_near_they_are():
    talk = conversation(message(TEXT, message_id="a"), message(message_id="b", ago=2, sender=ME, to=(ANA,)))
    ledger = Ledger([Person(ANA.email, tier=Tier.CLIENT)])

    row = entry(talk, verdict("two tickets"), ledger, OWNER)

    assert (row.who, row.tier, row.messages, row.last) == (ANA, Tier.CLIENT, 2, talk.last.date)
