"""Characters that a person can see, in one composed form.

Bidi controls, zero-width and private characters make one text look like another
(S24); piles of combining marks make normalising quadratic (200,000 of them took
39 s).  Unicode's own bound is 30 marks on a letter (UAX #15, Stream-Safe Text).
"""

from __future__ import annotations

import re
import unicodedata

# Cc, Cf (bidi, zero-width, soft hyphen), private use and surrogates never belong in a name.
UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+"
)
_SPACE = re.compile(r"\s+")
_MARKS_MOST = 30
_PILE = re.compile(r"[^\w\s\x00-\x7f]{31,}")


def visible(text: str, most: int) -> str:
    """One line of text without controls, bidi and zero-width characters, at most `most` characters."""
    if not (text.isascii() and text.isprintable()):
        text = UNSEEN.sub(" ", text)
    return _SPACE.sub(" ", text).strip()[:most]


def composed(text: str) -> str:
    """NFC; of a pile of combining marks the first thirty stay."""
    return text if text.isascii() else unicodedata.normalize("NFC", _PILE.sub(_lowered, text))


def _lowered(pile: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in pile[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS_MOST:
            kept.append(char)
    return "".join(kept)
