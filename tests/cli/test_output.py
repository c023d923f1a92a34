"""How things look on a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from repliquette.cli import output
from repliquette.model import Coverage, Reason
from support.desk import entry
from support.mail import NOW


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=3), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=21), "3 weeks"),
        (timedelta(days=70), "2 months"),
        (timedelta(days=4000), "133 months"),
    ],
)
def test_age(span, words):
    assert output.age(span) == words


def test_a_strangers_text_cannot_command_the_terminal():
    """Escape sequences and rich's own markup are shown, not obeyed."""
    shown = output.plain("\x1b[2Jgone [bold red]x[/] \x07\u202eevil")

    assert "\x1b" not in shown.plain
    assert "\u202e" not in shown.plain
    assert "[bold red]x[/]" in shown.plain
    assert not shown.spans


def test_coverage_is_honest():
    coverage = Coverage(
        "kim@x.example", 4812, 4815, datetime(2026, 1, 5, tzinfo=UTC), NOW, NOW - timedelta(hours=2),
        (("INBOX 1", "a"), ("INBOX 2", "b"), ("INBOX 3", "c")),
    )  # fmt: skip

    line = output.coverage_line(coverage, NOW)

    assert line == (
        "kim@x.example: read 4,812 of 4,815 messages back to January 2026; 3 could not be read, 2 hours ago."
    )
    assert "not to the end yet" in output.coverage_line(Coverage("a", 0, 0), NOW)


def test_a_narrow_list_never_cuts_off_that_a_draft_is_saved(monkeypatch, capsys):
    monkeypatch.setattr(output, "out", Console(width=80, highlight=False))
    long = replace(entry(Reason.ASK, who="Ana Ruiz", words="x" * 200), draft_saved=True)

    output.print_entries([long], {long.id: "asked"}, NOW)

    assert "(draft saved)" in capsys.readouterr().out.splitlines()[0]
