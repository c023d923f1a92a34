"""What must hold for a signal to show, its words aside; made once, when the rules are read.

Of the same situation are thousands of conversations: which signals can show in it is
asked once.  The facts are asked of each scene.
"""

from __future__ import annotations

from collections.abc import Callable

from repliquette.reasons.facts import asking
from repliquette.reasons.scene import Scene, Situation
from repliquette.reasons.schema import SignalFile

Condition = Callable[[Scene], bool]


def can_show(rule: SignalFile, situation: Situation) -> bool:
    """Whether a signal can show on this side, of this relation, to one so addressed, in such a message."""
    return (
        (not rule.turn or situation.side in rule.turn)
        and (not rule.addressed or situation.addressed in rule.addressed)
        and (not rule.relation or situation.relation in rule.relation)
        and (not rule.kind or situation.kind in rule.kind)
        and (not rule.tier or situation.tier in rule.tier)
        and (not rule.language or situation.language in rule.language)
    )


def conditions(rule: SignalFile) -> tuple[Condition, ...]:
    """The facts that must hold, and those that must not."""
    # What must not hold comes first: it is mostly the length or the place in the thread, and costs nothing.
    return (*(_not(asking(fact)) for fact in rule.no_fact), *map(asking, rule.fact))


def _not(condition: Condition) -> Condition:
    return lambda scene: not condition(scene)
