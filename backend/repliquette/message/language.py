"""The language of a text, guessed by its frequent little words, or by its script; "" when unsure.

Cheap on purpose (a dictionary look-up a word): it chooses date words and reply
templates, and a wrong guess is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from repliquette.message.lore import Lore

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# Kana are Japanese, Hangul is Korean; Han alone is taken for Chinese.
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_CHARS = 1_500
_FEW = 4
_LEAST = 2
_CLEAR = 1.25


def guess(text: str, lore: Lore) -> str:
    """ISO 639-1 code, or "" where too few or too mixed words speak."""
    if not text.isascii() and (written := _by_script(text[:_CHARS])):
        return written
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


def _by_script(text: str) -> str:
    """A language that its letters tell, where they are more than a name in a text of Latin letters."""
    letters = sum(char.isalpha() for char in text)
    return next(
        (code for code, script in _SCRIPTS if (count := len(script.findall(text))) >= _FEW and 5 * count >= letters), ""
    )
