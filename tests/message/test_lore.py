"""Rule files of this room: every example holds, every mistake is told with its line."""

from __future__ import annotations

import pytest

from repliquette.errors import RuleError
from repliquette.message import lore as lore_door
from repliquette.message.kindrules import KindRule
from repliquette.message.lexicon import Lexicon
from repliquette.model import Kind
from repliquette.rulebook.files import read as read_file
from repliquette.rulebook.files import shipped_rules, toml_files

EXAMPLES = [
    pytest.param(rule.kind, example, id=f"{rule.kind}-{number}")
    for path in toml_files(shipped_rules() / "kinds")
    for rule in [read_file(path, KindRule)]
    for number, example in enumerate(rule.example)
]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_example(kind, example, read):
    message = read(f"{example.headers.strip()}\n\n{example.text}")

    assert (message.kind is kind) == example.match, (example.why, message.kind, message.kind_evidence)


def test_every_kind_but_the_person_has_a_file_with_examples_both_ways(lore):
    assert {rule.kind for rule in lore.kinds.rules} == set(Kind) - {Kind.PERSON}
    assert all({example.match for example in rule.example} == {True, False} for rule in lore.kinds.rules)


@pytest.mark.parametrize("language", ["de", "en", "es", "fr"])
def test_the_first_languages_know_all_months_and_days(lore, language):
    dates = lore.languages[language].dates

    assert (len(dates.months), len(dates.weekdays)) == (12, 7)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("lexicon/xx.toml", 'language = "xx"\nstopwords = ["a"]\n', ":2:"),
        ("lexicon/xx.toml", 'language = "xx"\n[close]\nlegal = ["(open"]\n', ":3:"),
        ("lexicon/xx.toml", 'language = "xx"\n[close]\nlegal = ["x*"]\n', ":3:"),
        ("kinds/x.toml", 'kind = "bulk"\ntitle = "t"\nexample = []\n[[signal]]\nid = "a"\nweight = 1.0\n', ":4:"),
        ("kinds/x.toml", 'kind = "robot"\n', ":1:"),
    ],
    ids=["unknown key", "bad pattern", "matches nothing", "signal without a place", "unknown kind"],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path, name, text, line):
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text, "utf-8")

    with pytest.raises(RuleError, match=f"{path.name}{line}"):
        lore_door.load(tmp_path)


def test_an_own_file_takes_the_place_of_the_shipped_one(tmp_path):
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "en.toml").write_text('language = "en"\nstop_words = ["thou"]\n', "utf-8")

    both = lore_door.load(shipped_rules(), tmp_path)

    assert both.languages["en"] == Lexicon(language="en", stop_words=("thou",))
    assert "de" in both.languages
