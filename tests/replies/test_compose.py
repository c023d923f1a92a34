from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repliquette.model import (
    AWAITING_REASONS,
    OWED_REASONS,
    SETTLED_REASONS,
    Address,
    Evidence,
    Kind,
    Owner,
    Person,
    Reason,
    Standing,
    Tier,
    Verdict,
    Voicemail,
)
from repliquette.replies import compose
from repliquette.rulebook.files import shipped_rules
from support.mail import ANA, BEN, ME, NOW, OWNER, conversation, message

TEMPLATES = compose.load(shipped_rules())
FRIEND = Person(ANA.email, "Ana Ruiz", received=9, sent=9, tier=Tier.FRIEND)
EVERY_REASON = [(Standing.OWED, r) for r in OWED_REASONS] + [(Standing.AWAITING, r) for r in AWAITING_REASONS]
HOSTILE = st.one_of(
    st.sampled_from(
        [
            *[
                "{{7*7}}",
                "{% for x in y %}",
                "{{ name }}",
                "[First Name]",
                "<script>",
                "%FNAME%",
                "${name}",
                "a\r\nBcc: b",
            ],
            *["x" * 5000, "\u202eevil\u202c", "אנה רועי", "{{ config.__class__ }}", "____", "\x00", "Ana{#c#}"],
        ]
    ),
    st.text(max_size=80),
)
MARK = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|_{3,}|\[First Name\]|%FNAME%|\$\{|<script>")


def verdict(reason, standing=Standing.OWED, *, on=None, words="", late=timedelta(0), **more) -> Verdict:
    judged = on or message()
    at = judged.fresh.find(words) if words else -1
    shown = Evidence("s", words, "fresh", judged.message_id, at, at + len(words), 1.0, reason)
    found = (shown,) if at >= 0 else ()
    return Verdict(standing, reason, judged.message_id, judged.date, evidence=found, due=NOW - late, **more)


def suggested(judged_verdict, *messages, person=FRIEND, owner=OWNER):
    return compose.suggest(judged_verdict, conversation(*messages), person, owner, NOW, TEMPLATES)


def test_a_decline_names_the_person_and_the_thing():
    letter = message("Hi Kim, the play was a joy. Could you get us two tickets for Friday?")

    first = suggested(verdict(Reason.FREE_STUFF, on=letter, words="get us two tickets"), letter)[0]

    assert (first.label, first.action, first.subject, first.to) == ("Kind no", "decline", "Re: Plans", (ANA,))
    assert first.body.startswith(
        "Hi Ana,\n\nThank you for thinking of me and for asking about the two tickets for Friday."
    )
    assert first.body.endswith("\n\nBest wishes,\nKim\n")
    assert first.facts == ("the two tickets for Friday",)
    assert first.in_reply_to == letter.message_id
    assert first.references == (letter.message_id,)


def test_a_stranger_is_greeted_and_left_by_the_whole_name():
    letter = message("Could we talk?")

    first = suggested(verdict(Reason.COLD_OUTREACH, on=letter), letter, person=Person(ANA.email))[0]

    assert first.body.startswith("Hello Ana,")
    assert first.body.endswith("Best wishes,\nKim Lee\n")


@pytest.mark.parametrize("reason", SETTLED_REASONS)
def test_nothing_is_suggested_where_nobody_owes_anything(reason):
    letter = message("Thanks!")

    assert suggested(verdict(reason, Standing.SETTLED, on=letter), letter) == ()


def test_nothing_is_suggested_for_a_person_i_never_want_drafts_for():
    letter = message("Could you?")

    assert suggested(verdict(Reason.ASK, on=letter), letter, person=replace(FRIEND, never_draft=True)) == ()


@pytest.mark.parametrize(("standing", "reason"), EVERY_REASON)
def test_every_reason_gets_a_suggestion(standing, reason):
    """Also where not one fact is known: no words, no name, no subject."""
    bare = message("", sender=Address("a@b.example"), subject="")
    mine = message("", sender=ME, to=(Address("a@b.example"),), subject="")

    letter = bare if standing is Standing.OWED else mine
    bodies = [s.body for s in suggested(verdict(reason, standing, on=letter), letter, owner=Owner(OWNER.addresses))]

    assert bodies
    assert all(b.startswith("Hello,\n\n") for b in bodies)


@given(
    reason=st.sampled_from(EVERY_REASON),
    text=HOSTILE,
    words=HOSTILE,
    name=HOSTILE,
    mine=HOSTILE,
    owner=HOSTILE,
    late=st.integers(-3, 90),
    call=st.builds(Voicemail, HOSTILE, HOSTILE, st.none(), HOSTILE) | st.none(),
    attached=st.booleans(),
)
def test_no_placeholder_and_no_trick_ever_reaches_a_draft(reason, text, words, name, mine, owner, late, call, attached):
    """Every template, facts present and absent, names and words that attack."""
    standing, why = reason
    asked = message(mine, sender=ME, to=(Address("ana@client.example", name),), ago=50)
    letter = message(
        f"{text} {words}?",
        sender=Address("ana@client.example", name),
        signature=name,
        kind=Kind.VOICEMAIL if call else Kind.PERSON,
        voicemail=call,
        attachments=("x.pdf",) if attached else (),
    )
    messages = (asked, letter) if standing is Standing.OWED else (letter, replace(asked, date=NOW))

    found = suggested(
        verdict(why, standing, on=messages[-1], words=words, late=timedelta(days=late)),
        *messages,
        owner=replace(OWNER, name=owner),
    )

    for suggestion in found:
        assert not MARK.search(suggestion.body)
        assert "\r" not in suggestion.subject
        assert "\n" not in suggestion.subject
        assert all(f in suggestion.body for f in suggestion.facts)
        assert not any(OWNER.is_me(a) for a in suggestion.to)


@pytest.mark.parametrize(
    ("late", "apology"),
    [
        (timedelta(hours=-2), ""),
        (timedelta(0), ""),
        (timedelta(hours=5), "Sorry for the slow reply."),
        (timedelta(days=8), "I'm sorry it has taken me this long to answer."),
        (timedelta(days=80), "you deserved an answer sooner"),
    ],
    ids=["early", "on_time", "hours", "a_week", "months"],
)
def test_the_apology_is_in_proportion(late, apology):
    letter = message("Could you look at it?")

    first = suggested(verdict(Reason.ASK, on=letter, late=late), letter)[0].body

    assert apology in first
    assert ("orry" in first) is bool(apology)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=60)])
