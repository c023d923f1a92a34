"""Whose turn it is, and how the owner is addressed."""

from __future__ import annotations

import pytest

from repliquette.conversation.turn import Addressed, Side, turn
from repliquette.model import Address, Kind, Owner
from support.mail import ANA, BEN, ME, OWNER, conversation, message

CROWD = tuple(Address(f"p{n}@other.example") for n in range(6))


def judged(*messages, owner=OWNER):
    return turn(conversation(*messages), owner)


def test_the_last_human_message_is_judged():
    question = message("Which day?", ago=30)
    answer = message("Tuesday.", sender=ME, to=(ANA,), ago=20)
    seen = judged(question, answer)
    assert (seen.side, seen.message, seen.before) == (Side.MINE, answer, (question,))


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.BOUNCE, Kind.AUTOMATED])
def test_what_machines_write_is_a_note_and_no_answer(kind):
    mine = message("Which day?", sender=ME, to=(ANA,), ago=30)
    note = message("I am away.", kind=kind, ago=29)
    seen = judged(mine, note)
    assert (seen.side, seen.message, seen.notes) == (Side.MINE, mine, (note,))


def test_my_own_automatic_reply_does_not_answer_for_me():
    question = message("Which day?", ago=30)
    note = message("I am away.", sender=ME, to=(ANA,), kind=Kind.AUTO_REPLY, ago=29)
    assert judged(question, note).side is Side.THEIRS


def test_an_answer_from_my_other_address_is_mine():
    other = Address("kim@home.example")
    owner = Owner(OWNER.addresses | {other.email}, "Kim Lee")
    assert (
        judged(message("Which day?"), message("Tuesday.", sender=other, to=(ANA,), ago=1), owner=owner).side
        is Side.MINE
    )


def test_nobody_took_a_turn_where_only_machines_wrote():
    receipt = message("Your receipt", kind=Kind.AUTOMATED)
    assert (judged(receipt).side, judged(receipt).message) == (Side.NOBODY, receipt)


def test_a_note_to_myself_is_nobodys_turn():
    assert judged(message("buy lamp oil?", sender=ME, to=(ME,))).side is Side.NOBODY


def test_messages_in_a_row_are_one_run():
    first, second = message("Which day?", ago=30), message("And which hour?", ago=20)
    assert judged(first, second).run == (first, second)


def test_answered_are_the_words_the_run_follows():
    old, mine, theirs = message(ago=50), message(sender=ME, to=(ANA,), ago=40), message(ago=30)
    assert judged(old, mine, theirs).answered == (mine,)


@pytest.mark.parametrize(
    ("to", "cc", "expected"),
    [
        pytest.param((ME,), (), Addressed.ALONE, id="alone"),
        pytest.param((ME,), (BEN,), Addressed.ALONE, id="others read along"),
        pytest.param((ME, BEN), (), Addressed.FEW, id="two"),
        pytest.param((ME, *CROWD[:4]), (), Addressed.FEW, id="five"),
        pytest.param((ME, *CROWD[:5]), (), Addressed.MANY, id="six"),
        pytest.param((BEN,), (ME,), Addressed.CC, id="cc"),
        pytest.param((BEN,), (), Addressed.LIST, id="neither"),
        pytest.param((), (), Addressed.LIST, id="undisclosed"),
    ],
)
def test_how_the_header_addresses_me(to, cc, expected):
    assert judged(message("Well?", to=to, cc=cc)).addressed is expected


def test_a_post_to_a_list_is_not_addressed_to_me_even_with_my_address_in_to():
    assert judged(message("Well?", remarks=frozenset({"list_post"}))).addressed is Addressed.LIST


@pytest.mark.parametrize(
    ("text", "named", "others"),
    [
        pytest.param("Kim, which day?", True, False, id="at the start"),
        pytest.param("Dear Kim Lee\nwhich day?", True, False, id="full name"),
        pytest.param("Sehr geehrte Frau Lee,\nwann?", True, False, id="surname"),
        pytest.param("All set. Kim: the keys. Ben: the van.", True, True, id="both"),
        pytest.param("What do you say, Ben?", False, True, id="at the end"),
        pytest.param("@kim please look", True, False, id="at-sign"),
        pytest.param("I met Kim and Ben at the fair.", False, False, id="spoken of"),
        pytest.param("Kimberley, which day?", False, False, id="longer name"),
    ],
)
def test_names_count_where_somebody_is_spoken_to(text, named, others):
    seen = judged(message(text, to=(ME, BEN)))
    assert (seen.named, seen.others_named) == (named, others)


def test_my_name_comes_from_the_address_where_nothing_else_tells_it():
    owner = Owner(frozenset({"kim.lee@northwind.example"}))
    assert judged(message("Kim - which day?", to=(Address("kim.lee@northwind.example"),)), owner=owner).named


def test_a_colleague_answered_what_was_put_to_the_group():
    asked = message("Who has the keys?", to=(ME, BEN), ago=30)
    answer = message("I have them.", sender=BEN, to=(ANA, ME), ago=20)
    assert judged(asked, answer).answers_a_colleague
    assert not judged(asked, message("Well?", to=(ME, BEN), ago=20)).answers_a_colleague


LIST = Address("knitters@lists.example")


def post(text="Does anybody dye with onion skins?", **more):
    """A post to a discussion list, as the reader of messages sees it."""
    return message(text, **({"to": (LIST,), "kind": Kind.BULK, "remarks": frozenset({"list_post"})} | more))


def test_a_post_to_a_list_is_nobodys_turn():
    assert judged(post()).side is Side.NOBODY


@pytest.mark.parametrize(
    ("more", "addressed"),
    [
        pytest.param({"to": (ME,), "cc": (LIST,)}, Addressed.ALONE, id="to me, with the list in copy"),
        pytest.param({"to": (LIST,), "cc": (ME,)}, Addressed.CC, id="to the list, with me in copy"),
        pytest.param({"text": "Kim, which skins did you take?"}, Addressed.LIST, id="called by name"),
    ],
)
def test_a_post_meant_for_me_is_a_turn(more, addressed):
    seen = judged(post(**more))
    assert (seen.side, seen.message.kind, seen.addressed) == (Side.THEIRS, Kind.PERSON, addressed)


def test_an_answer_to_my_own_post_is_a_turn():
    mine = post("Onion skins or walnuts?", sender=ME, ago=30)
    answer = post("Walnuts. Which wool is it for?", in_reply_to=(mine.message_id,), ago=20)
    assert (judged(mine, answer).side, judged(mine, answer).message.fresh) == (Side.THEIRS, answer.fresh)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"to": (ME,)}, id="a list that writes to each reader"),
        pytest.param({"text": "Ana, which skins did you take?"}, id="called somebody else"),
        pytest.param({"in_reply_to": ("other@test.example",)}, id="an answer to another"),
        pytest.param({"to": (ME, LIST), "remarks": frozenset()}, id="mass mail, not a discussion"),
    ],
)
def test_other_posts_are_not(more):
    assert judged(post(**more)).side is Side.NOBODY
