r"""Phrases compiled to one `re2.Set`: linear time, whatever a rule or a sender writes.

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

from repliquette.limits import PHRASE_CHARS
from repliquette.rulebook.normal import Normal, normalise

_BEFORE = r"(?:^|[^\pL\pN_])"
_AFTER = r"(?:$|[^\pL\pN_])"
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
    return options


def _expand(phrase: str) -> str:
    # Only ASCII classes such as \S or \W must keep their case, so fold letters outside escapes.
    pieces = re.split(r"(\\[pP]\{[^}]*\}|\\[pP].|\\.)", phrase)
    folded = "".join(p if p.startswith("\\") else normalise(p) for p in pieces)
    spaced = re.sub(r" +", lambda _: r"\s+", folded)
    before = _BEFORE if _WORD_START.search(folded) else ""
    after = _AFTER if _WORD_END.search(folded) else ""
    return f"{before}({spaced}){after}"


class PhraseSet:
    """Many phrases searched at once."""

    def __init__(self, phrases: Sequence[str]) -> None:
        """Compile; PhraseError for the first phrase that is too long or not understood."""
        self._patterns = [self._compile(i, p) for i, p in enumerate(phrases)]
        self._set = re2.Set.SearchSet(_options())
        for pattern in self._patterns:
            self._set.Add(pattern.pattern)
        if phrases:
            self._set.Compile()

    @staticmethod
    def _compile(index: int, phrase: str) -> re2._Regexp[str]:
        if len(phrase) > PHRASE_CHARS:
            raise PhraseError(index, f"longer than {PHRASE_CHARS} characters")
        if not phrase.strip():
            raise PhraseError(index, "empty phrase")
        try:
            pattern = re2.compile(_expand(phrase), _options())
        except re2.error as error:
            reason = error.args[0] if error.args else "not understood"
            text = reason.decode() if isinstance(reason, bytes) else str(reason)
            raise PhraseError(index, text) from error
        if pattern.search(""):
            raise PhraseError(index, "matches the empty text, so it would match everywhere")
        return pattern

    def __len__(self) -> int:
        """How many phrases."""
        return len(self._patterns)

    def which(self, normal: Normal) -> list[int]:
        """The numbers of the phrases that occur, ascending."""
        if not self._patterns or not normal.text:
            return []
        # Set.Match returns None, not [], where nothing matches.
        return sorted(self._set.Match(normal.text) or ())

    def find(self, normal: Normal) -> Iterator[Hit]:
        """The first place of each phrase that occurs, by phrase number."""
        for index in self.which(normal):
            found = self._patterns[index].search(normal.text)
            if found is None:  # the Set and the single pattern disagree only beyond re2's memory
                continue
            start, end = normal.original(*found.span(1))
            yield Hit(index, start, end, normal.source[start:end])

    def find_all(self, normal: Normal) -> Iterator[Hit]:
        """Every place of each phrase that occurs, by phrase number, then place."""
        for index in self.which(normal):
            pattern, at = self._patterns[index], 0
            # Not finditer: the border behind one hit is the border before the next.
            while found := pattern.search(normal.text, at):
                start, end = normal.original(*found.span(1))
                yield Hit(index, start, end, normal.source[start:end])
                at = found.end(1)
