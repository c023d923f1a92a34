"""Every example of every rule file is a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from repliquette.model import REASONS, Reason
from repliquette.reasons import rules
from repliquette.reasons.examples import Played, judge, play

ROOT = Path(__file__).parents[2]
EXAMPLES = [(rule, example) for rule in rules.load(ROOT / "rules") for example in rule.examples]


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(r, e, id=f"{r.standing}-{r.reason}-{e.why}".replace(" ", "_")) for r, e in EXAMPLES],
)
def test_example(rule, example, book, lore):
    played = Played(rule, example, judge(example, book, lore))
    assert played.holds, (played.verdict.standing, played.verdict.reason, played.verdict.evidence)


def test_every_reason_shows_what_it_is_and_what_it_is_not(book):
    """Only `dismissed` has no words: it is a fact that the owner states."""
    for standing, reasons in REASONS.items():
        for reason in reasons:
            matches = {e.match for e in book.rule(standing, reason).examples}
            assert matches == (set() if reason is Reason.DISMISSED else {True, False}), (standing, reason)


def test_playing_finds_an_example_that_does_not_hold(book, lore):
    played = next(iter(play(book, lore)))
    turned = played.example.model_copy(update={"match": not played.example.match})
    assert not Played(played.rule, turned, played.verdict).holds
