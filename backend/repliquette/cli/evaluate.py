"""`repliquette eval`: how often the verdicts are right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.evaluation import measure
from repliquette.evaluation.judged import Judged

_FIGURES = (
    ("n", "cases"),
    ("standing_accuracy", "standing accuracy"),
    ("owed_precision", "owed precision"),
    ("owed_recall", "owed recall"),
    ("owed_f1", "owed F1"),
    ("reason_accuracy", "reason accuracy"),
    ("reason_macro_f1", "reason macro-F1"),
    ("also_accuracy", "also"),
    ("return_date_accuracy", "return date"),
    ("due_accuracy", "due"),
    ("kind_accuracy", "kind"),
    ("voicemail_accuracy", "voicemail"),
    ("messages_per_second", "messages/s"),
)


@click.command("eval")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--errors", is_flag=True, help="List each miss with its evidence.")
@click.option("--predictions", type=click.Path(dir_okay=False, path_type=Path), help="Write a JSON line a case here.")
@json_option
@pass_session
def evaluate(session: Session, files: tuple[Path, ...], errors: bool, predictions: Path | None, as_json: bool) -> None:
    """Measure the verdicts against labelled conversations (JSON Lines, docs/rules.md).

    Reads FILES and nothing else: no mailbox, no store.  The owner's own rules count.

    Example: repliquette eval cases.jsonl --errors
    """
    knowledge = session.knowledge
    report = measure.run(files, knowledge.judge, knowledge.lore)
    if predictions:
        lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in report.predictions())
        predictions.write_text("".join(lines), "utf-8")
    data = report.as_json()
    if as_json:
        output.print_json(data)
    else:
        tables(data)
    if errors:
        # Beside the JSON on stdout, the misses are words.
        for miss in report.errors():
            (output.words if as_json else output.out).print(output.plain(_miss(miss)))


def tables(data: Mapping[str, Any]) -> None:
    """The figures of a report, as a person reads them."""
    columns = {**{Path(name).stem: figures for name, figures in data["files"].items()}, "all": data["all"]}
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    for key, title in _FIGURES:
        table.add_row(title, *(_figure(figures[key]) for figures in columns.values()))
    output.out.print(table)
    if not data["all"]["n"]:
        output.words.print("There is no case in what you named.")
        return
    _reasons(data["all"])
    _confusion(data["all"]["confusion"]["standing"])


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _reasons(figures: Mapping[str, Any]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    output.out.print("\nPer reason, all files", style="italic")
    for column in ("reason", "n", "precision", "recall", "F1"):
        table.add_column(column, justify="left" if column == "reason" else "right")
    for reason, score in figures["per_reason"].items():
        table.add_row(reason, *(_figure(score[key]) for key in ("n", "precision", "recall", "f1")))
    output.out.print(table)


def _confusion(rows: Mapping[str, Mapping[str, int]]) -> None:
    labels = sorted({*rows, *(label for row in rows.values() for label in row)})
    table = Table(box=None, header_style="bold", pad_edge=False)
    output.out.print("\nExpected ↓ predicted →", style="italic")
    table.add_column("")
    for label in labels:
        table.add_column(label, justify="right")
    for expected in rows:
        table.add_row(expected, *(str(rows[expected].get(label, 0)) for label in labels))
    output.out.print(table)


def _miss(judged: Judged) -> str:
    said = judged.as_json()
    wrong = [key for key, right in judged.right.items() if not right]
    expected = {key: str(getattr(judged.case.expect, key)) for key in wrong}
    head = f"{judged.case.id}: expected {expected}; said {said['standing']} {said['reason']} {said['also']}"
    return "\n".join([head, *(f"    {e['weight']:+.1f} {e['signal']} “{e['words']}”" for e in said["evidence"])])
