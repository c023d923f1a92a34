"""Learning: what was learned is told apart, and the same input gives the same bytes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from repliquette.cli import main
from repliquette.evaluation.cases import CaseError
from repliquette.message import lore as lores
from repliquette.model import Reason, Standing
from repliquette.reasons import rules
from repliquette.reasons.weights import Weights
from repliquette.training.examples import asking_sentences, examples
from repliquette.training.fit import USUAL_THRESHOLD, fit, origins

ASKING = [
    "Which of the two shall it be?",
    "Could you bring the ladder?",
    "When does the ferry leave?",
    "May I park there?",
]
TELLING = ["The ferry left at nine.", "I brought the ladder.", "It was the red one.", "We parked by the church."]
OWNERS = [f"owner{n}@house.example" for n in range(6)]


def case(number, owner, text, standing, reason, *, mine=False):
    pair = (owner, "ana@client.example") if mine else ("ana@client.example", owner)
    raw = f"From: {pair[0]}\nTo: {pair[1]}\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nSubject: Hall\n\n{text}\n"
    return {
        "id": f"t{number}",
        "me": [owner],
        "messages": [raw],
        "expect": {"standing": standing, "reason": reason},
        "source": "made up" if number % 2 else "drawn",
        "history": {"ana@client.example": {"received": 5, "sent": 5}},
    }


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """Cases of six owners, theirs and mine, and labelled sentences."""
    folder = tmp_path_factory.mktemp("material")
    cases = []
    for owner in OWNERS:
        for text in ASKING:
            cases.append(case(len(cases), owner, text, "owed", "ask"))
            cases.append(case(len(cases), owner, text, "awaiting", "overdue", mine=True))
        for text in TELLING:
            cases.append(case(len(cases), owner, text, "settled", "fyi"))
            cases.append(case(len(cases), owner, text, "settled", "fyi", mine=True))
    (folder / "cases.jsonl").write_text("".join(json.dumps(c) + "\n" for c in cases), "utf-8")
    labelled = [{"text": t, "label": 1, "split": "train"} for t in ASKING] + [
        {"text": t, "label": 0, "split": "train"} for t in TELLING
    ]
    labelled.append({"text": "Left out.", "label": 1, "split": "test"})
    (folder / "sentences.jsonl").write_text("".join(json.dumps(s) + "\n" for s in labelled), "utf-8")
    return folder


@pytest.fixture(scope="module")
def found(material, root):
    return examples([str(material / "cases.jsonl")], rules.load(root / "rules"), lores.load(root / "rules"))


@pytest.fixture(scope="module")
def learned(found, material):
    return fit(found, asking_sentences(material / "sentences.jsonl"), {})


def test_what_asks_is_told_from_what_tells(found, learned):
    weights = Weights(learned)
    for example in found:
        opinion = weights.opinion(example.sight)
        said = opinion.awaiting if example.side == "mine" else opinion.owed
        assert (said > 0.5) is (example.standing is not Standing.SETTLED), example.case.id


def test_one_reason_alone_needs_no_weights(learned):
    assert learned.heads["owed/ask"].features == {}
    assert Weights(learned).thresholds.keys() == {"owed", "awaiting"}


def test_few_owners_make_no_threshold(found, material):
    few = [e for e in found if e.group in OWNERS[:2]]
    assert fit(few, asking_sentences(material / "sentences.jsonl"), {}).thresholds["owed"] == USUAL_THRESHOLD


def test_only_cases_of_the_source_named_are_taken(material, root):
    book, lore = rules.load(root / "rules"), lores.load(root / "rules")
    some = examples([f"{material / 'cases.jsonl'}@drawn"], book, lore)
    assert {e.case.source for e in some} == {"drawn"}


def test_sentences_of_another_split_are_left_out(material):
    assert len(asking_sentences(material / "sentences.jsonl")) == len(ASKING) + len(TELLING)


def test_a_file_that_holds_no_sentences_is_named(tmp_path):
    path = tmp_path / "sentences.jsonl"
    path.write_text('{"words": "?"}\n')
    with pytest.raises(CaseError, match=r"sentences\.jsonl"):
        asking_sentences(path)


def test_origins_count_the_cases_of_each_file(found):
    assert origins(found) == {"cases": len(found)}


@pytest.fixture
def run(material, tmp_path):
    def of(*words):
        arguments = ["--home", str(tmp_path / "home"), "train", str(material / "cases.jsonl")]
        return CliRunner().invoke(main, [*arguments, "--sentences", str(material / "sentences.jsonl"), *words])

    return of


def test_the_command_writes_the_same_bytes_twice(run, tmp_path):
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    assert (run("--output", str(first)).exit_code, run("--output", str(second)).exit_code) == (0, 0)
    assert first.read_bytes() == second.read_bytes()
    assert json.loads(first.read_text())["made"]["cases"] == {"cases": len(OWNERS) * 16}


def test_measured_is_what_was_not_learned(run, root):
    done = run("--measure", "--json")
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)["files"]["cases"]
    assert (figures["n"], figures["standing_accuracy"]) == (len(OWNERS) * 16, 1.0)


def test_reasons_are_those_of_the_contract(learned):
    named = {name.partition("/")[2] for name in learned.heads if "/" in name}
    assert named <= set(Reason)
