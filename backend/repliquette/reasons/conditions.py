"""The conditions of a signal that are no phrases, as questions to a scene; made once, when the rules are read."""

from __future__ import annotations

from collections.abc import Callable

from repliquette.reasons.facts import asking
from repliquette.reasons.scene import Scene
from repliquette.reasons.schema import SignalFile

Condition = Callable[[Scene], bool]


def conditions(rule: SignalFile) -> tuple[Condition, ...]:
    """All that must hold; the turn is left out, by which the rulebook is sorted already."""
    wanted: list[Condition] = []
    if rule.addressed:
        wanted.append(lambda scene: scene.turn.addressed in rule.addressed)
    if rule.relation:
        wanted.append(lambda scene: scene.relation in rule.relation)
    if rule.kind:
        wanted.append(lambda scene: scene.message.kind in rule.kind)
    if rule.tier:
        wanted.append(lambda scene: scene.person.tier in rule.tier)
    if rule.language:
        wanted.append(lambda scene: scene.message.language in rule.language)
    # What must not hold comes first: it is mostly the length or the place in the thread, and costs nothing.
    wanted.extend(_not(asking(fact)) for fact in rule.no_fact)
    wanted.extend(asking(fact) for fact in rule.fact)
    return tuple(wanted)


def _not(condition: Condition) -> Condition:
    return lambda scene: not condition(scene)
