"""How the program does on labelled cases: read, judge, compare, add up.

The judge is a parameter: the evaluation knows neither the pipeline nor the
rules, and a baseline is measured by the same code as the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from repliquette.conversation.people import Ledger
from repliquette.evaluation.cases import read
from repliquette.evaluation.figures import figures
from repliquette.evaluation.judged import Judged, compare
from repliquette.message.lore import Lore
from repliquette.model import Conversation, Owner, Verdict

Judge = Callable[[Conversation, Ledger, Owner, datetime], Verdict]


@dataclass(frozen=True, slots=True)
class Report:
    """The cases of each file with their verdicts, and how long that took."""

    files: Mapping[str, Sequence[Judged]]
    seconds: Mapping[str, float]

    def __iter__(self) -> Iterator[Judged]:
        return (judged for cases in self.files.values() for judged in cases)

    def as_json(self) -> dict[str, Any]:
        """`{"files": {path: figures}, "all": figures}`, see `figures.figures`."""
        return {
            "files": {name: figures(cases, self.seconds[name]) for name, cases in self.files.items()},
            "all": figures(list(self), sum(self.seconds.values())),
        }

    def errors(self) -> list[Judged]:
        """The cases of which anything expected did not come out."""
        return [judged for judged in self if not judged.is_right]

    def predictions(self) -> Iterator[dict[str, Any]]:
        """A line a case."""
        return (judged.as_json() for judged in self)


def run(paths: Sequence[Path], judge: Judge, lore: Lore) -> Report:
    """Judge all cases of all files; the time counts reading the mail as well.

    `lore` reads the raw mail.  Raises `cases.CaseError` for a faulty file.
    """
    files: dict[str, list[Judged]] = {}
    seconds: dict[str, float] = {}
    for path in paths:
        start = perf_counter()
        files[str(path)] = [
            compare(case, judge(case.conversation, case.ledger, case.owner, case.now)) for case in read(path, lore)
        ]
        seconds[str(path)] = perf_counter() - start
    return Report(files, seconds)
