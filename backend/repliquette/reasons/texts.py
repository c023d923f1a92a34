"""The texts in which phrases are sought, each read once, and the sentences in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from repliquette.conversation.turn import Turn
from repliquette.reasons.rules import Signal
from repliquette.reasons.scene import Relation
from repliquette.reasons.schema import Place
from repliquette.reasons.searches import Searches, User
from repliquette.rulebook.phrases import Hit

_SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*\s|\n\s*\n")
_ENDING = 2
_MARK_ALONE = re.compile(r"\W*\w?\W*\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """A text of a message: `where` is the name for evidence, `places` are those of the rules."""

    message_id: str
    where: str
    places: frozenset[Place]
    text: str


_Sought = tuple[frozenset[int], frozenset[int], frozenset[int], bool]


class Reading:
    """One text with the phrases found in it."""

    def __init__(self, source: Source, searches: Searches, users: frozenset[User]) -> None:
        """Search `source` for all phrases that count for `users`."""
        self.source = source
        self._firsts: dict[_Sought, Hit | None] = {}
        self.hits: dict[int, list[Hit]] = defaultdict(list)
        for phrase, hit in searches.find(source.text, users):
            self.hits[phrase].append(hit)

    @cached_property
    def _bounds(self) -> list[int]:
        text = self.source.text.rstrip()
        return [0, *(found.end() for found in _SENTENCE_END.finditer(text))]

    def sentence(self, offset: int) -> int:
        """The number of the sentence in which an offset lies."""
        return bisect_right(self._bounds, offset)

    def words(self, hit: Hit) -> tuple[int, int]:
        """The span to show: the hit without its rims, or its whole sentence where it is a mere mark ("?")."""
        start, end = hit.start, hit.end
        if _MARK_ALONE.match(hit.words):
            start = self._bounds[self.sentence(hit.start) - 1]
        span = self.source.text[start:end]
        return start + len(span) - len(span.lstrip()), end - (len(span) - len(span.rstrip()))

    def first(self, signal: Signal, *, ending: bool = False) -> Hit | None:
        """The first place of a signal's phrases, in a sentence that neither spoils it nor leaves it alone.

        What is wanted and the asking for it stand together, or the asking follows at
        once ("I hear you have tickets.  Any chance?").  A subject is too short for that.
        With `ending`, only the last sentences count: there people put what they want.
        """
        sought = (signal.phrases, signal.unless, signal.beside, ending)
        if sought not in self._firsts:  # several reasons ask for the same cues
            self._firsts[sought] = self._first(signal, ending=ending)
        return self._firsts[sought]

    def _first(self, signal: Signal, *, ending: bool) -> Hit | None:
        found = sorted((h for n in signal.phrases & self.hits.keys() for h in self.hits[n]), key=lambda h: h.start)
        if not found:
            return None
        spoilt = self._sentences(signal.unless)
        beside = self._sentences(signal.beside) if signal.beside and self.source.where != "subject" else None
        start = len(self._bounds) - _ENDING if ending else 0
        for hit in found:
            number = self.sentence(hit.start)
            if start < number not in spoilt and (beside is None or not beside.isdisjoint({number, number + 1})):
                return hit
        return None

    def _sentences(self, phrases: frozenset[int]) -> set[int]:
        return {self.sentence(h.start) for n in phrases & self.hits.keys() for h in self.hits[n]}


def sources(turn: Turn) -> Iterator[Source]:
    """The texts of a conversation that rules may read."""
    message = turn.message
    yield Source(message.message_id, "fresh", frozenset({"fresh", "run", "end"}), message.fresh)
    yield Source(message.message_id, "subject", frozenset({"subject"}), message.subject)
    if message.quoted:
        yield Source(message.message_id, "quoted", frozenset({"quoted"}), message.quoted)
    for earlier in turn.run[:-1]:
        if earlier.sender.email != message.sender.email:
            continue  # what another person said before is not what this one asks
        yield Source(earlier.message_id, "fresh", frozenset({"run"}), earlier.fresh)
    for other in turn.answered:
        yield Source(other.message_id, "fresh", frozenset({"before"}), other.fresh)
    for note in turn.notes:
        yield Source(note.message_id, "fresh", frozenset({"notes"}), note.fresh)
        yield Source(note.message_id, "subject", frozenset({"notes"}), note.subject)


def read(turn: Turn, searches: Searches, relation: Relation) -> list[Reading]:
    """All texts of a conversation, searched."""
    return [
        Reading(source, searches, frozenset((turn.side, relation, place) for place in source.places))
        for source in sources(turn)
        if source.text
    ]
