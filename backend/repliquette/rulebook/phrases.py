r"""Phrases compiled to `re2.Set`s: linear time, whatever a rule or a sender writes.

A phrase is a regular expression over normalised text (see `normal`), matched at
word borders.  re2's own `\b` knows ASCII only (google/re2 #344), so the border
is spelled out.  A space in a phrase matches any run of white space.  Look-around
and back-references are refused by re2 at load, with the place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from repliquette.limits import PHRASE_CHARS, PHRASE_SET_BYTES
from repliquette.rulebook.normal import Normal, normalise

# What is no word character, and what is a letter, in as few ranges as will do: `[^\pL\pN_]` is
# a thousand of them, compiled twice for each phrase.  What has no case or rarely occurs is left out.
_NO_WORD = (
    r"\x00-/:-^`{-\x{a9}\x{ab}-\x{b4}\x{b6}-\x{b9}\x{bb}-\x{bf}\x{d7}\x{f7}\x{2000}-\x{206f}\x{20a0}-\x{20ff}"
    r"\x{2190}-\x{2bff}\x{3000}-\x{3004}\x{3008}-\x{3020}\x{fe00}-\x{fe0f}\x{ff00}-\x{ff0f}\x{1f000}-\x{1faff}"
)
_LETTER = (
    r"a-z\x{aa}\x{b5}\x{ba}\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}\x{370}-\x{1fff}\x{2c00}-\x{2dff}\x{3040}-\x{d7ff}"
)
_BEFORE = rf"(?:^|[{_NO_WORD}])"
_AFTER = rf"(?:$|[{_NO_WORD}])"
# A Set remembers in each state which of its phrases it has met.  In one big Set that makes ever new
# states of ever new mails (30 ms a mail, measured); small ones soon know all their states (1 ms).
_GROUP = 40
_PIECE = re.compile(r"\\pL|\\.|\[[^\]]*\]|\((?!\?)")
_WORD_END = re.compile(r"[\w)\]]$|\\w[+*]?$")
_WORD_START = re.compile(r"^[\w(\[]|^\\w")


@dataclass(frozen=True, slots=True)
class Hit:
    """Phrase number `phrase` stands at [start, end) of the original text."""

    phrase: int
    start: int
    end: int
    words: str


class PhraseError(ValueError):
    """A phrase that cannot be compiled; the message is re2's, the index tells which."""

    def __init__(self, index: int, message: str) -> None:
        """Remember `index` of the phrase in the sequence given to `PhraseSet`."""
        super().__init__(message)
        self.index = index


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = True  # both sides are folded already
    options.max_mem = PHRASE_SET_BYTES
    return options


def _fold(phrase: str) -> str:
    """The phrase over normalised text; spaces match any run of white space."""
    # Only ASCII classes such as \\S or \\W must keep their case, so fold letters outside escapes.
    pieces = re.split(r"(\\[pP]\{[^}]*\}|\\[pP].|\\.)", phrase)
    folded = "".join(p if p.startswith("\\") else normalise(p) for p in pieces)
    return re.sub(r" +", lambda _: r"\s+", folded)


def _bordered(folded: str) -> str:
    before = _BEFORE if _WORD_START.search(folded) else ""
    after = _AFTER if _WORD_END.search(folded) else ""
    return f"{before}({_PIECE.sub(_cheaper, folded)}){after}"


def _cheaper(piece: re.Match[str]) -> str:
    r"""`\pL` in few ranges, and groups that need not be remembered."""
    return {r"\pL": f"[{_LETTER}]", "(": "(?:"}.get(piece[0], piece[0])


class PhraseSet:
    """Many phrases searched at once.

    They stand in small `re2.Set`s.  The pattern that finds the place of a phrase is
    compiled when the phrase first occurs.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        """Compile; PhraseError for the first phrase that is too long or not understood."""
        self._phrases = [_bordered(_folded(i, p)) for i, p in enumerate(phrases)]
        self._patterns: dict[int, re2._Regexp[bytes]] = {}
        self._sets = [(at, self._group(phrases, at)) for at in range(0, len(phrases), _GROUP)]

    def _group(self, phrases: Sequence[str], at: int) -> re2.Set:
        group = re2.Set.SearchSet(_options())
        try:
            for phrase in self._phrases[at : at + _GROUP]:
                group.Add(phrase)
            group.Compile()
            if not group.Match(b""):
                return group
        except re2.error:
            pass  # which of them it was is told by compiling each by itself
        for index, phrase in enumerate(phrases[at : at + _GROUP], at):
            _check(index, phrase)
        raise PhraseError(at, "too large together with the phrases after it; simplify some")

    def __len__(self) -> int:
        """How many phrases."""
        return len(self._phrases)

    def which(self, normal: Normal) -> list[int]:
        """The numbers of the phrases that occur, ascending."""
        return [index for index in self._candidates(normal) if self._pattern(index).search(normal.encoded)]

    def find(self, normal: Normal) -> Iterator[Hit]:
        """The first place of each phrase that occurs, by phrase number."""
        for index in self._candidates(normal):
            found = self._pattern(index).search(normal.encoded)
            if found is not None:
                yield _hit(index, normal, found)

    def find_all(self, normal: Normal) -> Iterator[Hit]:
        """Every place of each phrase that occurs, by phrase number, then place."""
        for index in self._candidates(normal):
            pattern, at = self._pattern(index), 0
            # Not finditer: the border behind one hit is the border before the next.
            while found := pattern.search(normal.encoded, at):
                yield _hit(index, normal, found)
                at = found.end(1)

    def _candidates(self, normal: Normal) -> list[int]:
        if not normal.text:
            return []
        # Set.Match returns None, not [], where nothing matches.
        return [at + n for at, group in self._sets for n in sorted(group.Match(normal.encoded) or ())]

    def _pattern(self, index: int) -> re2._Regexp[bytes]:
        pattern = self._patterns.get(index)
        if pattern is None:
            pattern = self._patterns[index] = re2.compile(self._phrases[index].encode(), _options())
        return pattern


def _folded(index: int, phrase: str) -> str:
    if len(phrase) > PHRASE_CHARS:
        raise PhraseError(index, f"longer than {PHRASE_CHARS} characters")
    if not phrase.strip():
        raise PhraseError(index, "empty phrase")
    return _fold(phrase)


def _check(index: int, phrase: str) -> None:
    """PhraseError with re2's words where it does not understand a phrase."""
    try:
        pattern = re2.compile(f"({_fold(phrase)})", _options())
    except re2.error as error:
        reason = error.args[0] if error.args else "not understood"
        raise PhraseError(index, reason.decode() if isinstance(reason, bytes) else str(reason)) from error
    if pattern.search(""):
        raise PhraseError(index, "matches the empty text, so it would match everywhere")


def _hit(index: int, normal: Normal, found: re2._Match[bytes]) -> Hit:
    start, end = found.span(1)
    start, end = normal.original(normal.characters(start), normal.characters(end))
    return Hit(index, start, end, normal.source[start:end])
