"""Stored weights: sums of plain numbers, so that a verdict can be taken apart."""

from __future__ import annotations

import json
import math

import pytest

from repliquette.errors import RuleError
from repliquette.model import Reason, Standing
from repliquette.reasons.grams import sentences
from repliquette.reasons.sight import Sight
from repliquette.reasons.weights import HeadFile, Weights, WeightsFile, asking_features, logistic, read

WHICH = sentences("Which lamp?")[0]
MARK = min(WHICH.grams & sentences("Why?")[0].grams)  # a bucket that both questions share


def weights(**heads):
    known = {name: HeadFile(bias=0.0) for name in ("asks", "owed", "awaiting")}
    return Weights(WeightsFile(made={}, heads=known | heads, thresholds={"owed": 0.5, "awaiting": 0.5}))


def sight(text="", **features):
    said = sentences(text)
    return Sight(features, said, frozenset().union(*(s.grams for s in said)))


def test_a_head_is_its_bias_and_the_sum_of_its_weights():
    head = HeadFile(bias=-1.0, features={"named": 0.5, "questions": 0.25}, grams={MARK: 2.0})
    opinion = weights(owed=head).opinion(sight("Which lamp?", named=1.0, questions=2.0))
    assert opinion.owed == pytest.approx(logistic(-1.0 + 0.5 + 0.5 + 2.0))
    assert opinion.awaiting == pytest.approx(0.5)


def test_features_and_n_grams_that_nobody_learned_count_nothing():
    assert weights().opinion(sight("Never heard of it.", other=9.0)).owed == pytest.approx(0.5)


def test_the_shares_of_the_reasons_of_a_standing_add_up_to_one():
    known = weights(**{"owed/ask": HeadFile(bias=1.0), "owed/unclear": HeadFile(bias=0.0)})
    shares = known.opinion(sight("x")).reasons[Standing.OWED]
    assert set(shares) == {Reason.ASK, Reason.UNCLEAR}
    assert math.fsum(shares.values()) == pytest.approx(1.0)
    assert shares[Reason.ASK] / shares[Reason.UNCLEAR] == pytest.approx(math.e)


def test_the_sentence_that_asks_most_is_named_if_one_asks():
    asks = HeadFile(bias=-1.0, grams={MARK: 2.0})
    text = "The lamp came. Which one is it? Bye."
    found = weights(asks=asks).opinion(sight(text)).asking
    assert found is not None
    assert text[found.start : found.end] == "Which one is it?"
    assert weights(asks=asks).opinion(sight("The lamp came.")).asking is None


def test_how_a_message_asks_is_bounded_below_where_nothing_is_said():
    assert asking_features([]) == {
        "asks most": -3.0,
        "asks second": -3.0,
        "sentences that ask": 0.0,
        "asks at the end": -3.0,
    }
    assert asking_features([2.0, -1.0])["asks at the end"] == -1.0


@pytest.mark.parametrize("score", [-800.0, -1.0, 0.0, 1.0, 800.0])
def test_a_logistic_of_any_score_is_a_probability(score):
    assert 0 <= logistic(score) <= 1
    assert logistic(score) + logistic(-score) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"made": {}, "heads": {}, "thresholds": {}}',
        '{"made": {}, "heads": {"asks": {}}, "thresholds": {}}',
    ],
    ids=["empty", "list", "broken", "no heads", "no bias"],
)
def test_a_file_without_weights_is_named(tmp_path, text):
    path = tmp_path / "weights.json"
    path.write_text(text)
    with pytest.raises(RuleError, match=r"weights\.json"):
        read(path)


def test_what_was_written_is_read(tmp_path):
    file = WeightsFile(
        made={}, heads={n: HeadFile(bias=1.0, grams={7: 0.5}) for n in ("asks", "owed", "awaiting")}, thresholds={}
    )
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(file.model_dump()))
    assert read(path).opinion(sight("x")).owed == pytest.approx(logistic(1.0))
