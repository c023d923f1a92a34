"""What must hold of every line of the extension (S14, S15), and what its words promise."""

from __future__ import annotations

import re

import pytest

from repliquette.model import REASONS

FORBIDDEN = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|createContextualFragment|\beval\b|\bFunction\("


@pytest.fixture(scope="module")
def sources(root):
    folder = root / "extension"
    return {str(f.relative_to(folder)): f.read_text("utf-8") for f in sorted(folder.rglob("*.js"))}


def test_text_enters_a_page_as_text_alone(sources):
    """S14."""
    assert {name: re.findall(FORBIDDEN, text) for name, text in sources.items() if re.search(FORBIDDEN, text)} == {}


def test_only_the_background_and_the_own_page_fetch(sources):
    """S15: the sidebar asks by message; a content script asks nobody."""
    assert [
        name for name, text in sources.items() if re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", text)
    ] == [
        "background.js",
        "panel/transport.js",
    ]


def test_only_the_background_knows_the_token(sources):
    assert [
        name for name, text in sources.items() if re.search(r"chrome\.storage|localStorage|Authorization", text)
    ] == ["background.js"]


def test_the_panel_loads_nothing_from_elsewhere(root):
    page = (root / "extension" / "panel" / "index.html").read_text("utf-8")
    assert re.findall(r"(?:src|href)=\"([^\"]+)\"", page) == ["icon.svg", "panel.css", "main.js"]
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)
    assert "url(" not in (root / "extension" / "panel" / "panel.css").read_text("utf-8")


def test_the_words_of_the_panel_do_not_shout(sources):
    """ui.md, Words: no exclamation marks."""
    words = re.findall(r"\"([^\"]*)\"|`([^`]*)`", sources["panel/words.js"])
    assert [text for pair in words for text in pair if "!" in text] == []


def test_every_reason_has_a_section_in_the_panel(sources):
    section = re.search(r"sections: \{(.*?)\n  \},", sources["panel/words.js"], re.DOTALL)[1]
    known = {
        s: set(re.findall(r"^      (\w+):", body, re.MULTILINE))
        for s, body in re.findall(r"^    (\w+): \{(.*?)^    \}", section, re.DOTALL | re.MULTILINE)
    }
    assert known == {standing.value: {r.value for r in reasons} for standing, reasons in REASONS.items()}


def test_the_panel_stays_small(root):
    """Issue 8: under 100 kB, unpacked."""
    assert sum(f.stat().st_size for f in (root / "extension" / "panel").rglob("*") if f.is_file()) < 100_000
