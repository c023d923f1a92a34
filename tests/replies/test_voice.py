from __future__ import annotations

from datetime import date, timedelta

import pytest

from repliquette.model import Owner, Style
from repliquette.replies.names import Called
from repliquette.replies.voice import Voice
from repliquette.rulebook import files

VOICE = files.read(files.shipped_rules() / "replies" / "en" / "voice.toml", Voice)
KIM = Owner(frozenset({"kim@northwind.example"}), "Kim Lee")


@pytest.mark.parametrize(
    ("who", "stranger", "line"),
    [
        (Called("Ana"), False, "Hi Ana,"),
        (Called("Ana"), True, "Hello Ana,"),
        (Called("Dr. Ruiz", titled=True), False, "Dear Dr. Ruiz,"),
        (Called(), True, "Hello,"),
    ],
    ids=["known", "stranger", "titled", "nobody"],
)
def test_greeting(who, stranger, line):
    assert VOICE.greet(who, stranger=stranger) == line


@pytest.mark.parametrize(
    ("style", "owner", "stranger", "lines"),
    [
        (Style.WARM, KIM, False, "Best wishes,\nKim"),
        (Style.BRIEF, KIM, True, "Best,\nKim Lee"),
        (Style.FIRM, KIM, False, "Kind regards,\nKim"),
        (Style.WARM, Owner(KIM.addresses), False, "Best wishes,"),
        (Style.WARM, Owner(KIM.addresses, "{{ me }}"), True, "Best wishes,"),
    ],
    ids=["warm", "stranger", "firm", "no_name", "no_mark"],
)
def test_sign_off(style, owner, stranger, lines):
    assert VOICE.close(style, owner, stranger=stranger) == lines


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(0), ""),
        (timedelta(hours=1), "Sorry for the slow reply."),
        (timedelta(days=6), "Sorry for the slow reply."),
        (timedelta(days=7), "I'm sorry it has taken me this long to answer."),
    ],
)
def test_apology_grows_with_the_delay(late, words):
    assert VOICE.sorry(late) == words


def test_a_day_in_words():
    assert VOICE.day(date(2026, 3, 1)) == "1 March"
