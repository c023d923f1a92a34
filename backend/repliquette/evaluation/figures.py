"""What the comparison amounts to: accuracy, precision, recall, F1, confusion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from repliquette.evaluation.judged import Judged
from repliquette.model import Standing

_STANDING_KEYS = ("standing", "standing_in", "not_standing")
_FURTHER_KEYS = ("also", "return_date", "due", "kind", "voicemail")


@dataclass(frozen=True, slots=True)
class Score:
    """How well one label was found among `n` cases that bear it."""

    n: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 0 where nothing was found."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_json(self) -> dict[str, float]:
        """Rounded to three digits."""
        return {"n": self.n, "precision": _round(self.precision), "recall": _round(self.recall), "f1": _round(self.f1)}


def score(pairs: Iterable[tuple[str, str]], label: str) -> Score:
    """Of (expected, predicted) pairs, the figures of one label."""
    counts = Counter((expected == label, predicted == label) for expected, predicted in pairs)
    hits, missed, wrong = counts[True, True], counts[True, False], counts[False, True]
    return Score(hits + missed, _share(hits, hits + wrong), _share(hits, hits + missed))


def figures(judged: Sequence[Judged], seconds: float) -> dict[str, Any]:
    """All figures of a set of cases that took `seconds` to read and judge.

    `reason_macro_f1` is the mean over the reasons that occur in what is expected.
    A figure without a single case behind it is None.
    """
    standings = [(str(j.case.expect.standing), str(j.verdict.standing)) for j in judged if "standing" in j.right]
    reasons = [(str(j.case.expect.reason), str(j.verdict.reason)) for j in judged if "reason" in j.right]
    per_reason = {label: score(reasons, label) for label in sorted({expected for expected, _ in reasons})}
    owed = score(standings, Standing.OWED)
    messages = sum(len(j.case.conversation.messages) for j in judged)
    return {
        "n": len(judged),
        "standing_accuracy": _accuracy(judged, _STANDING_KEYS),
        "owed_precision": _round(owed.precision) if owed.n else None,
        "owed_recall": _round(owed.recall) if owed.n else None,
        "owed_f1": _round(owed.f1) if owed.n else None,
        "reason_accuracy": _accuracy(judged, ("reason",)),
        "reason_macro_f1": _mean([s.f1 for s in per_reason.values()]),
        "per_reason": {label: s.as_json() for label, s in per_reason.items()},
        **{f"{key}_accuracy": _accuracy(judged, (key,)) for key in _FURTHER_KEYS},
        "confusion": _confusion(standings, reasons),
        "messages_per_second": round(messages / seconds) if seconds else None,
    }


def _accuracy(judged: Iterable[Judged], keys: tuple[str, ...]) -> float | None:
    """The share of right answers over all the keys named that were judged."""
    return _mean([j.right[key] for j in judged for key in keys if key in j.right])


def _confusion(*tables: list[tuple[str, str]]) -> dict[str, dict[str, dict[str, int]]]:
    """Expected → predicted → how often, for standings and for reasons."""
    result: dict[str, dict[str, dict[str, int]]] = {}
    for name, pairs in zip(("standing", "reason"), tables, strict=True):
        rows: dict[str, dict[str, int]] = {}
        for (expected, predicted), count in sorted(Counter(pairs).items()):
            rows.setdefault(expected, {})[predicted] = count
        result[name] = rows
    return result


def _mean(values: Sequence[float]) -> float | None:
    return _round(sum(values) / len(values)) if values else None


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _round(value: float) -> float:
    return round(value, 3)
