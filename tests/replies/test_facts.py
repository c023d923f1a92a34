from __future__ import annotations

from datetime import timedelta

import pytest

from repliquette.model import Kind, Person, Reason, Standing, Tier, Verdict, Voicemail
from repliquette.replies import facts, templates
from repliquette.rulebook.files import shipped_rules
from support.mail import ANA, ME, NOW, OWNER, conversation, message

ENGLISH = templates.load(shipped_rules()).language("en")


def gathered(*messages, **more) -> facts.Facts:
    verdict = Verdict(Standing.OWED, Reason.ASK, messages[-1].message_id, messages[-1].date, **more)
    return facts.gather(
        verdict,
        conversation(*messages),
        messages[-1],
        Person(ANA.email),
        owner=OWNER,
        now=NOW,
        voice=ENGLISH.voice,
        things=ENGLISH.things,
    )


@pytest.mark.parametrize(
    ("due", "standing", "late"),
    [
        (NOW - timedelta(days=2), Standing.OWED, timedelta(days=2)),
        (NOW + timedelta(days=2), Standing.OWED, timedelta(0)),
        (None, Standing.OWED, timedelta(0)),
        (NOW - timedelta(days=2), Standing.AWAITING, timedelta(0)),
    ],
    ids=["late", "in_time", "no_due", "their_turn"],
)
def test_only_an_owed_reply_is_late(due, standing, late):
    assert facts.lateness(Verdict(standing, Reason.ASK, "m", NOW, due=due), NOW) == late


@pytest.mark.parametrize(
    ("person", "stranger"),
    [
        (Person("a@b.example"), True),
        (Person("a@b.example", received=5, tier=Tier.ACQUAINTANCE), True),
        (Person("a@b.example", sent=1), False),
        (Person("a@b.example", tier=Tier.FAMILY), False),
    ],
    ids=["nobody", "only_they_wrote", "i_wrote", "family"],
)
def test_who_is_a_stranger(person, stranger):
    assert facts.is_stranger(person) is stranger


def test_what_nobody_said_is_no_fact():
    assert gathered(message("")) == facts.Facts(stranger=True)


def test_my_last_message_gives_its_day_its_question_and_its_words():
    """The day is that of my calendar: 23:30 UTC is the next morning in Berlin."""
    mine = message("Hi Ana,\nwill you come?\nKim", sender=ME, to=(ANA,), ago=33.5)

    known = gathered(mine, message("Who is this?"))

    assert (known.sent_on, known.my_question) == ("3 March", "Hi Ana, will you come?")
    assert known.my_message == "> Hi Ana,\n> will you come?\n> Kim"
    assert known.open_question


@pytest.mark.parametrize("text", ["Dear {{ name }}, come", "Dear [Name]", "Dear %NAME%", "x" * 3000])
def test_a_message_of_mine_that_is_unfinished_or_long_is_not_sent_again(text):
    assert gathered(message(text, sender=ME, to=(ANA,))).my_message == ""


@pytest.mark.parametrize(
    ("number", "known"), [("+44 20 7946 0022", "+44 20 7946 0022"), ("call {{now}}", ""), ("1" * 99, ""), ("", "")]
)
def test_the_number_of_a_call_is_a_number(number, known):
    call = message("", kind=Kind.VOICEMAIL, voicemail=Voicemail(number=number, purpose="the lease"))

    assert (gathered(call).number, gathered(call).purpose) == (known, "the lease")


def test_reminders_are_counted():
    mine = [message("Will you?", sender=ME, to=(ANA,), ago=ago) for ago in (200, 100, 50)]

    assert [gathered(*mine[:n]).reminded for n in (1, 2, 3)] == [False, True, False]
    assert [gathered(*mine[:n]).finished for n in (1, 2, 3)] == [False, False, True]
