"""The language of a text, guessed by its frequent little words; "" when unsure.

Cheap on purpose (a dictionary look-up a word): it chooses date words and reply
templates, and a wrong guess is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from repliquette.message.lore import Lore

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_CHARS = 1_500
_LEAST = 2
_CLEAR = 1.25


def guess(text: str, lore: Lore) -> str:
    """ISO 639-1 code, or "" where too few or too mixed words speak."""
    words = Counter(_WORD.findall(text[:_CHARS].casefold()))
    score: defaultdict[str, float] = defaultdict(float)
    for word, count in words.items():
        for code in (codes := lore.stop_words.get(word, ())):
            score[code] += min(count, 3) / len(codes)
    ranking = sorted(score.items(), key=lambda item: -item[1])[:2]
    if not ranking or ranking[0][1] < _LEAST:
        return ""
    second = ranking[1][1] if len(ranking) > 1 else 0.0
    return ranking[0][0] if ranking[0][1] >= _CLEAR * second else ""
