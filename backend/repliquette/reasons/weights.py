"""The learned layer: stored weights, scored with nothing but the standard library.

`rules/weights.json` is made by `repliquette train` (package `training`).  It holds
linear heads over the features of `sight`: whether a sentence asks for something,
whether a reply is owed, whether mine awaits one, and which reason it is.  Scores are
sums of plain numbers, so that each verdict can be taken apart again.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from repliquette.errors import RuleError
from repliquette.model import Reason, Standing
from repliquette.reasons.grams import Sentence
from repliquette.reasons.sight import Sight

FILE = "weights.json"
ASKS, OWED, AWAITING = "asks", "owed", "awaiting"
_LOWEST = -3.0  # of a sentence: whether it asks less than not at all is no news


class HeadFile(BaseModel):
    """One linear head: its weights by name of the feature and by bucket of the n-gram."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    features: dict[str, float] = {}
    grams: dict[int, float] = {}


class WeightsFile(BaseModel):
    """`weights.json`; `made` tells from what, by which command and how well it did."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made: dict[str, object]
    heads: dict[str, HeadFile]
    # From which probability on the standing is taken for so.
    thresholds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the weights make of a conversation: probabilities from 0 to 1.

    `owed` holds if the turn is theirs, `awaiting` if it is mine; `reasons` add up to 1
    within a standing.  `asking` is the sentence that most asks for something, if any does,
    and `asked` how much it does (a logit above 0).
    """

    owed: float
    awaiting: float
    reasons: Mapping[Standing, Mapping[Reason, float]]
    asking: Sentence | None
    asked: float = 0.0


class Weights:
    """All heads, arranged so that each n-gram is looked up once."""

    def __init__(self, file: WeightsFile) -> None:
        """Arrange the heads of a file."""
        self.thresholds = file.thresholds
        self._bias = {name: head.bias for name, head in file.heads.items()}
        self._features = _by_key((name, head.features) for name, head in file.heads.items())
        self._grams = _by_key((name, head.grams) for name, head in file.heads.items())
        self._asks = file.heads[ASKS]

    def asks(self, sentence: Sentence) -> float:
        """How much a sentence asks for something: above 0 it does."""
        weights = self._asks.grams
        return max(_LOWEST, self._asks.bias + math.fsum(weights.get(gram, 0.0) for gram in sentence.grams))

    def opinion(self, sight: Sight) -> Opinion:
        """The probabilities for a conversation."""
        asks = [self.asks(s) for s in sight.sentences]
        features = sight.features | asking_features(asks) | behind_features(sight, map(self.asks, sight.behind))
        sums = self._sums(features, sight.grams)
        best = max(range(len(asks)), key=asks.__getitem__, default=None)
        return Opinion(
            owed=logistic(sums[OWED]),
            awaiting=logistic(sums[AWAITING]),
            reasons={
                standing: _shares({r: sums[head_of(standing, r)] for r in Reason if head_of(standing, r) in sums})
                for standing in (Standing.OWED, Standing.SETTLED)
            },
            asking=sight.sentences[best] if best is not None and asks[best] > 0 else None,
            asked=round(max([0.0, *asks]), 2),
        )

    def _sums(self, features: Mapping[str, float], grams: Iterable[int]) -> dict[str, float]:
        sums = defaultdict(float, self._bias)
        for name, value in features.items():
            for head, weight in self._features.get(name, ()):
                sums[head] += weight * value
        # In a fixed order: sums of floats depend on it, and verdicts must not depend on the run.
        for gram in sorted(grams):
            for head, weight in self._grams.get(gram, ()):
                sums[head] += weight
        return sums


def read(path: Path) -> Weights:
    """The weights of a file; RuleError where it is not one."""
    try:
        return Weights(WeightsFile.model_validate(json.loads(path.read_text("utf-8"))))
    except (OSError, ValueError, ValidationError, KeyError) as error:
        raise RuleError("holds no weights", file=path, hint="Make it anew: repliquette train") from error


def asking_features(asks: Iterable[float]) -> dict[str, float]:
    """How the sentences of a message ask, as features for the other heads."""
    scores = list(asks)
    ranked = sorted((*scores, _LOWEST, _LOWEST), reverse=True)
    return {
        "asks most": ranked[0],
        "asks second": ranked[1],
        "sentences that ask": float(sum(score > 0 for score in scores)),
        "asks at the end": scores[-1] if scores else _LOWEST,
    }


def behind_features(sight: Sight, asks: Iterable[float]) -> dict[str, float]:
    """How what a message answers, or passes on, asks: a question behind an answer is not a new one."""
    kind = "passed on" if sight.features.get("forwards") else "answered"
    bare = " without a word" if sight.features.get("no words") else ""
    most = max(asks, default=None)
    return {} if most is None else {f"{kind} asks{bare}": most, f"{kind}{bare}": 1.0}


def head_of(standing: Standing, reason: Reason) -> str:
    """The name of the head of a reason."""
    return f"{standing}/{reason}"


def logistic(score: float) -> float:
    """A score as a probability."""
    return 1 / (1 + math.exp(-score)) if score > 0 else 1 - 1 / (1 + math.exp(score))


def _shares(scores: Mapping[Reason, float]) -> dict[Reason, float]:
    top = max(scores.values(), default=0.0)
    parts = {reason: math.exp(score - top) for reason, score in scores.items()}
    total = math.fsum(parts.values())
    return {reason: part / total for reason, part in parts.items()}


Key = TypeVar("Key")


def _by_key(heads: Iterable[tuple[str, Mapping[Key, float]]]) -> dict[Key, tuple[tuple[str, float], ...]]:
    found: dict[Key, list[tuple[str, float]]] = defaultdict(list)
    for name, weights in heads:
        for key, weight in weights.items():
            found[key].append((name, weight))
    return {key: tuple(pairs) for key, pairs in found.items()}
