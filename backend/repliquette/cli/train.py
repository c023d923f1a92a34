"""`repliquette train`: learn from labelled conversations how much each sign counts."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from repliquette.cli import output
from repliquette.cli.evaluate import tables
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.errors import RepliquetteError
from repliquette.evaluation.cases import Case
from repliquette.evaluation.figures import figures
from repliquette.model import Verdict
from repliquette.pipeline.knowledge import Knowledge
from repliquette.reasons.weights import Weights
from repliquette.rulebook.files import shipped_rules

EXTRA = 'pip install "repliquette[train]"'


@click.command()
@click.argument("cases", nargs=-1, required=True)
@click.option(
    "--sentences",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Labelled sentences: JSON lines with text, label (1: it asks for something) and split.",
)
@click.option(
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    default=lambda: shipped_rules() / "weights.json",
    show_default="the shipped rules",
    help="Where the weights go.",
)
@click.option("--measure", is_flag=True, help="Write nothing: tell how well it does on folds that it did not learn.")
@json_option
@pass_session
def train(
    session: Session, cases: tuple[str, ...], sentences: Path, target: Path, measure: bool, as_json: bool
) -> None:
    """Make the weights anew from CASES (JSON Lines, docs/rules.md) and labelled sentences.

    FILE@PREFIX takes those cases alone whose `source` begins so.  The same input gives
    the same file, byte for byte.  Needs scikit-learn, which the program itself does not.

    Example: repliquette train rules/training/*.jsonl --sentences sentences.jsonl
    """
    try:
        from repliquette.training import examples, fit, report  # noqa: PLC0415 - the extra is asked for here alone
    except ImportError as error:
        raise RepliquetteError("Training needs scikit-learn.", seen=str(error), hint=f"Install it: {EXTRA}") from error
    knowledge = session.knowledge
    found = examples.examples(cases, knowledge.book, knowledge.lore)
    asking = examples.asking_sentences(sentences)
    if measure:
        judged = report.cross_validated(found, asking, partial(_judge, knowledge))
        data = {
            "files": {name: figures(rows, 0.0) for name, rows in judged.items()},
            "all": figures([row for rows in judged.values() for row in rows], 0.0),
        }
        output.print_json(data) if as_json else tables(data)
        return
    made = {"command": "repliquette train", "cases": fit.origins(found), "sentences": len(asking)}
    file = fit.fit(found, asking, made)
    target.write_text(json.dumps(file.model_dump(), indent=0, sort_keys=True) + "\n", "utf-8")
    output.words.print(f"Learned from {len(found)} conversations; written to {target}.", soft_wrap=True)


def _judge(knowledge: Knowledge, case: Case, weights: Weights) -> Verdict:
    return replace(knowledge, weights=weights).judge(case.conversation, case.ledger, case.owner, case.now)
