"""Signals to a Verdict: the standing first, then its reason.

By rules alone, a reason fits when the weights of its signals add up to the `fits` of
its file, the contract's table settles what comes first where several fit, and the
confidence is a logistic of how clearly the standing was decided.  With weights
(`weights`), how much each signal counts beside structure and words is learned; what
needs no weighing stays with the rules (`judgement`).  `due` is left to `replies.etiquette`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from repliquette.clock import local_date
from repliquette.conversation.people import Ledger
from repliquette.message.lore import Lore
from repliquette.model import Conversation, Evidence, Owner, Reason, Standing, Verdict
from repliquette.reasons.facts import return_day
from repliquette.reasons.judgement import by_rules, by_weight
from repliquette.reasons.look import look
from repliquette.reasons.rules import Rulebook
from repliquette.reasons.scene import Scene
from repliquette.reasons.signals import Shown
from repliquette.reasons.weights import Opinion, Weights

CHASER = "chaser"


def decide(
    conversation: Conversation,
    ledger: Ledger,
    owner: Owner,
    now: datetime,
    book: Rulebook,
    lore: Lore,
    weights: Weights | None = None,
) -> Verdict:
    """Judge a conversation (at least one message, oldest first) at the instant `now`."""
    seen = look(conversation, ledger, owner, now, book, lore)
    scene, found = seen.scene, seen.found
    opinion = weights.opinion(seen.sight) if weights else None
    judgement = by_weight(seen, opinion, weights.thresholds) if weights and opinion else by_rules(seen)
    standing, reasons = judgement.standing, judgement.reasons
    marks = frozenset(s.signal.mark for s in found if s.signal.mark)
    evidence = _evidence(found, standing, reasons)
    return Verdict(
        standing=standing,
        reason=reasons[0],
        message_id=scene.message.message_id,
        since=_since(scene, marks),
        also=reasons[1:],
        confidence=judgement.confidence,
        evidence=evidence
        if any(e.words for e in evidence)
        else (*_asking(scene, standing, reasons[0], opinion), *evidence),
        return_date=_return_date(scene, standing, reasons),
        marks=marks,
    )


def _asking(scene: Scene, standing: Standing, reason: Reason, opinion: Opinion | None) -> tuple[Evidence, ...]:
    """The sentence that most asks for something, where no rule shows words for what is due."""
    if standing is Standing.SETTLED or opinion is None or opinion.asking is None:
        return ()
    start, end = opinion.asking.start, opinion.asking.end
    words = scene.message.fresh[start:end]
    return (
        Evidence(
            signal="reads_as_asking",
            words=words.strip(),
            message_id=scene.message.message_id,
            start=start + len(words) - len(words.lstrip()),
            end=start + len(words.rstrip()),
            weight=opinion.asked,
            reason=reason,
            title="reads like something asked of its reader",
        ),
    )


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
