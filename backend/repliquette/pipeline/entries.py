"""Rows of the lists: a judged conversation in one line, the ask in the sender's own words."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import partial

from repliquette.conversation.people import Ledger, other_side
from repliquette.model import Conversation, Entry, Evidence, Owner, Verdict

SHORT = 24
WORDS = 140  # characters: what fits on two lines of a 320-pixel panel
_BOUNDARY = re.compile(r"(?<=[.!?…])\s+|\n\s*\n")
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|hallo|liebe[r]?|bonjour|hola|good \w+)\b[^,:.!?]{0,40}[,:!]\s*)", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")


def entry(conversation: Conversation, verdict: Verdict, ledger: Ledger, owner: Owner) -> Entry:
    """The row of a conversation."""
    who = other_side(conversation, owner, verdict.message_id)
    person = ledger.person(who.email)
    return Entry(
        id=conversation.id,
        account=conversation.account,
        subject=conversation.subject,
        who=who,
        tier=person.tier,
        words=ask_in_words(conversation, verdict),
        verdict=verdict,
        last=conversation.last.date,
        messages=len(conversation.messages),
    )


def ask_in_words(conversation: Conversation, verdict: Verdict) -> str:
    """The sentence that weighs most, in its writer's own words; "" where the message says nothing."""
    by_id = {m.message_id: m for m in conversation.messages}
    judged = by_id.get(verdict.message_id, conversation.last)
    if judged.voicemail and judged.voicemail.purpose:
        return _short(judged.voicemail.purpose)
    quotes = [e for e in verdict.evidence if e.where == "fresh" and e.message_id in by_id and e.end > e.start]
    if not quotes:
        greeting = _GREETING.match(judged.fresh)
        return _short(_sentence(judged.fresh, greeting.end() if greeting else 0))
    best = max(quotes, key=partial(_tells, verdict))
    return _short(_sentence(by_id[best.message_id].fresh, best.start))


def _tells(verdict: Verdict, evidence: Evidence) -> tuple[bool, bool, float]:
    """How well evidence shows what the verdict is about: its reason first, then the judged message, then weight."""
    return evidence.reason == verdict.reason, evidence.message_id == verdict.message_id, evidence.weight


def _sentence(text: str, at: int) -> str:
    """The sentence around an offset, with the one before it where it says too little alone ("Which?")."""
    borders = [0, *(b.end() for b in _BOUNDARY.finditer(text)), len(text)]
    place = max(bisect_right(borders, at) - 1, 0)
    place = min(place, len(borders) - 2)
    sentence = _flat(text[borders[place] : borders[place + 1]])
    if place and len(sentence) < SHORT:
        sentence = _flat(text[borders[place - 1] : borders[place + 1]])
    return _GREETING.sub("", sentence) or sentence


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _short(text: str) -> str:
    text = _flat(text)
    return text if len(text) <= WORDS else text[: WORDS - 1].rsplit(" ", 1)[0] + "…"
