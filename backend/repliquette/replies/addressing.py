"""To whom a reply goes, under which subject, and where in the thread (RFC 5322 §3.6.2 to §3.6.5).

S29: the recipient comes from the conversation alone: Reply-To, else From, of the
message answered; for a message of mine, its To.  Never me, never a mailing list,
never an address that takes no mail.  A Reply-To in another domain is followed,
as the standard wants, and said aloud.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from repliquette.limits import REFERENCES
from repliquette.model import Address, Conversation, Kind, Message, Owner, Verdict
from repliquette.replies.draft import is_id, is_writable, one_line

_REPLY_PREFIX = re.compile(r"^(?:(?:re|aw|sv|vs|antw|odp|rif)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*)+", re.IGNORECASE)
_TAKES_NO_MAIL = re.compile(
    r"^(?:(?:do[-_.]?not|no)[-_.]?reply|noreply|donotreply|mailer-daemon|postmaster|bounces?|listserv|majordomo)"
    r"(?:[-_.+].*)?@"
)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a reply goes.  `warning` is a sentence for the owner, or ""."""

    to: tuple[Address, ...]
    in_reply_to: str
    references: tuple[str, ...]
    warning: str = ""


def answered(verdict: Verdict, conversation: Conversation) -> Message:
    """The message a reply answers: the one judged, or the human one before a note of a machine.

    A post to a list is judged only where it is meant for me.
    """
    messages = conversation.messages
    at = next((n for n, m in enumerate(messages) if m.message_id == verdict.message_id), len(messages) - 1)
    if "list_post" in messages[at].remarks:
        return messages[at]
    human = [m for m in messages[: at + 1] if m.is_human]
    return human[-1] if human else messages[at]


def route(message: Message, owner: Owner) -> Route:
    """Recipients and thread of a reply to `message`; without a recipient the warning says why."""
    to, warning = _recipients(message, owner)
    return Route(to, message.message_id if is_id(message.message_id) else "", references(message), warning)


def references(message: Message) -> tuple[str, ...]:
    """The parent's References (or its single In-Reply-To), then the parent; long threads keep both ends."""
    before = message.references or (message.in_reply_to if len(message.in_reply_to) == 1 else ())
    chain = tuple(dict.fromkeys(i for i in (*before, message.message_id) if is_id(i)))
    return chain if len(chain) <= REFERENCES else (*chain[:1], *chain[1 - REFERENCES :])


def reply_subject(subject: str) -> str:
    """The subject with one "Re:" before it, whatever it had."""
    return f"Re: {bare_subject(subject)}".rstrip()


def bare_subject(subject: str) -> str:
    """The subject without the marks of replies, in any of the usual languages."""
    return _REPLY_PREFIX.sub("", one_line(subject))


def _recipients(message: Message, owner: Owner) -> tuple[tuple[Address, ...], str]:
    if message.kind is Kind.VOICEMAIL:
        return (), ""  # written by a telephone system; the caller is called back
    if owner.is_me(message.sender):
        return _to_whom_i_wrote(message, owner), ""
    listed = "list_post" in message.remarks
    wished = () if listed else _usable(message.reply_to, owner)
    to = wished or _usable((message.sender,), owner)
    if not to:
        return (), f"{message.sender.shown} takes no mail, so the address is yours to fill in."
    strange = sorted({a.domain for a in wished} - {message.sender.domain})
    if strange and message.sender.domain:
        return to, f"Answers go to {', '.join(strange)}, but the message came from {message.sender.domain}."
    return to, ""


def _to_whom_i_wrote(message: Message, owner: Owner) -> tuple[Address, ...]:
    return _usable(message.to, owner) or _usable(message.cc, owner)


def _usable(addresses: tuple[Address, ...], owner: Owner) -> tuple[Address, ...]:
    unique = {a.email: a for a in reversed(addresses)}
    return tuple(
        a
        for a in reversed(unique.values())
        if is_writable(a) and not owner.is_me(a) and not _TAKES_NO_MAIL.match(a.email)
    )
