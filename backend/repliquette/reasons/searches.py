"""The phrases of a rulebook, searched only where a rule could use them.

What a stranger gives away by talking business says nothing of a friend, and of
what a machine wrote hardly any word counts; so a text is searched for those
phrases alone that some signal asks for on this side, of this relation, at this place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from repliquette.conversation.turn import Side
from repliquette.reasons.scene import Relation
from repliquette.reasons.schema import Place
from repliquette.rulebook.normal import Normal
from repliquette.rulebook.phrases import Hit, PhraseSet

User = tuple[Side, Relation, Place]
Users = dict[int, set[User]]
_Part = tuple[frozenset[User], PhraseSet, tuple[int, ...]]


class Searches:
    """Sets of phrases, each with those who can use it and the numbers of its phrases in the book."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        """Keep `parts`."""
        self._known: dict[frozenset[User], Sequence[tuple[PhraseSet, tuple[int, ...]]]] = {}
        self._number = sum(len(numbers) for _, _, numbers in parts)
        self._parts = tuple(parts)

    def __len__(self) -> int:
        """How many phrases, each once."""
        return self._number

    def find(self, text: str, users: frozenset[User]) -> Iterator[tuple[int, Hit]]:
        """Every place of each phrase that counts for one of `users`, with the number of the phrase in the book."""
        normal = Normal(text)
        for phrases, numbers in self._of(users):
            for hit in phrases.find_all(normal):
                yield numbers[hit.phrase], hit

    def _of(self, users: frozenset[User]) -> Sequence[tuple[PhraseSet, tuple[int, ...]]]:
        if users not in self._known:
            self._known[users] = [(p, numbers) for who, p, numbers in self._parts if not who.isdisjoint(users)]
        return self._known[users]
