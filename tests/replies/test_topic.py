from __future__ import annotations

import pytest

from repliquette.model import Evidence
from repliquette.replies import topic
from repliquette.replies.topic import Things
from repliquette.rulebook import files
from support.mail import message


@pytest.fixture(scope="module")
def things() -> Things:
    return files.read(files.shipped_rules() / "replies" / "en" / "things.toml", Things)


def shown(letter, words: str) -> tuple[Evidence, ...]:
    at = letter.fresh.index(words)
    return (Evidence("s", words, "fresh", letter.message_id, at, at + len(words), 1.0),)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Could you get us two tickets for Friday?", "the two tickets for Friday"),
        ("Would you have time for a 15-minute call on Thursday?", "a 15-minute call on Thursday"),
        ("Could I borrow your slides?", "my slides"),
        ("Would you look over my thesis before Monday?", "your thesis"),
        ("Can you spare some free passes?", "the free passes"),
        ("Any chance of complimentary tickets?", "the complimentary tickets"),
        ("Could you send me the signed contract?", "the signed contract"),
        ("Could you send us tickets?", "the tickets"),
        ("May we use the large meeting room?", "the large meeting room"),
        ("Would you join our panel?", "your panel"),
    ],
)
def test_names_the_thing_as_i_would(text, named, things):
    letter = message(f"Hi Kim,\nlovely to see you. {text} Best, Ana")

    assert topic.thing(shown(letter, text), letter, things) == named


@pytest.mark.parametrize(
    "text",
    [
        "Could you help me?",
        "My guide has left for Canada, could you help?",
        "I have heard good things about this play, are you coming?",
        "How are you?",
        "Are you the ticket office?",
        "Can you send what we talked about?",
        "Could you get {{ 7*7 }} tickets?",
        "Could you look at https://x.example/the/report?",
        "See <b>the report</b>?",
        f"Could you get {'very ' * 80}tickets?",
        "",
    ],
    ids=[
        "nothing",
        "not_asked",
        "mentioned",
        "courtesy",
        "compound",
        "clause",
        "template",
        "link",
        "markup",
        "long",
        "empty",
    ],
)
def test_names_nothing_where_it_is_not_sure(text, things):
    letter = message(text)

    assert topic.thing(shown(letter, text), letter, things) == ""


def test_the_words_of_the_verdict_come_before_other_questions(things):
    letter = message("Did you get my letter? Anyway. I would love two tickets.")

    assert topic.thing(shown(letter, "love two tickets"), letter, things) == "the two tickets"


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("One. Two words here. Three.", "words", "Two words here."),
        ("Dear Mr. Lee, I asked. Yes.", "asked", "Dear Mr. Lee, I asked."),
        ("Broken\nover lines. End", "over", "Broken over lines."),
        ("A title\n\nThe body", "body", "The body"),
    ],
)
def test_finds_the_sentence_around_words(text, words, whole):
    at = text.index(words)

    assert topic.sentence(text, at, at + len(words)) == whole


@pytest.mark.parametrize(
    ("text", "openly"),
    [
        ("Which day can someone come?", True),
        ("Just wondering, when does it open?", True),
        ("Can you come on Friday?", False),
        ("Please send it.", False),
        ("Same paper as last time, or the recycled one?", True),
        ("Which of the two colours did you like? Shall I order?", True),
        ("", False),
        ("How are you? Can you come?", False),
    ],
)
def test_tells_open_questions(text, openly, things):
    assert topic.asks_openly(text, things) is openly


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("I'll send it Friday.", "I'll send it Friday."),
        ("She said “no”", "She said 'no'"),
        ("line\nbreak", "line break"),
        ("{{ x }}", ""),
        ("{% if %}", ""),
        ("[Name]", ""),
        ("write to a@b.example", ""),
        ("www.x.example", ""),
        ("x" * 200, ""),
        ("12 34", ""),
    ],
)
def test_only_plain_words_are_quoted(text, spoken):
    assert topic.speakable(text) == spoken
