from __future__ import annotations

import pytest

from repliquette.limits import REFERENCES
from repliquette.model import Address, Kind, Reason, Standing, Verdict
from repliquette.replies import addressing
from support.mail import ANA, BEN, ME, NOW, OWNER, conversation, message

DESK = Address("desk@client.example", "Client")
ELSEWHERE = Address("ana@elsewhere.example")


@pytest.mark.parametrize(
    ("letter", "to"),
    [
        (message(), (ANA,)),
        (message(reply_to=(DESK,)), (DESK,)),
        (message(reply_to=(ME,)), (ANA,)),
        (message(reply_to=(DESK, ME, DESK)), (DESK,)),
        (message(reply_to=(Address("list@lists.example"),), remarks=frozenset({"list_post"})), (ANA,)),
        (message(sender=ME, to=(ANA, ME, BEN)), (ANA, BEN)),
        (message(sender=ME, to=(ME,), cc=(BEN,)), (BEN,)),
    ],
    ids=["from", "reply_to", "reply_to_is_me", "once_each", "never_the_list", "mine_to_them", "mine_cc"],
)
def test_a_reply_goes_to(letter, to):
    route = addressing.route(letter, OWNER)

    assert (route.to, route.warning) == (to, "")


def test_a_reply_to_in_another_domain_is_followed_and_said_aloud():
    route = addressing.route(message(reply_to=(ELSEWHERE,)), OWNER)

    assert route.to == (ELSEWHERE,)
    assert route.warning == "Answers go to elsewhere.example, but the message came from client.example."


@pytest.mark.parametrize(
    "email",
    [
        "no-reply@shop.example",
        "noreply+17@shop.example",
        "do_not_reply@shop.example",
        "mailer-daemon@mx.example",
        "",
        "x y@z",
    ],
)
def test_an_address_that_takes_no_mail_is_never_written_to(email):
    route = addressing.route(message(sender=Address(email, "Shop")), OWNER)

    assert route.to == ()
    assert "Shop takes no mail" in route.warning


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Plans", "Re: Plans"),
        ("Re: Plans", "Re: Plans"),
        ("RE: Re:AW: Plans", "Re: Plans"),
        ("Re[2]: Plans", "Re: Plans"),
        ("Fwd: Plans", "Re: Fwd: Plans"),
        ("Reception", "Re: Reception"),
        ("", "Re:"),
        ("Plans\r\nBcc: x@evil.example", "Re: Plans Bcc: x@evil.example"),
    ],
)
def test_one_re_and_no_more(subject, reply):
    assert addressing.reply_subject(subject) == reply


@pytest.mark.parametrize(
    ("more", "references"),
    [
        ({}, ("m@x.example",)),
        ({"references": ("a@x.example", "b@x.example")}, ("a@x.example", "b@x.example", "m@x.example")),
        ({"in_reply_to": ("a@x.example",)}, ("a@x.example", "m@x.example")),
        ({"in_reply_to": ("a@x.example", "b@x.example")}, ("m@x.example",)),
        ({"references": ("not an id", "a@x.example")}, ("a@x.example", "m@x.example")),
    ],
    ids=["first", "references", "in_reply_to", "two_parents", "broken_id"],
)
def test_references_continue_the_thread(more, references):
    """RFC 5322 §3.6.4: the parent's References, or its only In-Reply-To, then the parent."""
    assert addressing.references(message(message_id="m@x.example", **more)) == references


def test_a_very_long_thread_keeps_its_root_and_its_end():
    ids = tuple(f"{n}@x.example" for n in range(REFERENCES + 50))

    chain = addressing.references(message(message_id="m@x.example", references=ids))

    assert (len(chain), chain[0], chain[-2:]) == (REFERENCES, ids[0], (ids[-1], "m@x.example"))


@pytest.mark.parametrize("kind", [Kind.BOUNCE, Kind.AUTO_REPLY])
def test_a_note_of_a_machine_is_not_answered_but_the_message_before_it(kind):
    mine = message("Could you?", sender=ME, to=(ANA,), ago=48)
    note = message("I am away", kind=kind, ago=47)
    verdict = Verdict(Standing.AWAITING, Reason.AWAY, note.message_id, NOW)

    assert addressing.answered(verdict, conversation(mine, note)) == mine


def test_without_a_human_message_the_judged_one_is_answered():
    call = message("Missed call", kind=Kind.AUTOMATED)

    assert addressing.answered(Verdict(Standing.OWED, Reason.ASK, "unknown", NOW), conversation(call)) == call
