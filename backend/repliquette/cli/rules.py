"""`repliquette rules`: check, list and explain what the verdicts are made of."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.errors import UnknownError
from repliquette.pipeline.knowledge import know
from repliquette.reasons.rules import Rule


@click.group()
def rules() -> None:
    """Check, list or explain the rules behind the verdicts."""


@rules.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@pass_session
def check(session: Session, folder: Path | None) -> None:
    """Check rule files: your own ones, or those in FOLDER (laid out like rules/).

    Tells file, line and place of the first mistake, and ends with code 4.

    Example: repliquette rules check ~/my-rules
    """
    if folder and not any(folder.rglob("*.toml")):
        raise UnknownError(f"There is no rule file in {folder}.", hint="Lay it out like rules/: docs/rules.md.")
    knowledge = know(folder or session.places.own_rules)
    number = sum(1 for _ in knowledge.book)
    output.words.print(f"All rules are well: {number} reasons, {len(knowledge.book.phrases)} phrases.")


@rules.command("list")
@json_option
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """List every reason with its standing, grace and default action.

    Example: repliquette rules list
    """
    book = session.knowledge.book
    if as_json:
        output.print_json([_as_data(rule) for rule in book])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Standing", "Reason", "In words", "Late after", "Then", "Document"):
        table.add_column(column)
    for rule in book:
        grace = output.age(rule.grace) if rule.grace else ""
        table.add_row(rule.standing, rule.reason, rule.title, grace, rule.action, rule.document)
    output.out.print(table)


@rules.command()
@click.argument("reason")
@json_option
@pass_session
def explain(session: Session, reason: str, as_json: bool) -> None:
    """Explain one reason: what it is, its signals with their weights, its examples, its file.

    Example: repliquette rules explain courteous_no
    """
    found = [rule for rule in session.knowledge.book if rule.reason == reason]
    if not found:
        raise UnknownError(f"There is no reason {reason!r}.", hint="repliquette rules list shows them.")
    if as_json:
        output.print_json([_as_data(rule) for rule in found])
        return
    for rule in found:
        _explain(rule)


def _explain(rule: Rule) -> None:
    output.out.print(f"{rule.reason} ({rule.standing}): {rule.title}", style="bold")
    output.out.print(output.plain(f"{rule.summary}\nDocument: {rule.document}\nFile: {rule.file}"))
    for signal in rule.signals:
        output.out.print(output.plain(f"  {signal.rule.weight:+.1f}  {signal.rule.id}: {signal.rule.title}"))
    for example in rule.examples:
        sign = "yes" if example.match else "no "
        output.out.print(output.plain(f"  {sign}  “{' '.join(example.text.split())[:100]}”"))


def _as_data(rule: Rule) -> dict[str, object]:
    return {
        "reason": rule.reason,
        "standing": rule.standing,
        "title": rule.title,
        "grace_hours": rule.grace.total_seconds() / 3600,
        "action": rule.action,
        "document": rule.document,
        "signals": [{"id": s.rule.id, "title": s.rule.title, "weight": s.rule.weight} for s in rule.signals],
    }
