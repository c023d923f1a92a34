"""The figures: exactly those of the design, counted by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from repliquette.evaluation import measure
from repliquette.evaluation.figures import score
from repliquette.message import lore as lores
from repliquette.model import Kind, Reason, Standing, Verdict
from repliquette.reasons import rules
from repliquette.reasons.decide import decide

RAW = (
    "From: ana@client.example\nTo: kim@northwind.example\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nSubject: {}\n\nHello\n"
)
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def lore(root):
    return lores.load(root / "rules")


@pytest.fixture
def report(tmp_path, lore):
    """A report on cases given as (expect, verdict)."""

    def of(*pairs):
        lines = [
            {"id": str(n), "me": ["kim@northwind.example"], "messages": [RAW.format(n)], "expect": expect}
            for n, (expect, _) in enumerate(pairs)
        ]
        path = tmp_path / "cases.jsonl"
        path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
        verdicts = {str(n): v for n, (_, v) in enumerate(pairs)}
        return measure.run([path], lambda talk, _ledger, _owner, _now: verdicts[talk.id], lore)

    return of


def verdict(standing, reason, **more):
    return Verdict(Standing(standing), Reason(reason), "m", AT, **more)


OWED_ASK, OWED_COLD, FYI = verdict("owed", "ask"), verdict("owed", "cold_outreach"), verdict("settled", "fyi")


def test_the_figures_of_four_cases(report):
    found = report(
        ({"standing": "owed", "reason": "ask"}, OWED_ASK),
        ({"standing": "owed", "reason": "cold_outreach"}, FYI),
        ({"standing": "settled", "reason": "fyi"}, OWED_ASK),
        ({"standing": "settled", "reason": "fyi"}, FYI),
    ).as_json()["all"]
    assert (found["n"], found["standing_accuracy"], found["reason_accuracy"]) == (4, 0.5, 0.5)
    assert (found["owed_precision"], found["owed_recall"], found["owed_f1"]) == (0.5, 0.5, 0.5)
    assert found["per_reason"]["ask"] == {"n": 1, "precision": 0.5, "recall": 1.0, "f1": 0.667}
    assert found["per_reason"]["cold_outreach"]["f1"] == 0.0
    assert found["reason_macro_f1"] == pytest.approx((0.667 + 0 + 0.5) / 3, abs=0.001)
    assert found["confusion"]["standing"] == {"owed": {"owed": 1, "settled": 1}, "settled": {"owed": 1, "settled": 1}}
    assert found["confusion"]["reason"]["fyi"] == {"ask": 1, "fyi": 1}


def test_macro_f1_is_taken_over_the_expected_reasons_only(report):
    found = report(({"reason": "fyi"}, FYI), ({"standing": "owed"}, OWED_COLD)).as_json()["all"]
    assert set(found["per_reason"]) == {"fyi"}
    assert found["reason_macro_f1"] == 1.0


def test_every_file_has_its_own_figures(report):
    found = report(({"standing": "owed"}, OWED_ASK)).as_json()
    assert [(name.endswith("cases.jsonl"), f["n"]) for name, f in found["files"].items()] == [(True, 1)]


def test_a_figure_without_a_case_is_none(report):
    assert report(({"standing": "owed"}, OWED_ASK)).as_json()["all"]["reason_accuracy"] is None


@pytest.mark.parametrize(
    ("expect", "seen", "right"),
    [
        pytest.param({"standing_in": ["owed", "settled"]}, FYI, True, id="standing_in"),
        pytest.param({"not_standing": "settled"}, FYI, False, id="not_standing"),
        pytest.param({"not_reason": "ask"}, FYI, True, id="not_reason"),
        pytest.param({"also": ["ask"]}, verdict("owed", "travel", also=(Reason.ASK,)), True, id="also"),
        pytest.param({"also": ["chaser"]}, verdict("owed", "ask", marks=frozenset({"chaser"})), True, id="mark"),
        pytest.param({"also": ["chaser"]}, OWED_ASK, False, id="no mark"),
        pytest.param({"return_date": None}, FYI, True, id="no return"),
        pytest.param(
            {"return_date": "2026-03-09"}, verdict("awaiting", "away", return_date=date(2026, 3, 9)), True, id="return"
        ),
        pytest.param(
            {"due": "2026-03-03"}, verdict("owed", "ask", due=datetime(2026, 3, 3, 9, tzinfo=UTC)), True, id="due"
        ),
        pytest.param({"kind": "person"}, FYI, True, id="kind"),
        pytest.param({"voicemail": {"caller": "Ana"}}, FYI, False, id="voicemail"),
    ],
)
def test_each_key_of_expect_is_judged(report, expect, seen, right):
    found = report((expect, seen))
    assert (not found.errors()) is right


def test_predictions_are_a_line_a_case(report):
    [line] = report(({"standing": "owed"}, verdict("owed", "ask", marks=frozenset({"chaser"})))).predictions()
    assert set(line) == {
        "id", "standing", "reason", "also", "confidence", "return_date", "due", "kind", "voicemail", "evidence",
    }  # fmt: skip
    assert (line["also"], line["kind"]) == (["chaser"], Kind.PERSON)
    json.dumps(line)


def test_a_label_never_found_scores_nothing():
    assert score([("ask", "fyi")], "ask").f1 == 0.0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "figure", "least"),
    [("real", "standing_accuracy", 0.82), ("real", "owed_f1", 0.59), ("awaiting", "standing_accuracy", 0.75)],
)
def test_the_rules_keep_their_worth_on_labelled_mail(root, lore, shared, name, figure, least):
    """Floors below what docs/accuracy.md measured, so that a change of rules cannot spoil it unseen."""
    book = rules.load(root / "rules")
    found = measure.run(
        [shared / "eval" / "dev" / f"{name}.jsonl"],
        lambda talk, ledger, owner, now: decide(talk, ledger, owner, now, book, lore),
        lore,
    )
    assert found.as_json()["all"][figure] >= least
