"""Bytes to text, whatever charset they claim: the declared one, else UTF-8, else the likeliest.

Refused are codecs that are not charsets of mail (punycode and idna take
quadratic time, unicode_escape interprets, rot13 is no charset at all).
`Repairs` collects the remark "charset_repaired" where the declaration was wrong.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

from charset_normalizer import from_bytes

_NOT_OF_MAIL = {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"}
# Declared by real mail programs for what is in truth a superset.
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_SAMPLE = 4096  # charset-normalizer is slow; so much text tells a charset


@lru_cache(maxsize=256)
def codec(name: str) -> str | None:
    """The name of a usable Python codec for a declared charset, or None."""
    try:
        found = codecs.lookup(name.strip().strip("'\"").lower())
        "".encode(found.name)
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if found.name in _NOT_OF_MAIL else _WIDER.get(found.name, found.name)


def decode(raw: bytes, declared: str, remarks: set[str]) -> str:
    """Text of `raw`; adds "charset_repaired" to `remarks` where the declared charset does not fit."""
    name = codec(declared or "ascii")
    for candidate in dict.fromkeys((name or "utf-8", "utf-8")):
        try:
            text = raw.decode(candidate)
        except (UnicodeDecodeError, ValueError):
            continue
        if candidate != name or (not declared and not raw.isascii()):
            remarks.add("charset_repaired")
        return text.removeprefix("\ufeff")
    remarks.add("charset_repaired")
    return _likeliest(raw)


def _likeliest(raw: bytes) -> str:
    best = from_bytes(raw[:_SAMPLE], threshold=0.4).best()
    try:
        return raw.decode(best.encoding if best else "cp1252", "replace")
    except (LookupError, ValueError):
        return raw.decode("latin-1")
