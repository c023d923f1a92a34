r"""What the owner did elsewhere settles a conversation too: answered it from another program, or threw it away.

`\Answered` (RFC 9051 §2.3.2) on the last letter of theirs counts as an answer, sent by
a program whose Sent folder we may not see.  Whoever deletes what was asked lets it go.
A letter of mine that was deleted or withdrawn says nothing any more: what it answered
is open again.
"""

from __future__ import annotations

from dataclasses import replace

from repliquette.model import Conversation, Evidence, Message, Owner, Reason, Standing, Verdict

ANSWERED = r"\Answered"
DELETED = r"\Deleted"

# Reasons that a letter has for its words, which are gone with it.
_BY_WORDS = frozenset({Reason.FYI, Reason.CLOSING})
_TITLES = {
    Reason.ANSWERED: "your mail program says that you answered it",
    Reason.DISMISSED: "you deleted it",
}


def without_withdrawn(conversation: Conversation, owner: Owner) -> Conversation:
    """The conversation without the letters of mine that I deleted; as it is where nothing else is left."""
    kept = tuple(m for m in conversation.messages if not is_withdrawn(m, owner))
    return replace(conversation, messages=kept) if kept and len(kept) < len(conversation.messages) else conversation


def is_withdrawn(message: Message, owner: Owner) -> bool:
    """Whether a letter is mine and was deleted."""
    return DELETED in message.flags and owner.is_me(message.sender)


def is_thrown_away(conversation: Conversation) -> bool:
    """Whether nothing is left of it that the owner has kept."""
    return all(DELETED in m.flags for m in conversation.messages)


def settled_elsewhere(verdict: Verdict, conversation: Conversation, owner: Owner) -> Verdict:
    """The verdict, or that nobody owes a reply where the owner's own marks say so of the letter judged."""
    judged = next((m for m in conversation.messages if m.message_id == verdict.message_id), conversation.last)
    if owner.is_me(judged.sender):
        return verdict
    # Of a letter that is gone, no words are left to tell why nothing was owed before.
    if DELETED in judged.flags and (verdict.standing is not Standing.SETTLED or verdict.reason in _BY_WORDS):
        return _settled(verdict, Reason.DISMISSED)
    # What they promised to me is still theirs to give, whatever I answered.
    if ANSWERED in judged.flags and verdict.standing is Standing.OWED:
        return _settled(verdict, Reason.ANSWERED)
    return verdict


def _settled(verdict: Verdict, reason: Reason) -> Verdict:
    shown = Evidence(
        signal=f"marked_{reason}",
        where="header",
        message_id=verdict.message_id,
        weight=1.0,
        reason=reason,
        title=_TITLES[reason],
    )
    return replace(
        verdict,
        standing=Standing.SETTLED,
        reason=reason,
        also=(),
        evidence=(shown,),
        due=None,
        return_date=None,
        confidence=1.0,
        marks=frozenset(),
    )