def test_a_hard_journey_is_never_declined_and_asked_nothing(late):
    letter = message("Mother died on Monday. Could you send me the papers?")

    for suggestion in suggested(verdict(Reason.HARD_JOURNEY, on=letter, late=late), letter):
        assert suggestion.action == "condole"
        assert "?" not in suggestion.body


def test_a_decline_gives_no_excuse_and_is_unmistakable():
    """No invented calendar, no "unfortunately": the word no, or that I am not interested."""
    letter = message("Could you?")
    for reason in (Reason.FREE_STUFF, Reason.COLD_OUTREACH, Reason.COURTEOUS_NO):
        for s in suggested(verdict(reason, on=letter), letter):
            if s.action == "decline":
                assert re.search(r"\bno\b|not (something )?I'm interested|I'm not interested|decided against", s.body)
                assert not re.search(r"busy|calendar|schedule|unfortunately|currently", s.body, re.IGNORECASE)


def test_an_open_question_is_not_answered_with_yes():
    letter = message("Which day can someone come?")

    labels = [s.label for s in suggested(verdict(Reason.ASK, on=letter), letter)]

    assert labels == ["A little longer", "Got it", "I don't know"]


@pytest.mark.parametrize("reason", [Reason.ASK, Reason.PRIORITY, Reason.TRAVEL])
def test_the_first_answer_to_a_question_commits_me_to_nothing(reason):
    """A draft saved without looking must not say yes."""
    letter = message("Can you come on Friday?")

    first, *others = suggested(verdict(reason, on=letter), letter)

    assert not re.search(r"\b(yes|no)\b", first.body, re.IGNORECASE)
    assert "Yes" in [s.label for s in others]


def test_a_kept_promise_quotes_my_own_words():
    asked, mine = message("Could you check?", ago=60), message("I'll send it on Friday.", sender=ME, to=(ANA,), ago=50)

    first = suggested(verdict(Reason.PROMISED, on=mine, words="I'll send it", late=timedelta(days=2)), asked, mine)[0]

    assert "I wrote to you: “I'll send it on Friday.”" in first.body
    assert "I'm late" in first.body
    assert first.to == (ANA,)


