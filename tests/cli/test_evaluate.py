"""`repliquette eval` on cases of our own: the tables, the JSON, the misses, the predictions."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from repliquette.cli import main
from repliquette.errors import Exit

ASK = (
    "From: Ana Ruiz <ana@client.example>\r\nTo: Kim Lee <kim@northwind.example>\r\nSubject: The contract\r\n"
    "Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <a@client.example>\r\n\r\n"
    "Hi Kim,\r\n\r\ncould you send me the signed contract?\r\n\r\nAna\r\n"
)
THANKS = ASK.replace("could you send me the signed contract?", "thanks, got it. See you on Monday.").replace(
    "<a@", "<b@"
)


def case(id_, raw, **expect):
    history = {"ana@client.example": {"received": 9, "sent": 9}}
    return {
        "id": id_, "me": ["kim@northwind.example"], "name": "Kim Lee", "now": "2026-03-02T10:00:00Z",
        "messages": [raw], "history": history, "expect": expect, "source": "written for this test",
    }  # fmt: skip


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "own.jsonl"
    rows = [
        case("right", ASK, standing="owed", reason="ask"),
        case("closing", THANKS, standing="settled", reason="closing"),
        case("wrong-on-purpose", THANKS, standing="owed", reason="hard_journey"),
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def run(*words):
    return CliRunner().invoke(main, ["eval", *map(str, words)], env={"COLUMNS": "120"})


def test_the_figures_for_programs(cases):
    data = json.loads(run(cases, "--json").stdout)

    figures = data["all"]
    assert set(data) == {"files", "all"}
    assert figures["n"] == 3
    assert figures["standing_accuracy"] == pytest.approx(0.667, abs=0.001)
    assert {"owed_f1", "reason_accuracy", "reason_macro_f1", "per_reason"} <= set(figures)
    assert figures["per_reason"]["ask"]["f1"] == 1.0
    assert data["files"][str(cases)]["n"] == 3


def test_the_tables_for_people(cases):
    result = run(cases)

    assert result.exit_code == 0
    assert "standing accuracy" in result.stdout
    assert "Per reason" in result.stdout
    assert "hard_journey" in result.stdout
    assert "Expected" in result.stdout


def test_misses_are_listed_with_their_evidence(cases):
    result = run(cases, "--errors")

    assert "wrong-on-purpose: expected" in result.stdout
    assert "right: expected" not in result.stdout
    assert "“" in result.stdout.partition("wrong-on-purpose")[2]


def test_a_line_a_case_is_written(cases, tmp_path):
    out = tmp_path / "out.jsonl"
    run(cases, "--predictions", out)

    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]

    keys = {"id", "standing", "reason", "also", "confidence", "return_date", "due", "kind", "voicemail", "evidence"}
    assert [line["id"] for line in lines] == ["right", "closing", "wrong-on-purpose"]
    assert all(set(line) == keys for line in lines)
    assert lines[0]["standing"] == "owed"


@pytest.mark.parametrize("line", ["not json", '{"id": "x"}'])
def test_a_faulty_line_is_named(tmp_path, line):
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{json.dumps(case('a', ASK, standing='owed'))}\n{line}\n", "utf-8")

    result = run(path)

    assert result.exit_code == Exit.FAILED
    assert "bad.jsonl:2" in result.stderr or "line 2" in result.stderr
