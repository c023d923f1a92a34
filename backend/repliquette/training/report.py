"""How well the weights do on mail that they were not learned from.

Folds go by owner (or by the hand that wrote a case), and each left-out case is judged
by the product itself with the weights of its fold, so that the figures are those of
the product and not of a classifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sklearn.model_selection import GroupKFold

from repliquette.evaluation.cases import Case
from repliquette.evaluation.judged import Judged, compare
from repliquette.model import Verdict
from repliquette.reasons.weights import Weights
from repliquette.training.examples import AskingSentence, Example
from repliquette.training.fit import FOLDS, fit

JudgeBy = Callable[[Case, Weights], Verdict]


def cross_validated(
    examples: Sequence[Example], asking: Sequence[AskingSentence], judge: JudgeBy
) -> Mapping[str, Sequence[Judged]]:
    """Every case judged by weights that know nobody of its group, by the file that it comes from."""
    found: list[Judged | None] = [None] * len(examples)
    groups = np.array([e.group for e in examples])
    for learned, left_out in GroupKFold(FOLDS).split(groups, groups, groups):
        weights = Weights(fit([examples[i] for i in learned], asking, {}))
        for i in left_out:
            found[i] = compare(examples[i].case, judge(examples[i].case, weights))
    by_file: dict[str, list[Judged]] = {}
    for example, judged in zip(examples, found, strict=True):
        if judged is not None:
            by_file.setdefault(example.file, []).append(judged)
    return by_file
