"""What is so about a conversation without reading its words: who, to whom, after what, and when.

Each fact has a name that a rule file may ask for (`fact = ["question"]` style keys
of docs/rules.md) and one function here.  Facts are computed when a rule asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from repliquette.clock import add_working_time, local_date
from repliquette.conversation.thread import is_reply_subject
from repliquette.conversation.turn import Side
from repliquette.message import dates
from repliquette.message.lore import Lore
from repliquette.model import Kind, Message
from repliquette.reasons.scene import Relation, Scene

SHORT_WORDS = 12
BRIEF_WORDS = 40
LONG_WORDS = 250
LINE_OF_A_NAME = 7
CROWD = 10
SOON = timedelta(days=2)
STOP_CHASING = 3


def _is_reply(scene: Scene) -> bool:
    message = scene.message
    return bool(scene.turn.before or message.in_reply_to or message.references) or is_reply_subject(message.subject)


def _fake_reply(scene: Scene) -> bool:
    message = scene.message
    nothing_before = len(scene.conversation.messages) == 1 and not (
        message.in_reply_to or message.references or message.quoted
    )
    never_wrote = scene.relation in (Relation.STRANGER, Relation.MET)
    return nothing_before and never_wrote and is_reply_subject(message.subject)


def _forward(scene: Scene) -> bool:
    return bool(scene.message.forwarded) or scene.message.subject.casefold().startswith(("fw:", "fwd:", "wg:", "tr:"))


def _second_message(scene: Scene) -> bool:
    return any(m.sender.email == scene.message.sender.email for m in scene.turn.run[:-1])


def _unfinished(scene: Scene) -> bool:
    """The last line is a sentence begun: too long for a name, and without an end."""
    last = scene.message.fresh.rstrip().rpartition("\n")[2]
    return len(last.split()) > LINE_OF_A_NAME and last[-1].isalnum()


def _deadline_soon(scene: Scene) -> bool:
    message = scene.message
    found = dates.deadline(
        message.fresh, message.date, scene.lore, language=message.language, utc_offset=message.utc_offset
    )
    return found is not None and found.day - (message.date + message.utc_offset).date() <= SOON


def _day_promised(scene: Scene) -> bool:
    message = scene.message
    found = dates.promised_date(
        message.fresh, message.date, scene.lore, language=message.language, utc_offset=message.utc_offset
    )
    return found is not None


def return_day(message: Message, lore: Lore) -> date | None:
    """The first day on which the writer of a note is back, if it is named."""
    text = f"{message.subject}\n{message.fresh}"
    found = dates.return_date(text, message.date, lore, language=message.language, utc_offset=message.utc_offset)
    return found.day if found else None


def _absent(scene: Scene) -> bool:
    """The owner's days off cover the arrival, or my own automatic reply answered it."""
    if scene.turn.side is not Side.THEIRS:
        return False
    noted = any(n.kind is Kind.AUTO_REPLY and scene.owner.is_me(n.sender) for n in scene.conversation.messages)
    day = local_date(scene.message.date, scene.owner.time_zone)
    return noted or any(a.start <= day <= a.end for a in scene.owner.absences)


def _note(kind: Kind) -> Callable[[Scene], bool]:
    return lambda scene: any(n.kind is kind and not scene.owner.is_me(n.sender) for n in scene.turn.notes)


def _days_passed(days: int) -> Callable[[Scene], bool]:
    def passed(scene: Scene) -> bool:
        return scene.now >= add_working_time(scene.message.date, timedelta(days=days), scene.owner.time_zone)

    return passed


def _external(scene: Scene) -> bool:
    return scene.relation is not Relation.COLLEAGUE


def _written_by_machine(scene: Scene) -> bool:
    return not scene.message.is_human


class Fact(StrEnum):
    """The names that rules use; docs/rules.md explains each."""

    REPLY = "reply"
    CONTINUES = "continues"
    FAKE_REPLY = "fake_reply"
    FORWARD = "forward"
    NO_WORDS = "no_words"
    SHORT = "short"
    BRIEF = "brief"
    LONG = "long"
    ATTACHMENT = "attachment"
    CROWD = "crowd"
    NAMED = "named"
    OTHERS_NAMED = "others_named"
    SECOND_MESSAGE = "second_message"
    UNFINISHED = "unfinished"
    DEADLINE_SOON = "deadline_soon"
    DAY_PROMISED = "day_promised"
    RETURN_NAMED = "return_named"
    COLLEAGUE_ANSWERED = "colleague_answered"
    INTRODUCED = "introduced"
    EXTERNAL = "external"
    I_WAS_AWAY = "i_was_away"
    ALWAYS_FIRST = "always_first"
    NEVER_ANSWERS = "never_answers"
    MACHINE = "machine"
    BOUNCED = "bounced"
    AUTO_REPLY = "auto_reply"
    ONE_DAY_PASSED = "one_day_passed"
    THREE_DAYS_PASSED = "three_days_passed"


_FACTS: dict[Fact, Callable[[Scene], bool]] = {
    Fact.REPLY: _is_reply,
    Fact.CONTINUES: lambda scene: bool(scene.turn.before),
    Fact.FAKE_REPLY: _fake_reply,
    Fact.FORWARD: _forward,
    Fact.NO_WORDS: lambda scene: scene.words == 0,
    Fact.SHORT: lambda scene: scene.words <= SHORT_WORDS,
    Fact.BRIEF: lambda scene: scene.words <= BRIEF_WORDS,
    Fact.LONG: lambda scene: scene.words > LONG_WORDS,
    Fact.ATTACHMENT: lambda scene: bool(scene.message.attachments),
    Fact.CROWD: lambda scene: len(scene.message.recipients) > CROWD,
    Fact.NAMED: lambda scene: scene.turn.named,
    Fact.OTHERS_NAMED: lambda scene: scene.turn.others_named,
    Fact.SECOND_MESSAGE: _second_message,
    Fact.UNFINISHED: _unfinished,
    Fact.DEADLINE_SOON: _deadline_soon,
    Fact.DAY_PROMISED: _day_promised,
    Fact.RETURN_NAMED: lambda scene: return_day(scene.message, scene.lore) is not None,
    Fact.COLLEAGUE_ANSWERED: lambda scene: scene.turn.answers_a_colleague,
    Fact.INTRODUCED: lambda scene: bool(scene.introducer),
    Fact.EXTERNAL: _external,
    Fact.I_WAS_AWAY: _absent,
    Fact.ALWAYS_FIRST: lambda scene: scene.person.always_first,
    Fact.NEVER_ANSWERS: lambda scene: scene.person.unanswered >= STOP_CHASING,
    Fact.MACHINE: _written_by_machine,
    Fact.BOUNCED: _note(Kind.BOUNCE),
    Fact.AUTO_REPLY: _note(Kind.AUTO_REPLY),
    Fact.ONE_DAY_PASSED: _days_passed(1),
    Fact.THREE_DAYS_PASSED: _days_passed(3),
}


def asking(fact: Fact) -> Callable[[Scene], bool]:
    """The question whether a fact is so."""
    return _FACTS[fact]
