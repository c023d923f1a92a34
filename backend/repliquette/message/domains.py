"""How a domain is shown: as its owner writes it, or in punycode where it may deceive (S24).

A label that mixes scripts ("pаypal" with a Cyrillic а), or is written in another
script with nothing but letters that look Latin, is shown as "xn--…"; so are letters
that no name needs.  Japanese, Chinese and Korean mix their scripts honestly (UTS 39,
"highly restrictive").  The stdlib's `idna` codec is not used: it is IDNA 2003, makes
"ß" into "ss", today another domain, and raises on what mail contains; punycode of the
normalised label is what IDNA 2008 puts on the wire, and needs no package.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LABEL_CHARS = 63
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "LATIN"}),
    frozenset({"CJK", "BOPOMOFO", "LATIN"}),
    frozenset({"CJK", "HANGUL", "LATIN"}),
)
# Small letters that a reader takes for Latin ones (Unicode's confusables, the common fonts).
_LATIN_LOOKING = frozenset("аеорсухіјѕһԛԝӏьгвкмнтпзԁɡіїґѵүқοανιυκρτγηχωϲϳօսհոցքւ")
_DOTS = str.maketrans("。．｡", "...")


def shown(domain: str) -> str:
    """The domain in lower case, each label as it is or in punycode; never longer than the wire form allows."""
    return domain.lower() if domain.isascii() else _shown(domain)


@lru_cache(maxsize=256)
def _shown(domain: str) -> str:
    text = unicodedata.normalize("NFKC", domain.translate(_DOTS)).lower()
    return ".".join(_label(label) for label in unicodedata.normalize("NFC", text).split("."))


def _label(label: str) -> str:
    if label.isascii() or _is_honest(label):
        return label
    return f"xn--{label[:_LABEL_CHARS].encode('punycode', 'replace').decode('ascii')}"


def _is_honest(label: str) -> bool:
    letters = [char for char in label if not char.isascii() or char.isalpha()]
    if not all(unicodedata.category(char)[0] in "LM" for char in letters):
        return False
    scripts = frozenset(unicodedata.name(char, "?").split()[0] for char in letters if char.isalpha())
    if len(scripts) == 1:
        return scripts == {"LATIN"} or not _LATIN_LOOKING.issuperset(letters)
    return any(scripts <= together for together in _TOGETHER)