def test_a_reminder_quotes_their_own_words():
    asked = message("Did you choose?", sender=ME, to=(ANA,), ago=90)
    theirs = message("I will let you know by Monday.", ago=80)

    first = suggested(verdict(Reason.PROMISED, Standing.AWAITING, on=theirs, words="I will let"), asked, theirs)[0]

    assert "You wrote to me: “I will let you know by Monday.”" in first.body


@pytest.mark.parametrize(
    "text",
    ["This will take care of our books.", "I'll " + "check the store and " * 9 + "write.", "I'll send [NAME] to you."],
    ids=["about_something_else", "long", "unspeakable"],
)
def test_words_that_are_no_plain_promise_are_not_quoted(text):
    mine = message(text, sender=ME, to=(ANA,))

    first = suggested(verdict(Reason.PROMISED, on=mine, words=text), mine)[0]

    assert "I said that I would get back to you." in first.body
    assert "“" not in first.body


@pytest.mark.parametrize(
    ("ages", "labels"),
    [
        ([100], ["Light reminder", "Short reminder", "Let it rest"]),
        ([200, 100], ["The last one", "Let it rest"]),
        ([300, 200, 100], ["Let it rest"]),
    ],
    ids=["first", "last", "release"],
)
def test_follow_ups_end(ages, labels):
    """Document 000: one, a last one, then stop."""
    mine = [message("Could you come on Friday?", sender=ME, to=(ANA,), ago=ago) for ago in ages]

    assert [s.label for s in suggested(verdict(Reason.OVERDUE, Standing.AWAITING, on=mine[-1]), *mine)] == labels


def test_a_message_that_bounced_is_sent_again_as_itself():
    """A "Re:" to what they never got would look like a trick."""
    mine = message("Could you send the drawings?", sender=ME, to=(BEN,), ago=20, subject="Drawings")
    note = message("Not delivered", sender=Address("mailer-daemon@mx.example"), kind=Kind.BOUNCE, ago=19)

    first = suggested(verdict(Reason.BOUNCED, Standing.AWAITING, on=note), mine, note)[0]

    assert (first.action, first.subject, first.to) == ("resend", "Drawings", (BEN,))
    assert "I wrote to you on 3 March" in first.body
    assert "\n> Could you send the drawings?\n" in first.body
    assert "Check the address" in first.warning


def test_a_voicemail_is_returned_by_telephone():
    call = Voicemail("Ines Duarte", "+44 20 7946 0022", 31, "the lease")
    note = message("Voicemail", sender=Address("voicemail@pbx.example"), kind=Kind.VOICEMAIL, voicemail=call)

    first = suggested(verdict(Reason.ASK, on=note), note)[0]

    assert first.body.startswith("Hi Ines,\n\nI'm returning your call about this: “the lease”.")
    assert "+44 20 7946 0022" in first.body
    assert first.to == ()
    assert (
        first.warning == "A call to return. The words are for the telephone; add an address if you would rather write."
    )


def test_a_strange_reply_to_is_said_on_every_draft():
    letter = message("Could we talk?", reply_to=(Address("ana@elsewhere.example"),))

    assert all("elsewhere.example" in s.warning for s in suggested(verdict(Reason.ASK, on=letter), letter))


@pytest.mark.parametrize(("language", "warned"), [("fr", True), ("en", False), ("", False)])
def test_a_draft_in_another_language_than_theirs_says_so(language, warned):
    letter = message("Pouvez-vous venir ?", language=language)

    for suggestion in suggested(verdict(Reason.ASK, on=letter), letter):
        assert ("another language" in suggestion.warning) is warned


def test_several_recipients_are_greeted_without_a_name():
    mine = message("Could you come?", sender=ME, to=(ANA, BEN))

    first = suggested(verdict(Reason.OVERDUE, Standing.AWAITING, on=mine), mine)[0]

    assert first.body.startswith("Hello,")
    assert first.to == (ANA, BEN)


def test_after_a_month_i_ask_whether_it_is_still_open_and_do_not_put_off_again():
    letter = message("When can he start?")

    bodies = [s.body for s in suggested(verdict(Reason.ASK, on=letter, late=timedelta(days=31)), letter)]

    assert "Is it still open" in bodies[0]
    assert not any("little longer" in body for body in bodies)


def test_condolences_never_end_curtly():
    letter = message("My sister died on Monday.")

    bodies = [s.body for s in suggested(verdict(Reason.HARD_JOURNEY, on=letter), letter)]

    assert bodies
    assert all(body.endswith("Best wishes,\nKim\n") for body in bodies)
