"""Which signals a conversation shows, and the words that show them.

Phrases are sought in the newly written text of the judged message and of its
neighbours (`texts`), each text once, with the phrases that count there (`searches`).
Offsets of the evidence count characters of `Message.fresh` (or of the subject).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from repliquette.conversation.people import Ledger
from repliquette.conversation.turn import Turn
from repliquette.message.lore import Lore
from repliquette.model import Conversation, Evidence, Owner
from repliquette.reasons.rules import Rule, Rulebook, Signal
from repliquette.reasons.scene import Scene, make_scene
from repliquette.reasons.schema import SignalFile
from repliquette.reasons.texts import Reading, read


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal that a conversation shows, for the rule it belongs to."""

    rule: Rule
    signal: SignalFile
    evidence: Evidence


def signals(
    conversation: Conversation, turn: Turn, ledger: Ledger, owner: Owner, now: datetime, book: Rulebook, lore: Lore
) -> tuple[Evidence, ...]:
    """The evidence of all reasons, in the order of the rulebook."""
    scene = make_scene(conversation, turn, ledger, owner, now, lore)
    return tuple(s.evidence for s in shown(scene, book))


def shown(scene: Scene, book: Rulebook) -> list[Shown]:
    """The signals of all rules that a scene shows, in the order of the rulebook."""
    readings = read(scene.turn, book.phrases, scene.relation)
    found = {phrase for reading in readings for phrase in reading.hits}
    every: list[Shown] = []
    for rule, signals in book.on(scene.situation):
        candidates = [s for s in signals if not s.phrases or not s.phrases.isdisjoint(found)]
        if candidates:
            every.extend(_of_rule(rule, candidates, scene, readings))
    return every


def _of_rule(rule: Rule, candidates: Sequence[Signal], scene: Scene, readings: list[Reading]) -> Iterator[Shown]:
    """Signals that lean on others come last and see those that lean on none."""
    plain: set[str] = set()
    for signal in candidates:
        if signal.leans and not (plain.issuperset(signal.rule.needs) and plain.isdisjoint(signal.rule.excludes)):
            continue
        if not all(holds(scene) for holds in signal.conditions):
            continue
        evidence = _spoken(rule, signal, readings) if signal.phrases else _structural(rule, signal.rule, scene)
        if evidence is None:
            continue
        if not signal.leans:
            plain.add(signal.rule.id)
        yield Shown(rule, signal.rule, evidence)


def _spoken(rule: Rule, signal: Signal, readings: list[Reading]) -> Evidence | None:
    """The first place of its words, where the rule looks for them."""
    for reading in readings:
        source = reading.source
        if source.places.isdisjoint(signal.rule.where):
            continue
        hit = reading.first(signal, ending="end" in signal.rule.where)
        if hit is not None:
            start, end = reading.words(hit)
            return Evidence(
                signal=signal.rule.id,
                words=source.text[start:end],
                where=source.where,
                message_id=source.message_id,
                start=start,
                end=end,
                weight=signal.rule.weight,
                reason=rule.reason,
                title=signal.rule.title,
                document=rule.document,
            )
    return None


def _structural(rule: Rule, signal: SignalFile, scene: Scene) -> Evidence:
    return Evidence(
        signal=signal.id,
        where=_place(signal),
        message_id=scene.message.message_id,
        weight=signal.weight,
        reason=rule.reason,
        title=signal.title,
        document=rule.document,
    )


def _place(signal: SignalFile) -> str:
    """Where a reader would look for a sign that is no word."""
    if signal.relation or signal.tier:
        return "ledger"
    return "header" if signal.addressed or signal.kind else "thread"
