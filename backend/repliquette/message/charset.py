"""Bytes to text, whatever charset they claim: the declared one, else UTF-8, else the likeliest.

What is mended is remarked ("charset_repaired"): UTF-8 declared as an 8-bit charset,
an 8-bit charset declared as UTF-8, unknown names, stray bytes.  Only whole texts
are worth a guess (`decode`); of a few words it would be a throw of dice, and each
costs a millisecond (`decode_words`).  Refused are codecs that are not charsets of
mail: punycode and idna take quadratic time, unicode_escape interprets.
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
_SAMPLE = 2048  # charset-normalizer is slow; so much text tells a charset
_WESTERN = 0.75
_WESTERN_CHARSETS = ["cp1252", "cp1250", "cp1254", "cp1257", "mac_roman", "cp850"]
_HIGH = bytes(range(128, 256))
_CUT_BYTES = 4  # of a last character that was cut off
_STRAY = 4  # one stray byte among so many good characters does not make another charset
_FALLBACK = "cp1252"


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
    """A text; where neither its declared charset nor UTF-8 fits, its charset is guessed."""
    if not raw:
        return ""
    return _plain(raw, declared) or _mended(raw, declared, remarks) or _likeliest(raw, remarks)


def decode_words(raw: bytes, declared: str, remarks: set[str]) -> str:
    """A few words of a head, read without a guess."""
    if not raw:
        return ""
    return _plain(raw, declared) or _mended(raw, declared, remarks) or _other(raw, codec(declared), remarks)


def _plain(raw: bytes, declared: str) -> str:
    """ASCII, the usual case; "" where it is not that simple."""
    shifting = declared[:7].lower().startswith(("utf-7", "utf7", "iso-202", "iso202", "hz"))
    return "" if shifting or not raw.isascii() or b"\0" in raw else raw.decode("ascii")


def _mended(raw: bytes, declared: str, remarks: set[str]) -> str:
    """The declared charset or UTF-8, whichever fits; "" where neither does."""
    name = codec(declared or "ascii")
    # Bytes that happen to be UTF-8 are UTF-8, whatever 8-bit charset is declared.
    order = ("utf-8", name) if name is None or name.startswith(("cp125", "iso8859", "latin")) else (name, "utf-8")
    for candidate in dict.fromkeys(filter(None, order)):
        text = _strict(raw, candidate)
        if text:
            if candidate != name or not declared:
                remarks.add("charset_repaired")
            return text.removeprefix("\ufeff")
    return _almost(raw, name, remarks) if name and declared else ""


def _strict(raw: bytes, name: str) -> str:
    """Without a fault, but for a last character that was cut off."""
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        if error.start == 0 or error.start < len(raw) - _CUT_BYTES or name != "utf-8":
            return ""
        return "" if error.reason != "unexpected end of data" else raw[: error.start].decode(name)
    except (ValueError, LookupError):
        return ""


def _almost(raw: bytes, name: str, remarks: set[str]) -> str:
    """The declared charset with a few stray bytes; "" where there are too many."""
    try:
        text = raw.decode(name, "replace")
    except (ValueError, LookupError):
        return ""
    stray = text.count("\ufffd")
    if len(raw) - len(raw.translate(None, _HIGH)) < _STRAY * stray:
        return ""
    remarks.add("charset_repaired")
    return text.removeprefix("\ufeff")


def _other(raw: bytes, name: str | None, remarks: set[str]) -> str:
    remarks.add("charset_repaired")
    return raw.decode(_FALLBACK if name is None or name == "utf-8" else name, "replace")


def _likeliest(raw: bytes, remarks: set[str]) -> str:
    remarks.add("charset_repaired")
    sample = raw[:_SAMPLE]
    # Where most letters are ASCII, the language is a western one: its charsets alone, or two of
    # its accents make a Chinese character.
    western = len(sample.translate(None, _HIGH)) > _WESTERN * len(sample)
    best = from_bytes(sample, threshold=0.4, cp_isolation=_WESTERN_CHARSETS if western else None).best()
    try:
        return raw.decode(best.encoding if best else _FALLBACK, "replace")
    except (LookupError, ValueError):
        return raw.decode("latin-1")
