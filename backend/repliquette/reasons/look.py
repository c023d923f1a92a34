"""What is seen of a conversation before anything is decided: the scene, its signals, and how far each reason goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from repliquette.conversation.people import Ledger
from repliquette.conversation.turn import turn
from repliquette.message.lore import Lore
from repliquette.model import REASONS, Conversation, Owner, Reason, Standing
from repliquette.reasons.rules import Rulebook
from repliquette.reasons.scene import Scene, make_scene
from repliquette.reasons.sight import Sight, see
from repliquette.reasons.signals import Shown, shown


class Scores:
    """The margin of every reason: how far its signals go beyond (or stay below) what it needs."""

    def __init__(self, found: Sequence[Shown], book: Rulebook) -> None:
        """Add up the weights of `found`."""
        self._sums: dict[tuple[Standing, Reason], float] = defaultdict(float)
        for one in found:
            self._sums[one.rule.standing, one.rule.reason] += one.evidence.weight
        self._book = book

    def margin(self, standing: Standing, reason: Reason) -> float:
        """At or above 0 the reason fits.

        Rounded, for weights are decimals: 0.35 + 0.3 + 0.2 + 0.15 shall be 1.
        """
        return round(self._sums[standing, reason] - self._book.rule(standing, reason).fits, 6)

    def fitting(self, standing: Standing) -> tuple[Reason, ...]:
        """The reasons of a standing that fit, in the order of the contract's table."""
        return tuple(r for r in REASONS[standing] if self.margin(standing, r) >= 0)

    def margins(self) -> Iterator[tuple[Standing, Reason, float]]:
        """The margin of every reason for which a signal speaks."""
        return ((standing, reason, self.margin(standing, reason)) for standing, reason in self._sums)

    def best(self, standing: Standing) -> float:
        """The largest margin within a standing."""
        return max(self.margin(standing, r) for r in REASONS[standing])


@dataclass(frozen=True, slots=True)
class Look:
    """All that is seen of a conversation before anything is decided."""

    scene: Scene
    found: Sequence[Shown]
    scores: Scores

    @property
    def sight(self) -> Sight:
        """The same, as the learned layer sees it."""
        return see(self.scene, self.found, self.scores.margins())


def look(conversation: Conversation, ledger: Ledger, owner: Owner, now: datetime, book: Rulebook, lore: Lore) -> Look:
    """Look at a conversation (at least one message, oldest first) at the instant `now`."""
    state = turn(conversation, owner)
    scene = make_scene(conversation, state, ledger, owner, now, lore)
    found = shown(scene, book)
    return Look(scene, found, Scores(found, book))
