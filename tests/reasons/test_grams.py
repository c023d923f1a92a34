"""Sentences and hashed n-grams: what the learned layer reads of a text."""

from __future__ import annotations

import pytest

from repliquette.reasons.grams import BUCKETS, WORDS_READ, grams, sentences


def said(text):
    return [text[s.start : s.end] for s in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Kim. Which lamp? The red one.", ["Hi Kim.", "Which lamp?", "The red one."]),
        ("first paragraph\n\nsecond one", ["first paragraph", "second one"]),
        ("- red lamp\n- blue lamp", ["- red lamp", "- blue lamp"]),
        ("a line\nthat goes on", ["a line\nthat goes on"]),
        ("Really?! (Yes.) Fine", ["Really?!", "(Yes.)", "Fine"]),
        ("", []),
        (" \n\n ... \n\n", []),
    ],
    ids=["marks", "paragraphs", "list", "wrapped", "brackets", "empty", "no word"],
)
def test_sentences_end_where_a_reader_stops(text, expected):
    assert [s.removesuffix(")").removeprefix("(") for s in said(text)] == [
        e.removesuffix(")").removeprefix("(") for e in expected
    ]


def test_numbers_are_all_alike_and_so_are_apostrophes():
    first, second = sentences("Don’t pay 1999 euros")[0], sentences("don't pay 2024 euros")[0]
    assert first.grams == second.grams


def test_the_order_of_words_counts():
    assert sentences("you could")[0].grams != sentences("could you")[0].grams


def test_a_question_mark_is_a_word_and_a_full_stop_is_none():
    plain, stopped, asked = (sentences(f"you could{mark}")[0].grams for mark in ("", ".", "?"))
    assert plain == stopped
    assert asked != plain


def test_n_grams_go_from_one_word_to_three_with_the_borders_of_the_sentence():
    # "<", "go", ">" alone; "< go", "go >" in twos; "< go >" in three.
    assert len(grams(["go"])) == 3 + 2 + 1
    assert all(0 <= bucket < BUCKETS for bucket in grams(["go", "home"]))


def test_of_a_novel_two_pages_are_read():
    text = "word. " * (WORDS_READ + 50)
    assert len(sentences(text)) == WORDS_READ
