from __future__ import annotations

import shutil

import pytest

from repliquette.errors import RuleError
from repliquette.model import AWAITING_REASONS, OWED_REASONS, Kind, Standing, Style
from repliquette.replies import templates
from repliquette.replies.facts import Facts
from repliquette.rulebook.files import shipped_rules

SHIPPED = templates.load(shipped_rules())
EVERY_REASON = [(Standing.OWED, r) for r in OWED_REASONS] + [(Standing.AWAITING, r) for r in AWAITING_REASONS]
REPLY = 'standing = "owed"\nreason = "ask"\n\n[[reply]]\nlabel = "Yes"\nstyle = "warm"\naction = "answer"\n'


@pytest.fixture
def rules(tmp_path):
    """A folder of rules in which a test may break a file."""
    shutil.copytree(shipped_rules() / "replies", tmp_path / "replies")
    return tmp_path


@pytest.mark.parametrize(("standing", "reason"), EVERY_REASON)
@pytest.mark.parametrize("style", [Style.WARM, Style.BRIEF])
def test_every_reason_has_a_warm_and_a_brief_reply(standing, reason, style):
    assert style in {r.file.style for r in SHIPPED.language("en").replies[standing, reason]}


@pytest.mark.parametrize("reason", ["free_stuff", "cold_outreach", "courteous_no"])
def test_where_a_no_is_hard_it_comes_first(reason):
    replies = SHIPPED.language("en").replies[Standing.OWED, reason]

    assert [r.file.action for r in replies[:3]] == ["decline"] * 3
    assert "answer" in [r.file.action for r in replies[3:]]


def test_an_unknown_language_speaks_english():
    assert SHIPPED.language("xx") is SHIPPED.language("en")


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ('"""\nThank you.\n\nAbout {{ thin }} I say no.\n"""', 11, "'thin' is no fact"),
        ('"""\nThank you.\n{% if thing %}\nNo.\n"""', 11, "end of template"),
        ('"Thank you for {{ thing"', 8, "unexpected"),
        ('"""\nThank you, [Name], and no.\n"""', 9, "'[Name]' would stand in the draft"),
        ('"""\nThank you.\nTODO: say no.\n"""', 10, "'TODO' would stand"),
        ('"Thank you {{ thing | shout }} no"', 8, "shout"),
        ('"Thank you {{ thing.__class__.__mro__ }} no"', 8, "__class__"),
        ('"Thank you {{ thing.nothing }} for it"', 8, "nothing"),
        ('"short"', 8, "at least 10"),
    ],
    ids=["unknown", "unclosed", "broken", "bracket", "todo", "filter", "sandbox", "attribute", "too_short"],
)
def test_a_faulty_template_is_told_with_its_line(rules, body, line, words):
    (rules / "replies" / "en" / "ask.toml").write_text(f"{REPLY}body = {body}\n", "utf-8")

    with pytest.raises(RuleError) as caught:
        templates.load(rules)

    assert (caught.value.file.name, caught.value.line) == ("ask.toml", line)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ('needs = ["weather"]', "'weather' is no fact"),
        ('unless = ["weather"]', "'weather' is no fact"),
        ('colour = "green"', "unknown key 'colour'"),
    ],
)
def test_an_unknown_word_in_a_reply_is_refused(rules, extra, words):
    (rules / "replies" / "en" / "ask.toml").write_text(f'{REPLY}body = "Yes, gladly."\n{extra}\n', "utf-8")

    with pytest.raises(RuleError, match=words) as caught:
        templates.load(rules)

    assert caught.value.line == 9


@pytest.mark.parametrize("head", ['standing = "owed"\n', 'standing = "owed"\nreason = "ask"\nkind = "voicemail"\n'])
def test_a_file_is_for_a_reason_or_for_a_kind(rules, head):
    tail = REPLY.partition("\n\n")[2]
    (rules / "replies" / "en" / "ask.toml").write_text(f'{head}{tail}body = "Yes, gladly."\n', "utf-8")

    with pytest.raises(RuleError, match="either the reason or the kind"):
        templates.load(rules)


def test_my_own_replies_win(tmp_path):
    own = tmp_path / "replies" / "en"
    own.mkdir(parents=True)
    (own / "mine.toml").write_text(f'{REPLY}body = "Aye, {{{{ thing }}}} it is."\n', "utf-8")

    mine = templates.load(shipped_rules(), tmp_path).language("en")

    [reply] = mine.replies[Standing.OWED, "ask"]
    assert reply.render(Facts(thing="the call")) == "Aye, the call it is."
    assert mine.replies[Standing.OWED, "priority"]
    assert mine.voice == SHIPPED.language("en").voice


def test_my_own_voice_and_names_win(tmp_path):
    own = tmp_path / "replies"
    (own / "en").mkdir(parents=True)
    voice = (shipped_rules() / "replies" / "en" / "voice.toml").read_text("utf-8")
    (own / "en" / "voice.toml").write_text(voice.replace('"Hi NAME,"', '"Ahoy NAME,"'), "utf-8")
    (own / "names.toml").write_text("titles = []\nafter_name = []\nparticles = []\nno_person = ['ana']\n", "utf-8")

    mine = templates.load(shipped_rules(), tmp_path)

    assert mine.language("en").voice.greeting == "Ahoy NAME,"
    assert mine.language("en").replies
    assert mine.names.no_person == {"ana"}


def test_conditions_decide_whether_a_reply_is_offered():
    [last] = [r for r in SHIPPED.language("en").replies[Standing.AWAITING, "overdue"] if r.file.label == "The last one"]

    assert [last.fits(Facts()), last.fits(Facts(reminded=True)), last.fits(Facts(reminded=True, finished=True))] == [
        False,
        True,
        False,
    ]


def test_a_call_is_returned_whatever_its_reason():
    assert SHIPPED.language("en").replies[Standing.OWED, Kind.VOICEMAIL]


@pytest.mark.parametrize("open_question", [True, False])
@pytest.mark.parametrize(("standing", "reason"), EVERY_REASON)
def test_a_reply_of_each_style_is_left_whatever_they_asked(standing, reason, open_question):
    """`draft --style brief` and `--style warm` always find one."""
    facts = Facts(open_question=open_question)

    offered = {r.file.style for r in SHIPPED.language("en").replies[standing, reason] if r.fits(facts)}

    assert {Style.WARM, Style.BRIEF} <= offered
