"""Labelled cases read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from repliquette.evaluation.cases import CaseError, read
from repliquette.message import lore as lores
from repliquette.model import Tier

RAW = (
    "From: Ana <ana@client.example>\nTo: kim@northwind.example\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nSubject: Hall\n\n"
)
CASE = {
    "id": "x-1",
    "me": ["Kim@Northwind.example"],
    "name": "Kim Lee",
    "messages": [RAW + "Which lamp?\n"],
    "history": {"ana@client.example": {"received": 12, "sent": 9}, "Ben@other.example": {"received": 0, "sent": 3}},
    "expect": {"standing": "owed", "return_date": None},
    "source": "made up",
}


@pytest.fixture(scope="module")
def lore(root):
    return lores.load(root / "rules")


@pytest.fixture
def cases(tmp_path, lore):
    def of(*lines):
        path = tmp_path / "cases.jsonl"
        path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), "utf-8")
        return list(read(path, lore))

    return of


def test_a_case_is_a_conversation_with_all_that_is_known_around_it(cases):
    [case] = cases(CASE)
    assert (case.last.fresh, case.owner.name, case.owner.addresses) == (
        "Which lamp?",
        "Kim Lee",
        frozenset({"kim@northwind.example"}),
    )
    ana, ben = (case.ledger.person(e) for e in ("ana@client.example", "ben@other.example"))
    assert (ana.received, ana.sent, ana.tier) == (12, 9, Tier.ACQUAINTANCE)
    assert ben.unanswered == 3


def test_the_usual_now_is_an_hour_after_the_last_message(cases):
    [case] = cases(CASE)
    assert case.now == case.last.date + timedelta(hours=1)


def test_a_case_may_set_the_clock(cases):
    [case] = cases(CASE | {"now": "2026-03-09T09:00:00Z"})
    assert case.now == datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_absent_keys_are_not_expected_and_null_ones_are(cases):
    [case] = cases(CASE)
    assert case.expect.model_fields_set == {"standing", "return_date"}


def test_empty_lines_are_no_cases(cases):
    assert len(cases(CASE, "", CASE)) == 2


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="no JSON"),
        pytest.param(CASE | {"expect": {"mood": "good"}}, id="unknown expectation"),
        pytest.param(CASE | {"expect": {"standing": "perhaps"}}, id="unknown standing"),
        pytest.param(CASE | {"messages": []}, id="no message"),
    ],
)
def test_a_faulty_line_is_told_with_its_number(cases, line):
    with pytest.raises(CaseError, match=r"cases\.jsonl:2"):
        cases(CASE, line)


def test_a_missing_file_is_told(tmp_path, lore):
    with pytest.raises(CaseError, match="cannot be read"):
        list(read(tmp_path / "none.jsonl", lore))
