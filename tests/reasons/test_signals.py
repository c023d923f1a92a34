"""Signals: the words that show them, where they stand, and the conditions around them."""

from __future__ import annotations

import pytest

from repliquette.conversation.people import Ledger
from repliquette.conversation.turn import turn
from repliquette.model import Kind, Person
from repliquette.reasons import rules
from repliquette.reasons.signals import signals
from support.mail import ANA, BEN, ME, NOW, OWNER, conversation, message

FILE = """id = "closing"
standing = "settled"
title = "closed"
summary = "Ends the exchange for good."
action = "none"
"""
KNOWN = Ledger([Person(ANA.email, received=3, sent=3)])


@pytest.fixture
def seen(root, lore, tmp_path):
    """The signals that our own `closing` file shows in a conversation."""

    def look(keys, *messages, ledger=KNOWN):
        (tmp_path / "reasons").mkdir()
        signal = f'\n[[signal]]\nid = "sign"\nweight = 1.0\n{keys}\n'
        (tmp_path / "reasons" / "closing.toml").write_text(FILE + signal, "utf-8")
        book = rules.load(root / "rules", tmp_path)
        talk = conversation(*messages)
        found = signals(talk, turn(talk, OWNER), ledger, OWNER, NOW, book, lore)
        return [e for e in found if e.reason == "closing" and e.signal == "sign"]

    return look


def test_the_words_are_cut_from_the_fresh_text(seen):
    text = "Oh well.\n\nSo  LONG, and mind the gap."
    [evidence] = seen('phrase = ["so long"]', message(text))
    assert text[evidence.start : evidence.end] == evidence.words == "So  LONG"
    assert (evidence.where, evidence.weight) == ("fresh", 1.0)


def test_a_question_shows_its_whole_sentence(seen):
    [evidence] = seen('cue = "question"', message("It rains. Which day suits you?\nAna"))
    assert evidence.words == "Which day suits you?"


def test_a_courtesy_question_is_none(seen):
    assert not seen('cue = "question"', message("How are you? All is well here."))


def test_unless_spoils_its_own_sentence_only(seen):
    keys = 'phrase = ["tell me"]\nunless = ["joke"]'
    [evidence] = seen(keys, message("Tell me a joke. But tell me the hour."))
    assert evidence.start > len("Tell me a joke.")


@pytest.mark.parametrize(
    ("where", "expected"),
    [("subject", 1), ("fresh", 0), ("run", 1), ("before", 1), ("notes", 0), ("end", 0)],
)
def test_a_phrase_counts_only_where_the_rule_looks(seen, where, expected):
    talk = (
        message("the plum tree", sender=ME, to=(ANA,), ago=40),
        message("the plum tree", ago=30),
        message("Here it is. It grew. It bears.", ago=20, subject="the plum tree"),
    )
    assert len(seen(f'where = "{where}"\nphrase = ["plum tree"]', *talk)) == expected


def test_the_end_of_a_text_are_its_last_two_sentences(seen):
    text = "The plum tree grew. We sawed it. Pity."
    assert not seen('where = "end"\nphrase = ["plum tree"]', message(text))


def test_notes_are_read_after_my_message(seen):
    note = message("I am at sea.", kind=Kind.AUTO_REPLY, ago=10)
    [evidence] = seen('where = "notes"\nphrase = ["at sea"]', message("Well?", sender=ME, to=(ANA,)), note)
    assert evidence.message_id == note.message_id


def test_what_a_third_person_said_before_is_not_what_this_one_asks(seen):
    talk = (message("the plum tree", sender=BEN, to=(ME, ANA), ago=30), message("Well.", ago=20))
    assert not seen('phrase = ["plum tree"]', *talk)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param('turn = "theirs"', 1, id="their turn"),
        pytest.param('turn = "mine"', 0, id="my turn"),
        pytest.param('addressed = ["alone", "few"]', 1, id="alone"),
        pytest.param('addressed = "cc"', 0, id="cc"),
        pytest.param('relation = "known"', 1, id="known"),
        pytest.param('relation = "stranger"', 0, id="stranger"),
        pytest.param('kind = "person"', 1, id="person"),
        pytest.param('language = "de"', 0, id="language"),
        pytest.param('tier = "family"', 0, id="tier"),
        pytest.param('fact = "short"', 1, id="fact"),
        pytest.param('fact = ["short", "long"]', 0, id="all facts"),
        pytest.param('no_fact = "short"', 0, id="no fact"),
    ],
)
def test_all_conditions_must_hold(seen, keys, expected):
    assert len(seen(keys, message("So long.", language="en"))) == expected


@pytest.mark.parametrize(("key", "expected"), [("needs", 1), ("excludes", 0)])
def test_signals_lean_on_one_another(seen, key, expected):
    keys = f'{key} = ["other"]\n\n[[signal]]\nid = "other"\nweight = 0.1\nphrase = ["so long"]'
    assert len(seen(keys, message("So long."))) == expected


@pytest.mark.parametrize(
    ("ledger", "relation"),
    [
        (Ledger(), "stranger"),
        (Ledger([Person(ANA.email, received=3)]), "met"),
        (Ledger([Person(ANA.email, received=3, sent=1)]), "known"),
        (Ledger([Person(ANA.email, always_first=True)]), "known"),
    ],
)
def test_relations_come_from_the_ledger(seen, ledger, relation):
    assert seen(f'relation = "{relation}"', message("So long."), ledger=ledger)


def test_who_had_a_word_of_mine_in_this_thread_is_no_stranger(seen):
    talk = (message("Hello", sender=ME, to=(ANA,), ago=40), message("So long.", ago=30))
    assert seen('relation = "known"', *talk, ledger=Ledger())
