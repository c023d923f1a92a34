"""Rows of the lists: a judged conversation in one line, the ask in the sender's own words."""

from __future__ import annotations

import re

from repliquette.conversation.people import Ledger, other_side
from repliquette.model import Conversation, Entry, Evidence, Message, Owner, Verdict

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
    """The sentence that weighs most, in the sender's own words; "" where the message says nothing."""
    judged = next((m for m in conversation.messages if m.message_id == verdict.message_id), conversation.last)
    if judged.voicemail and judged.voicemail.purpose:
        return _short(judged.voicemail.purpose)
    best = max((e for e in verdict.evidence if _shows(e, judged)), key=lambda e: e.weight, default=None)
    return _short(_sentence(judged.fresh, best.start if best else 0))


def _shows(evidence: Evidence, message: Message) -> bool:
    return evidence.where == "fresh" and evidence.message_id == message.message_id and evidence.end > evidence.start


def _sentence(text: str, at: int) -> str:
    start, end = 0, len(text)
    for boundary in _BOUNDARY.finditer(text):
        if boundary.end() <= at:
            start = boundary.end()
        elif boundary.start() > at:
            end = boundary.start()
            break
    sentence = _SPACE.sub(" ", text[start:end]).strip()
    return _GREETING.sub("", sentence) or sentence


def _short(text: str) -> str:
    text = _SPACE.sub(" ", text).strip()
    return text if len(text) <= WORDS else text[: WORDS - 1].rsplit(" ", 1)[0] + "…"
