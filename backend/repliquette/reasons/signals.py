"""Which signals a conversation shows, and the words that show them.

Phrases are sought in the newly written text of the judged message and of its
neighbours (`texts`), each text once, with the one `PhraseSet` of the book.
Offsets of the evidence count characters of `Message.fresh` (or of the subject).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from repliquette.conversation.people import Ledger
from repliquette.conversation.turn import Addressed, Turn
from repliquette.message.lore import Lore
from repliquette.model import Conversation, Evidence, Owner
from repliquette.reasons.facts import holds
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
    """The signals of all rules that a scene shows; those with `needs` or `excludes` see those without."""
    readings = read(scene.turn, book.phrases)
    found = {phrase for reading in readings for phrase in reading.hits}
    result: list[Shown] = []
    for rule in book:
        here = _of_rule(rule, (s for s in rule.signals if _possible(s, scene, found)), scene, readings)
        result.extend(here)
    return result


def _possible(signal: Signal, scene: Scene, found: set[int]) -> bool:
    """The cheap questions first: the side, and whether any of its phrases occurs anywhere."""
    if signal.rule.turn and scene.turn.side not in signal.rule.turn:
        return False
    return not signal.phrases or not signal.phrases.isdisjoint(found)


def _of_rule(rule: Rule, candidates: Iterable[Signal], scene: Scene, readings: list[Reading]) -> list[Shown]:
    result: dict[str, Shown] = {}
    dependent: list[Signal] = []
    for signal in candidates:
        if signal.rule.needs or signal.rule.excludes:
            dependent.append(signal)
        elif (evidence := _evidence(rule, signal, scene, readings)) is not None:
            result[signal.rule.id] = Shown(rule, signal.rule, evidence)
    simple = set(result)
    for signal in dependent:
        free = simple.issuperset(signal.rule.needs) and simple.isdisjoint(signal.rule.excludes)
        if free and (evidence := _evidence(rule, signal, scene, readings)) is not None:
            result[signal.rule.id] = Shown(rule, signal.rule, evidence)
    return list(result.values())


def _evidence(rule: Rule, signal: Signal, scene: Scene, readings: list[Reading]) -> Evidence | None:
    if not _conditions(signal.rule, scene):
        return None
    if not signal.phrases:
        return _structural(rule, signal.rule, scene)
    for reading in readings:
        if reading.source.places.isdisjoint(signal.rule.where):
            continue
        hit = reading.first(signal.phrases, signal.unless, ending="end" in signal.rule.where)
        if hit is not None:
            start, end = reading.words(hit)
            source = reading.source
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


def _conditions(rule: SignalFile, scene: Scene) -> bool:
    return (
        _one_of(scene.turn.side, rule.turn)
        and _one_of(scene.message.kind, rule.kind)
        and _addressed(rule.addressed, scene.turn)
        and _one_of(scene.message.language, rule.language)
        and _one_of(scene.person.tier, rule.tier)
        and (not rule.relation or scene.relation in rule.relation)
        and all(holds(f, scene) for f in rule.fact)
        and not any(holds(f, scene) for f in rule.no_fact)
    )


def _one_of(value: str, allowed: Collection[str]) -> bool:
    return not allowed or value in allowed


def _addressed(allowed: Collection[Addressed], turn: Turn) -> bool:
    return not allowed or turn.addressed in allowed
