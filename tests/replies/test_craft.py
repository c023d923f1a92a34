from __future__ import annotations

import shutil

import pytest

from repliquette.errors import RuleError
from repliquette.replies import craft
from repliquette.replies.craft import Occasion
from repliquette.rulebook.files import shipped_rules

CRAFT = craft.load(shipped_rules())
SPOKEN = Occasion(spoken=True)
FRIEND = Occasion(first=False)

# The three kinds of caller of document 003, in words of our own.
OPEN_ENDED = (
    "Good morning, Ms Lee. My name is Robert Finch, with Harlow Consulting. I'm a third-year analyst and would like to "
    "leave consulting for a post in industry, perhaps energy, perhaps retail. I hear you place people like me. "
    "I'd be glad of twenty minutes to half an hour of your time. Please ring me on 020 7946 0011."
)
SHARED_SCHOOL = (
    "Hello Kim, this is Ines Duarte. Like you I'm a Leeds graduate, and I keep the books of a small bakery in Porto. "
    "I have to decide by Thursday whether to take over the lease, and I have one question about it. It needs five to "
    "seven minutes. You can ring me on 020 7946 0022, or if it's easier write to ines@bakery.example. Many thanks."
)
REFERENCE = (
    "Kim, this is Paul Adeyemi. I'm calling about a reference for your former colleague Mara Stein, whom we would like "
    "to hire. Could you call me within two or three days with your views on how she works in a team? If it's easier, "
    "my office can find a time with yours. My number is 020 7946 0033."
)


def reading(text: str, occasion: Occasion = SPOKEN, subject: str = "") -> dict[str, craft.Check]:
    return {c.id: c for c in craft.read(text, subject, occasion, CRAFT)}


@pytest.mark.parametrize(
    ("call", "earns"),
    [(OPEN_ENDED, False), (SHARED_SCHOOL, True), (REFERENCE, True)],
    ids=["open_ended", "shared_school", "reference"],
)
def test_two_of_three_callers_earn_an_answer(call, earns):
    """Document 003: "I'd return numbers two and three in a heartbeat"."""
    assert craft.earns_an_answer(tuple(reading(call).values())) is earns


def test_the_caller_who_earns_none_is_told_why():
    checks = reading(OPEN_ENDED)

    assert [i for i, c in checks.items() if c.essential and not c.ok] == ["one_ask", "bridge"]
    assert checks["one_ask"].words == ("twenty minutes to half an hour",)
    assert "one thing" in checks["one_ask"].advice


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("identity", "Hello, my name is Ines Duarte. Yes.", "Hello. It rained. By the way, my name is Ines."),
        (
            "purpose",
            "Hi Ana. Could you look at the plan?",
            "Hi Ana. It rained all week. The roof is wet. Everyone left.",
        ),
        ("one_ask", "Have you five minutes for one question?", "Have you an hour? Or two? Or three? And dinner?"),
        ("one_ask", "Is it a yes or a no?", "May I pick your brain for five minutes?"),
        ("bridge", "Maja suggested I write to you.", "I found you on the internet."),
        ("value", "It would save you the trip.", "I need a job."),
        ("brief", "Short and sweet.", "word " * 151),
        ("tone", "Your talk was useful.", "Sorry to bother you, I am your biggest fan."),
        ("no_demands", "Could you send it? Thank you.", "You must call me. Now."),
        ("no_demands", "I'd appreciate a line.", "Send the file."),
        ("reachable", "Ring 020 7946 0022, or write, whichever is easier.", "Ring 020 7946 0022."),
        ("next_step", "I will call again on Monday.", "Bye."),
        ("shady", "I have a question about the lease.", "As discussed, here is the offer."),
        ("shady", "I found the key.", "I have to tell you why. You won't believe what..."),
    ],
)
def test_each_check_tells_good_from_bad(check, good, bad):
    assert (reading(good)[check].ok, reading(bad)[check].ok) == (True, False)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("too_soon", Occasion(hours_since=25), Occasion(hours_since=3)),
        ("too_soon", Occasion(), Occasion(hours_since=0)),
        ("after_no", Occasion(), Occasion(after_no=True)),
        ("brief", Occasion(spoken=True), Occasion()),
    ],
)
def test_the_occasion_counts(check, good, bad):
    text = "word " * 140

    assert (reading(text, good)[check].ok, reading(text, bad)[check].ok) == (True, False)


@pytest.mark.parametrize(
    ("subject", "occasion", "ok"),
    [("Re: Lease", Occasion(), False), ("Re: Lease", Occasion(answers=True), True), ("Lease", Occasion(), True)],
    ids=["nothing_before", "an_answer", "a_first_message"],
)
def test_a_re_with_nothing_before_it_is_a_trick(subject, occasion, ok):
    assert reading("I have a question.", occasion, subject)["shady"].ok is ok


def test_an_answer_to_a_friend_is_read_more_lightly():
    """A friend knows who I am, how to reach me, and what joins us."""
    assert set(reading("Could you come at eight?", FRIEND)) == {
        *["purpose", "one_ask", "brief", "tone", "no_demands", "too_soon", "after_no", "shady"]
    }


def test_every_check_of_the_contract_is_there_and_advises_only_what_is_missing():
    checks = craft.read(SHARED_SCHOOL, "The lease", SPOKEN, CRAFT)

    assert len(checks) == 13
    assert all(bool(c.advice) is not c.ok for c in checks)
    assert all(c.document for c in checks)


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('id = "bridge"', 'id = "brigde"'), 0, "'brigde' is no check"),
        (('"mutual (friend|', '"mutual (?=friend|'), 12, "invalid perl operator"),
        (("first_only", "first_olny"), 5, "unknown key 'first_olny'"),
    ],
    ids=["unknown_check", "pattern", "key"],
)
def test_a_faulty_check_is_told_with_its_line(tmp_path, change, line, words):
    shutil.copytree(shipped_rules() / "craft", tmp_path / "craft")
    path = tmp_path / "craft" / "bridge.toml"
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")

    with pytest.raises(RuleError, match=words.replace("(", r"\(")) as caught:
        craft.load(tmp_path)

    assert (caught.value.file, caught.value.line) == (path, line)


def test_my_own_checks_win(tmp_path):
    (tmp_path / "craft").mkdir()
    (tmp_path / "craft" / "mine.toml").write_text(
        'id = "brief"\ntitle = "Very short"\ndocument = "mine"\nadvice = "Ten words are enough."\nwords_most = 10\n',
        "utf-8",
    )

    checks = {c.id: c for c in craft.read("word " * 11, "", FRIEND, craft.load(shipped_rules(), tmp_path))}

    assert (checks["brief"].ok, checks["brief"].words) == (False, ("11 words",))
