"""From examples to weights: logistic regressions, one a question.

scikit-learn fits; what is stored are plain numbers.  Features are scaled by their
largest value and n-grams count GRAM_SCALE, so that words weigh less than structure
while mail is scarce.  Nothing is random, so that the same input gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from repliquette.conversation.turn import Side
from repliquette.model import Standing
from repliquette.reasons.grams import BUCKETS
from repliquette.reasons.weights import (
    ASKS,
    AWAITING,
    OWED,
    HeadFile,
    Weights,
    WeightsFile,
    asking_features,
    behind_features,
    head_of,
)
from repliquette.training.examples import AskingSentence, Example

GRAM_SCALE = 0.5
STRENGTH = 0.5  # inverse regularisation; by cross-validation over `real` and `train`
STRENGTH_ASKS = 0.1  # likewise, over the labelled sentences
# Cases written for training teach what the reasons are; how often a reply is owed, real mail must teach.
WRITTEN_WEIGHT = 0.5
# A feature that takes up how much oftener replies are owed there; real mail has none of it.
WRITTEN = "written for training"
FOLDS = 5
SMALLEST = 0.022  # weights below it change no verdict and fill the file
THRESHOLDS = np.arange(0.25, 0.66, 0.01)
USUAL_THRESHOLD = 0.5


def fit(examples: Sequence[Example], asking: Sequence[AskingSentence], made: dict[str, object]) -> WeightsFile:
    """All heads, and the thresholds at which F1 is best on folds that were not learned from."""
    heads = {ASKS: _fit_asks(asking)}
    asks = Weights(WeightsFile(made={}, heads=heads, thresholds={})).asks
    table = _Table(examples, asks)
    thresholds = {}
    for name, side, standing in ((OWED, Side.THEIRS, Standing.OWED), (AWAITING, Side.MINE, Standing.AWAITING)):
        rows = [i for i, e in enumerate(examples) if e.side is side and e.standing is not None]
        labels = np.array([examples[i].standing is standing for i in rows], dtype=bool)
        heads[name] = table.head(rows, labels)
        thresholds[name] = table.threshold(rows, labels)
    for standing in (Standing.OWED, Standing.SETTLED):
        rows = [i for i, e in enumerate(examples) if e.side is Side.THEIRS and e.standing is standing and e.reason]
        heads |= table.heads(rows, [str(head_of(standing, r)) for i in rows if (r := examples[i].reason)])
    return WeightsFile(made=made, heads=dict(sorted(heads.items())), thresholds=thresholds)


def origins(examples: Sequence[Example]) -> dict[str, int]:
    """How many cases of which file: what weights must tell of themselves."""
    return dict(sorted(Counter(e.file for e in examples).items()))


class _Table:
    """The examples as a matrix: named features, then the buckets of the n-grams."""

    def __init__(self, examples: Sequence[Example], asks: Callable[[Any], float]) -> None:
        self._names = DictVectorizer()
        named = self._names.fit_transform(
            [
                {WRITTEN: float(bool(e.case.voice))}
                | e.sight.features
                | asking_features(asks(s) for s in e.sight.sentences)
                | behind_features(e.sight, (asks(s) for s in e.sight.behind))
                for e in examples
            ]
        )
        self._scale = np.maximum(abs(named).max(axis=0).toarray().ravel(), 1e-9)
        grams = _gram_matrix([e.sight.grams for e in examples]) * GRAM_SCALE
        self._matrix = sp.hstack([named.multiply(1 / self._scale), grams]).tocsr()
        self._groups = np.array([e.group for e in examples])
        self._weights = np.array([WRITTEN_WEIGHT if e.case.voice else 1.0 for e in examples])

    def head(self, rows: list[int], labels: Any) -> HeadFile:
        """The head that tells whether a row's label is so."""
        if labels.all() or not labels.any():  # there is nothing to tell apart
            return HeadFile(bias=0.0)
        model = _regression(self._matrix[rows], labels, self._weights[rows])
        return self._head(model.coef_[0], model.intercept_[0])

    def heads(self, rows: list[int], names: list[str]) -> dict[str, HeadFile]:
        """The heads that tell names apart, by rows in which each is as good a teacher as any other."""
        matrix = self._matrix[rows].tolil()
        matrix[:, self._names.vocabulary_[WRITTEN]] = 0.0
        if len(set(names)) < 3:  # noqa: PLR2004 - two are told apart by one head, and one by none
            labels = np.array([name == max(names) for name in names], dtype=bool)
            return {name: HeadFile(bias=0.0) for name in names} | {max(names): self.head(rows, labels)}
        model = LogisticRegression(C=STRENGTH, max_iter=500).fit(matrix.tocsr(), names)
        found = zip(model.classes_, model.coef_, model.intercept_, strict=True)
        return {str(name): self._head(row, bias) for name, row, bias in found}

    def threshold(self, rows: list[int], labels: Any) -> float:
        """The probability from which on to say yes: best F1 on folds by owner that were not learned from."""
        groups, weights = self._groups[rows], self._weights[rows]
        if len(set(groups)) < FOLDS or labels.all() or not labels.any():  # too few to measure by
            return USUAL_THRESHOLD
        said = np.zeros(len(rows))
        matrix = self._matrix[rows]
        for learned, left_out in GroupKFold(FOLDS).split(matrix, labels, groups):
            model = _regression(matrix[learned], labels[learned], weights[learned])
            said[left_out] = model.predict_proba(matrix[left_out])[:, 1]
        scores = [_f1(said >= t, labels, weights) for t in THRESHOLDS]
        best = [t for t, score in zip(THRESHOLDS, scores, strict=True) if score > max(scores) - 0.005]
        return round(float(np.median(best)), 2)

    def _head(self, row: Any, bias: float) -> HeadFile:
        names = self._names.get_feature_names_out()
        named = row[: len(names)] / self._scale
        grams = row[len(names) :] * GRAM_SCALE
        return HeadFile(
            bias=round(float(bias), 4),
            features={
                str(n): round(float(w), 3)
                for n, w in zip(names, named, strict=True)
                if abs(w) >= SMALLEST and n != WRITTEN
            },
            grams={int(b): round(float(grams[b]), 3) for b in np.flatnonzero(abs(grams) >= SMALLEST)},
        )


def _fit_asks(asking: Sequence[AskingSentence]) -> HeadFile:
    matrix = _gram_matrix([a.sentence.grams for a in asking])
    model = LogisticRegression(C=STRENGTH_ASKS, solver="liblinear").fit(matrix, [a.asks for a in asking])
    row = model.coef_[0]
    return HeadFile(
        bias=round(float(model.intercept_[0]), 4),
        grams={int(b): round(float(row[b]), 3) for b in np.flatnonzero(abs(row) >= SMALLEST)},
    )


def _regression(matrix: Any, labels: Any, weights: Any) -> Any:
    return LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=2000).fit(matrix, labels, sample_weight=weights)


def _gram_matrix(rows: Sequence[frozenset[int]]) -> Any:
    columns = [bucket for grams in rows for bucket in sorted(grams)]
    starts = np.cumsum([0, *(len(grams) for grams in rows)])
    return sp.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), BUCKETS))


def _f1(said: Any, labels: Any, weights: Any) -> float:
    right = float(weights[said & labels].sum())
    return 2 * right / max(1e-9, float(weights[said].sum() + weights[labels].sum()))
