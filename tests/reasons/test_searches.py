"""Searches: a text is searched only for the phrases that can count there."""

from __future__ import annotations

import pytest

from repliquette.conversation.turn import Side
from repliquette.reasons.scene import Relation
from repliquette.reasons.searches import Searches
from repliquette.rulebook.phrases import PhraseSet

STRANGER = (Side.THEIRS, Relation.STRANGER, "fresh")
FRIEND = (Side.THEIRS, Relation.KNOWN, "fresh")
SUBJECT = (Side.THEIRS, Relation.KNOWN, "subject")
TEXT = "A plum, a pear, and one more plum."


@pytest.fixture
def searches():
    return Searches(
        [
            (frozenset({STRANGER, FRIEND}), PhraseSet(["plum"]), (7,)),
            (frozenset({STRANGER}), PhraseSet(["pear", "fig"]), (3, 4)),
            (frozenset(), PhraseSet(["one"]), (5,)),
        ]
    )


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        pytest.param({STRANGER}, [7, 7, 3], id="all that a stranger can show"),
        pytest.param({FRIEND}, [7, 7], id="what counts for strangers alone is not sought"),
        pytest.param({FRIEND, SUBJECT}, [7, 7], id="one of several places is enough"),
        pytest.param({SUBJECT}, [], id="nobody looks there"),
    ],
)
def test_only_what_can_count_is_found_every_time_it_stands_there(searches, users, expected):
    assert [number for number, _ in searches.find(TEXT, frozenset(users))] == expected


def test_hits_are_cut_from_the_text(searches):
    assert {TEXT[h.start : h.end].strip(" ,.") for _, h in searches.find(TEXT, frozenset({STRANGER}))} == {
        "plum",
        "pear",
    }


def test_every_phrase_counts_once(searches):
    assert len(searches) == 4
