"""Signals to a Verdict: the standing first, then the first reason of its table that fits.

A reason fits when the weights of its signals add up to the `fits` of its file.
The contract's table settles what comes first where several fit; the confidence
is a logistic of how clearly the standing was decided.  `due` is left to
`replies.etiquette`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from repliquette.clock import local_date
from repliquette.conversation.people import Ledger
from repliquette.conversation.turn import Side, turn
from repliquette.message.lore import Lore
from repliquette.model import REASONS, Conversation, Evidence, Owner, Reason, Standing, Verdict
from repliquette.reasons.facts import return_day
from repliquette.reasons.rules import Rulebook
from repliquette.reasons.scene import Scene, make_scene
from repliquette.reasons.signals import Shown, shown

CHASER = "chaser"
_STEEPNESS = 1.2

# They explain or hasten a reply that is owed for another reason.
_EXPLAINING = frozenset({Reason.TRAVEL, Reason.PRIORITY})
# Whatever else they say, nobody owes a reply.
_FINAL = (Reason.AUTOMATED, Reason.BULK, Reason.NO_MEANS_NO, Reason.SAID_NO)
# They wrote, and still the answer is theirs to give.
_BY_THEIR_HAND = (Reason.AWAY, Reason.UNWELL, Reason.PROMISED)
# My message awaits something; all other reasons of that table explain the silence.
_WAITS_ALONE = (Reason.BOUNCED, Reason.OVERDUE)


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

    def best(self, standing: Standing) -> float:
        """The largest margin within a standing."""
        return max(self.margin(standing, r) for r in REASONS[standing])


def decide(
    conversation: Conversation, ledger: Ledger, owner: Owner, now: datetime, book: Rulebook, lore: Lore
) -> Verdict:
    """Judge a conversation (at least one message, oldest first) at the instant `now`."""
    state = turn(conversation, owner)
    scene = make_scene(conversation, state, ledger, owner, now, lore)
    found = shown(scene, book)
    scores = Scores(found, book)
    standing = _standing(scene, scores)
    reasons = _reasons(standing, scores) or (_default(standing, scene),)
    marks = frozenset(s.signal.mark for s in found if s.signal.mark)
    return Verdict(
        standing=standing,
        reason=reasons[0],
        message_id=scene.message.message_id,
        since=_since(scene, marks),
        also=reasons[1:],
        confidence=_confidence(standing, scene, scores),
        evidence=_evidence(found, standing, reasons),
        return_date=_return_date(scene, standing, reasons),
        marks=marks,
    )


def _standing(scene: Scene, scores: Scores) -> Standing:
    if scene.turn.side is Side.NOBODY:
        return Standing.SETTLED
    if scene.turn.side is Side.MINE:
        return _after_my_turn(scores)
    return _after_their_turn(scores)


def _after_my_turn(scores: Scores) -> Standing:
    if scores.margin(Standing.OWED, Reason.PROMISED) >= 0:
        return Standing.OWED
    waits = any(scores.margin(Standing.AWAITING, r) >= 0 for r in _WAITS_ALONE)
    return Standing.AWAITING if waits else Standing.SETTLED


def _after_their_turn(scores: Scores) -> Standing:
    if any(scores.margin(Standing.SETTLED, r) >= 0 for r in _FINAL):
        return Standing.SETTLED
    if any(scores.margin(Standing.AWAITING, r) >= 0 for r in _BY_THEIR_HAND):
        return Standing.AWAITING
    owed = any(r not in _EXPLAINING for r in scores.fitting(Standing.OWED))
    return Standing.OWED if owed else Standing.SETTLED


def _reasons(standing: Standing, scores: Scores) -> tuple[Reason, ...]:
    """In the order of the table; of settled, what ends the matter first, then the clearest."""
    fitting = scores.fitting(standing)
    if standing is not Standing.SETTLED:
        return fitting
    return tuple(sorted(fitting, key=lambda r: (r not in _FINAL, r not in _FINAL and -scores.margin(standing, r))))


def _default(standing: Standing, scene: Scene) -> Reason:
    if standing is Standing.AWAITING:
        return Reason.OVERDUE
    return Reason.ANSWERED if scene.turn.side is Side.MINE and scene.turn.before else Reason.FYI


def _confidence(standing: Standing, scene: Scene, scores: Scores) -> float:
    """How clearly the standing was decided, from 0.5 (a coin toss) towards 1."""
    if standing is Standing.SETTLED and scene.turn.side is not Side.NOBODY:
        against = Standing.AWAITING if scene.turn.side is Side.MINE else Standing.OWED
        margin = max(scores.best(Standing.SETTLED), -scores.best(against))
    else:
        margin = scores.best(standing)
    return round(1 / (1 + math.exp(-_STEEPNESS * max(margin, 0.0))), 3)


def _evidence(found: Sequence[Shown], standing: Standing, reasons: Sequence[Reason]) -> tuple[Evidence, ...]:
    """What speaks for (and against) the reasons given, the weightiest first."""
    ours = [s.evidence for s in found if s.rule.standing is standing and s.rule.reason in reasons]
    return tuple(sorted(ours, key=lambda e: -e.weight))


def _since(scene: Scene, marks: frozenset[str]) -> datetime:
    """When the matter began to wait: a chaser counts from the message it chases."""
    chased = scene.turn.run[0] if CHASER in marks else scene.message
    return chased.date


def _return_date(scene: Scene, standing: Standing, reasons: Sequence[Reason]) -> date | None:
    """The first day that the absent one is back: they (`away`), or I (`travel`)."""
    if standing is Standing.AWAITING and Reason.AWAY in reasons:
        theirs = (m for m in (*scene.turn.notes, scene.message) if not scene.owner.is_me(m.sender))
        return next((day for m in theirs if (day := return_day(m, scene.lore))), None)
    if standing is Standing.OWED and Reason.TRAVEL in reasons:
        day = local_date(scene.message.date, scene.owner.time_zone)
        ends = [a.end for a in scene.owner.absences if a.start <= day <= a.end]
        return max(ends) + timedelta(days=1) if ends else None
    return None
