"""Rule files read: what is in the book, whose file wins, how mistakes are told."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from repliquette.errors import RuleError
from repliquette.model import REASONS, Reason, Standing
from repliquette.reasons import rules

HEAD = """id = "closing"
standing = "settled"
title = "closed"
summary = "Ends the exchange for good."
action = "none"
"""
SIGNAL = """
[[signal]]
id = "bye"
weight = 1.0
phrase = ["so long"]
"""


@pytest.fixture
def own(tmp_path):
    """Writes the owner's own file of `closing` and loads it over the shipped rules."""

    def write(text, root, name="closing.toml"):
        folder = tmp_path / "reasons"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
        return rules.load(root / "rules", tmp_path)

    return write


def test_the_book_holds_every_reason_of_both_sides_in_the_order_of_the_contract(book):
    assert [(r.standing, r.reason) for r in book] == [(s, r) for s, rs in REASONS.items() for r in rs]


def test_promised_stands_on_both_sides(book):
    mine, theirs = (book.rule(s, Reason.PROMISED) for s in (Standing.OWED, Standing.AWAITING))
    assert (mine.action, theirs.action) == ("keep", "follow_up")


@pytest.mark.parametrize(
    ("reason", "title", "grace", "action"),
    [
        (Reason.FREE_STUFF, "free stuff", timedelta(days=2), "decline"),
        (Reason.COLD_OUTREACH, "cold outreach", timedelta(days=3), "decline"),
        (Reason.COURTEOUS_NO, "owed a courteous no", timedelta(days=2), "decline"),
        (Reason.PRIORITY, "priority", timedelta(hours=4), "answer"),
        (Reason.ASK, "asked", timedelta(days=1), "answer"),
    ],
)
def test_titles_graces_and_actions_are_those_of_the_contract(book, reason, title, grace, action):
    rule = book.rule(Standing.OWED, reason)
    assert (rule.title, rule.grace, rule.action) == (title, grace, action)


def test_a_document_stands_behind_every_reason_to_answer_or_to_wait(book):
    assert all(rule.document for rule in book if rule.standing is not Standing.SETTLED)


def test_the_owners_file_takes_the_place_of_the_shipped_one(own, root):
    rule = own(HEAD + SIGNAL, root).rule(Standing.SETTLED, Reason.CLOSING)
    assert [s.rule.id for s in rule.signals] == ["bye"]


def test_the_owners_rules_may_use_the_shipped_cues(own, root):
    book = own(HEAD + SIGNAL.replace('phrase = ["so long"]', 'cue = "thanks"'), root)
    assert book.rule(Standing.SETTLED, Reason.CLOSING).signals[0].phrases


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(HEAD + "colour = 3\n", 6, "unknown key 'colour'", id="unknown key"),
        pytest.param(HEAD + SIGNAL.replace("weight = 1.0", 'weight = "heavy"'), 9, "weight", id="wrong type"),
        pytest.param(HEAD + SIGNAL.replace("so long", "so (long"), 10, "so (long", id="bad pattern"),
        pytest.param(HEAD + SIGNAL.replace("so long", "(?=so)long"), 10, "cannot be used", id="look-ahead"),
        pytest.param(HEAD + SIGNAL + SIGNAL, 13, "exists twice", id="signal twice"),
        pytest.param(HEAD + SIGNAL + 'needs = ["hello"]\n', 11, "there is no 'hello'", id="needs nobody"),
        pytest.param(HEAD + SIGNAL + 'cue = "hello"\n', 11, "there is no 'hello'", id="no such cue"),
        pytest.param(HEAD + SIGNAL + 'fact = "raining"\n', 11, "fact", id="no such fact"),
        pytest.param(HEAD + 'grace = "soon"\n', 6, "no span of time", id="grace"),
        pytest.param(HEAD.replace('"settled"', '"owed"'), 1, "no reason of the standing", id="wrong side"),
        pytest.param(HEAD + "a = = 1\n", 6, "", id="no TOML"),
    ],
)
def test_mistakes_are_told_with_file_line_and_caret(own, root, text, line, words):
    with pytest.raises(RuleError) as caught:
        own(text, root)
    assert caught.value.file.name == "closing.toml"
    assert (caught.value.line, words in caught.value.what, "^" in caught.value.what) == (line, True, True)


def test_two_files_of_one_reason_in_one_folder_are_a_mistake(own, root):
    own(HEAD, root, "first.toml")
    with pytest.raises(RuleError, match="exists already"):
        own(HEAD, root, "second.toml")


def test_two_cues_of_one_name_in_one_folder_are_a_mistake(root, tmp_path):
    folder = tmp_path / "reasons" / "cues"
    folder.mkdir(parents=True)
    for name in ("first.toml", "second.toml"):
        (folder / name).write_text('id = "bye"\ntitle = "says bye"\nphrase = ["bye"]\n', "utf-8")
    with pytest.raises(RuleError, match="exists already"):
        rules.load(root / "rules", tmp_path)


def test_a_reason_without_a_file_is_a_mistake(root, tmp_path):
    shutil.copytree(root / "rules" / "reasons", tmp_path / "reasons")
    (tmp_path / "reasons" / "owed" / "ask.toml").unlink()
    with pytest.raises(RuleError, match="no file for the reason ask"):
        rules.load(tmp_path)


def test_no_rule_speaks_of_a_phrase_twice(book):
    """A cue named twice, or a phrase that is its own exception, would be a slip of the pen."""
    for rule in book:
        for signal in rule.signals:
            assert not signal.phrases & signal.unless, (rule.reason, signal.rule.id)
            assert len(set(signal.rule.cue)) == len(signal.rule.cue)
