"""How things look on a terminal: tables, times in words, progress; and JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from repliquette.model import Coverage, Entry
from repliquette.pipeline.sync import Progress as Watch

# A pipe has no width: one row an entry, for grep.
out = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200)
words = Console(stderr=True, highlight=False)

# Below this, six columns leave no room for what people said.
WIDE = 110
_PRESENT = timedelta(minutes=1)
_HOURS = timedelta(days=2)
_WEEKS = timedelta(days=21)
_MONTHS = timedelta(days=70)


def print_json(data: Any) -> None:
    """Data for programs: UTF-8 JSON on stdout."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def plain(text: str) -> Text:
    """Text of a stranger for the terminal: no markup, no control characters."""
    return Text("".join(c if c.isprintable() or c == "\n" else " " for c in text))


def age(span: timedelta) -> str:
    """A time span in words, as people say it: "3 hours", "5 weeks"."""
    for limit, unit, name in (
        (timedelta(hours=1), timedelta(minutes=1), "minute"),
        (_HOURS, timedelta(hours=1), "hour"),
        (_WEEKS, timedelta(days=1), "day"),
        (_MONTHS, timedelta(weeks=1), "week"),
        (timedelta.max, timedelta(days=30), "month"),
    ):
        if span < limit:
            number = max(1, span // unit)
            return f"{number} {name}{'' if number == 1 else 's'}"
    raise AssertionError(span)  # timedelta.max is beyond every span


def due_in_words(entry: Entry, now: datetime) -> Text:
    """When a reply, or a follow-up, is due."""
    due = entry.verdict.due
    if due is None:
        return Text("let it rest", "dim")
    if abs(due - now) < _PRESENT:
        return Text("now", "yellow")
    return Text(f"{age(now - due)} late", "yellow") if due < now else Text(f"in {age(due - now)}")


def print_entries(entries: Iterable[Entry], titles: Mapping[str, str], now: datetime) -> None:
    """A list on stdout; `titles` gives each entry's reason in words, by its id.

    A wide terminal (or a pipe) gets one row an entry, a narrow one two lines.
    """
    if out.width < WIDE:
        for entry in entries:
            out.print(_two_lines(entry, titles[entry.id], now))
    else:
        out.print(_table(entries, titles, now))


def _two_lines(entry: Entry, title: str, now: datetime) -> Text:
    due = due_in_words(entry, now)
    first = Text.assemble((entry.id, "dim"), "  ", plain(entry.who.shown), f" · {title} · ", due, _saved(entry))
    second = Text("    ") + _words(entry)
    for line in (first, second):
        line.truncate(out.width, overflow="ellipsis")
    return Text("\n").join([first, second])


def _table(entries: Iterable[Entry], titles: Mapping[str, str], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Id", no_wrap=True, style="dim")
    table.add_column("Who", max_width=24, overflow="ellipsis", no_wrap=True)
    table.add_column("Why", no_wrap=True)
    table.add_column("In their words", ratio=1)
    table.add_column("Waiting", no_wrap=True, justify="right")
    table.add_column("Due", no_wrap=True, justify="right")
    for entry in entries:
        waiting = age(now - entry.verdict.since)
        due = due_in_words(entry, now)
        table.add_row(entry.id, plain(entry.who.shown), titles[entry.id], _words(entry) + _saved(entry), waiting, due)
    return table


def _words(entry: Entry) -> Text:
    return plain(entry.words or entry.subject)


def _saved(entry: Entry) -> Text:
    return Text(" (draft saved)", "green") if entry.draft_saved else Text()


def coverage_line(coverage: Coverage, now: datetime) -> str:
    """What was read: the honest sentence under every list."""
    back = f" back to {coverage.oldest:%B %Y}" if coverage.oldest else ""
    bad = f"; {len(coverage.unreadable)} could not be read" if coverage.unreadable else ""
    when = f", {age(now - coverage.synced_at)} ago" if coverage.synced_at else ", not to the end yet"
    return f"{coverage.account}: read {coverage.read:,} of {coverage.total:,} messages{back}{bad}{when}."


@contextmanager
def progress_bar() -> Iterator[Watch]:
    """A bar on stderr that shows itself on a terminal, and leaves nothing behind."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=words, transient=True, disable=not words.is_terminal) as bar:
        task = bar.add_task("Connecting", total=None)

        def watch(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        yield watch
