"""Text as phrases see it, with the way back to the original offsets.

Senders write curly quotes, no-break spaces, soft hyphens and full-width letters;
phrases are written in plain lower case.  Each character is normalised by itself
(NFKC, case folding), so that a map of offsets stays simple.  The map is made only
when a hit needs it: most messages have none.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property

_SINGLE = "\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4\u0060"
_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_NOTHING = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
_TABLE: dict[int, str] = {
    **{ord(c): "'" for c in _SINGLE},
    **{ord(c): '"' for c in _DOUBLE},
    **{ord(c): "-" for c in _DASHES},
    **{ord(c): "" for c in _NOTHING},
    **{ord(c): " " for c in "\u00a0\u2007\u202f\t\r\n\v\f"},
    0x2026: "...",
}


def _char(char: str) -> str:
    code = ord(char)
    if code in _TABLE:
        return _TABLE[code]
    if char.isascii():
        return char.lower()
    return unicodedata.normalize("NFKC", char).casefold()


class _Folding(dict[int, str]):
    """A translation table that fills itself: each character is folded once a process."""

    def __missing__(self, code: int) -> str:
        folded = _char(chr(code))
        self[code] = folded
        return folded


_FOLDING = _Folding()


class Normal:
    """A text and its normalised form; equal lengths are not promised, `original` maps back."""

    __slots__ = ("__dict__", "source", "text")

    def __init__(self, source: str) -> None:
        """Normalise `source`: any text, composed (NFC) letters match best."""
        self.source = source
        self.text = source.translate(_FOLDING)

    @cached_property
    def _starts(self) -> list[int]:
        starts: list[int] = []
        for index, char in enumerate(self.source):
            starts.extend([index] * len(_FOLDING[ord(char)]))
        starts.append(len(self.source))
        return starts

    @cached_property
    def encoded(self) -> bytes:
        """`text` in UTF-8, for re2, which would encode it anew for each search."""
        return self.text.encode()

    def characters(self, octets: int) -> int:
        """How many characters of `text` the first octets of `encoded` are."""
        if len(self.encoded) == len(self.text):
            return octets
        return len(self.encoded[:octets].decode())

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in `source` of a span of `text`."""
        if len(self.text) == len(self.source):
            return start, end
        if end <= start:
            return self._starts[start], self._starts[start]
        return self._starts[start], self._starts[end - 1] + 1


def normalise(text: str) -> str:
    """Only the normalised text, for short strings such as phrases and cue words."""
    return text.translate(_FOLDING)
