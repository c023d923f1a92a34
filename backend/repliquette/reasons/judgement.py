"""Standing, reasons and confidence from what was seen: by the rules alone, or by what their signals weigh.

By rules, a reason fits when the weights of its signals add up to what its file asks
for.  By weight, the learned layer says how probable it is that a reply is owed (or
awaited) and which reason it is; the rules keep what needs no weighing: a "no" ends the
matter, a note of absence is not an answer, a promise stays one, what machines wrote
waits for nobody, and days off explain a silence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from repliquette.conversation.turn import Side
from repliquette.model import REASONS, Reason, Standing
from repliquette.reasons.look import Look, Scores
from repliquette.reasons.scene import Scene
from repliquette.reasons.weights import AWAITING, OWED, Opinion

_STEEPNESS = 1.2

# They explain or hasten a reply that is owed for another reason.
_EXPLAINING = frozenset({Reason.TRAVEL, Reason.PRIORITY})
# Whatever else they say, nobody owes a reply.
_FINAL = (Reason.AUTOMATED, Reason.BULK, Reason.NO_MEANS_NO, Reason.SAID_NO)
# They wrote, and still the answer is theirs to give.
_BY_THEIR_HAND = (Reason.AWAY, Reason.UNWELL, Reason.PROMISED)
# My message awaits something; all other reasons of that table explain the silence.
_WAITS_ALONE = (Reason.BOUNCED, Reason.OVERDUE)
# A "no" is a "no", whatever the words weigh.
_ENDS = (Reason.NO_MEANS_NO, Reason.SAID_NO)
# A second reason is named where it is at least so probable.
_ALSO = 0.3
# What the rules are seldom wrong about is owed even where the learned layer hesitates, but not where it is sure.
_PLAIN = frozenset({Reason.HARD_JOURNEY, Reason.FREE_STUFF, Reason.COLD_OUTREACH, Reason.COURTEOUS_NO})
_SURELY_NOT = 0.25
_MOST_SURELY_NOT = 0.1
_POSSIBLE = 0.05
# Whether my own letter waits is learned from few letters yet: against the rules it takes more to be believed.
_AGAINST_RULES = 0.5


@dataclass(frozen=True, slots=True)
class Judgement:
    """The standing, its reasons (the main one first), and how sure that standing is (0 to 1)."""

    standing: Standing
    reasons: tuple[Reason, ...]
    confidence: float


def by_rules(seen: Look) -> Judgement:
    """What the rules say where nothing was learned."""
    standing = _standing(seen.scene, seen.scores)
    reasons = _reasons(standing, seen.scores) or (_default(standing, seen.scene),)
    return Judgement(standing, reasons, _confidence(standing, seen.scene, seen.scores))


def by_weight(seen: Look, opinion: Opinion, thresholds: Mapping[str, float]) -> Judgement:
    """What the rules and the learned layer say together."""
    ruled = by_rules(seen)
    side = seen.scene.turn.side
    if side is Side.NOBODY or _is_settled_by_rule(seen) or _is_held_by_rule(seen, ruled):
        return ruled
    standing = Standing.OWED if side is Side.THEIRS else Standing.AWAITING
    probability = opinion.owed if side is Side.THEIRS else opinion.awaiting
    if probability >= _least(seen, ruled, thresholds):
        return Judgement(standing, _weighed(seen, standing, opinion), round(probability, 3))
    return Judgement(Standing.SETTLED, _weighed(seen, Standing.SETTLED, opinion), round(1 - probability, 3))


def _least(seen: Look, ruled: Judgement, thresholds: Mapping[str, float]) -> float:
    """From which probability on somebody owes an answer, given what the rules think."""
    if seen.scene.turn.side is Side.MINE:
        return _SURELY_NOT if ruled.standing is Standing.AWAITING else max(_AGAINST_RULES, thresholds[AWAITING])
    # Called by name I am meant, whatever the header says of an address that nobody has told us is mine.
    if seen.scene.turn.named and ruled.standing is Standing.OWED:
        return min(_MOST_SURELY_NOT, thresholds[OWED])
    is_plain = not _PLAIN.isdisjoint(seen.scores.fitting(Standing.OWED))
    return min(_SURELY_NOT, thresholds[OWED]) if is_plain else thresholds[OWED]


def _is_settled_by_rule(seen: Look) -> bool:
    return any(seen.scores.margin(Standing.SETTLED, r) >= 0 for r in _ENDS)


def _is_held_by_rule(seen: Look, ruled: Judgement) -> bool:
    """Promises, on either side, and what keeps them from answering."""
    if seen.scene.turn.side is Side.THEIRS:
        return ruled.standing is Standing.AWAITING
    return ruled.standing is Standing.OWED or Reason.BOUNCED in ruled.reasons


def _weighed(seen: Look, standing: Standing, opinion: Opinion) -> tuple[Reason, ...]:
    """The most probable reason first; what only the rules can know before what comes later in the table."""
    shares = opinion.reasons.get(standing)
    fitting = _reasons(standing, seen.scores)
    if seen.scene.turn.side is Side.MINE or not shares:
        return fitting or (_default(standing, seen.scene),)
    main = max(shares, key=lambda r: shares[r])
    if standing is Standing.SETTLED:
        return (main,)
    known = [
        r
        for r in fitting
        if r is Reason.TRAVEL
        or (r is Reason.PRIORITY and seen.scene.person.always_first)
        or (r in _PLAIN and shares.get(r, 0.0) >= _POSSIBLE)
    ]
    table = REASONS[standing]
    first = min([main, *known], key=table.index)
    others = {r for r, share in shares.items() if share >= _ALSO} | {main, *known, *fitting}
    return (first, *(r for r in table if r in others and r is not first))


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
