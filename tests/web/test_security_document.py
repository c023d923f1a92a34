"""SECURITY.md keeps its word: every requirement of the service has its row, and every test that it names is there."""

from __future__ import annotations

import re

import pytest


@pytest.fixture(scope="module")
def rows(root):
    text = (root / "SECURITY.md").read_text("utf-8")
    return {
        number: re.findall(r"`(tests/[^`]+)`", rest)
        for number, rest in re.findall(r"^\| (S\d+) \|(.*)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("number", [f"S{n}" for n in range(1, 13)])
def test_every_requirement_of_the_service_names_a_test_that_names_it(root, rows, number):
    named = [root / path for path in rows[number]]

    assert any(re.search(rf"\b{number}\b|test_\w*{number.lower()}_", path.read_text("utf-8")) for path in named)


def test_every_named_test_is_there(root, rows):
    assert [path for paths in rows.values() for path in paths if not (root / path).is_file()] == []
    assert [number for number, paths in rows.items() if not paths] == []
