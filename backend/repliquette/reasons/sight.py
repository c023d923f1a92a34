"""What the learned layer sees of a conversation: its structure, the signals that rules found, its sentences.

Every feature has a name that can be read in `rules/weights.json`.  Nothing here is a
name, an address or a word of the mail.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from repliquette.conversation.thread import is_reply_subject
from repliquette.model import Message, Reason, Standing
from repliquette.reasons.grams import Sentence, sentences
from repliquette.reasons.scene import Scene
from repliquette.reasons.signals import Shown

QUESTIONS = 3  # more of them say no more
MARGIN = 2.0
BEHIND_WORDS = 120


@dataclass(frozen=True, slots=True)
class Sight:
    """The features by name, the sentences of the judged message, and the buckets of all its n-grams.

    `behind` are the first sentences of what it answers or passes on.
    """

    features: dict[str, float]
    sentences: tuple[Sentence, ...]
    grams: frozenset[int]
    behind: tuple[Sentence, ...] = ()


def see(scene: Scene, found: Iterable[Shown], margins: Iterable[tuple[Standing, Reason, float]]) -> Sight:
    """Look at a scene with the signals found in it and how far each reason goes beyond what it needs."""
    message = scene.message
    said = sentences(message.fresh)
    subject = sentences(message.subject)
    return Sight(
        features=dict(chain(_signals(found), _margins(margins), _people(scene), _form(message), _thread(scene))),
        sentences=said,
        grams=frozenset(chain.from_iterable(s.grams for s in (*said, *subject))),
        behind=sentences(message.forwarded or message.quoted, BEHIND_WORDS),
    )


def _signals(found: Iterable[Shown]) -> Iterator[tuple[str, float]]:
    for one in found:
        yield f"signal {one.rule.standing}/{one.rule.reason}/{one.signal.id}", 1.0


def _margins(margins: Iterable[tuple[Standing, Reason, float]]) -> Iterator[tuple[str, float]]:
    for standing, reason, margin in margins:
        yield f"rule {standing}/{reason}", max(-MARGIN, min(MARGIN, margin))


def _people(scene: Scene) -> Iterator[tuple[str, float]]:
    message, person, turn = scene.message, scene.person, scene.turn
    yield f"addressed {turn.addressed}", 1.0
    yield f"relation {scene.relation}", 1.0
    yield f"tier {person.tier}", 1.0
    yield "named", float(turn.named)
    yield "others named", float(turn.others_named)
    yield "introduced", float(bool(scene.introducer))
    yield "received (log)", math.log1p(person.received)
    yield "sent (log)", math.log1p(person.sent)
    yield "in To (log)", math.log1p(len(message.to))
    yield "in Cc (log)", math.log1p(len(message.cc))
    yield "sender of my domain", float(message.sender.email.rpartition("@")[2] in scene.owner.domains)


def _form(message: Message) -> Iterator[tuple[str, float]]:
    questions = min(QUESTIONS, message.fresh.count("?"))
    yield f"kind {message.kind}", 1.0
    yield "questions", float(questions)
    yield "words (log)", math.log1p(len(message.fresh.split()))
    yield "no words", float(not message.fresh.strip())
    yield "reply subject", float(is_reply_subject(message.subject))
    yield "forwarded subject", float(message.subject.casefold().startswith(("fw:", "fwd:", "wg:", "tr:")))
    yield "quotes", float(bool(message.quoted))
    yield "forwards", float(bool(message.forwarded))
    yield "attachments", float(bool(message.attachments))
    for remark in message.remarks:
        yield f"remark {remark}", 1.0


def _thread(scene: Scene) -> Iterator[tuple[str, float]]:
    yield f"side {scene.turn.side}", 1.0
    yield "messages (log)", math.log1p(len(scene.conversation.messages))
    yield "turns before (log)", math.log1p(len(scene.turn.before))
    yield "asked alone", float("?" in scene.message.fresh and scene.turn.addressed == "alone")
