"""What a template may say: facts of the conversation and the settings, and nothing invented.

Every fact is a text that is safe inside a sentence, or "" where it is not known;
flags are true or false.  Sender-chosen text passes `topic.speakable` first, so
that no markup, address or template mark of theirs can get into a draft.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from repliquette.clock import local_date
from repliquette.model import Conversation, Message, Owner, Person, Reason, Standing, Tier, Verdict
from repliquette.replies import topic
from repliquette.replies.etiquette import FOLLOW_UPS, follow_ups
from repliquette.replies.voice import Voice

_NUMBER = re.compile(r"\+?[0-9][0-9 ()/.-]{3,24}")
# My own message may hold a mark that some mailing tool left in it.
_UNFINISHED = re.compile(r"[{}\[\]<>]|%\w+%|_{3,}")
PROMISE_CHARS = 110  # a promise is short; a longer sentence holds more than it
LONG = timedelta(days=30)  # as the longest apology of voice.toml
RESENT_CHARS = 2_000  # a longer message is sent again from the mail program, with its attachments


@dataclass(frozen=True, slots=True)
class Facts:
    """The names that a template may use."""

    thing: str = ""
    """What they asked for, as I would name it: "the two tickets"."""
    their_words: str = ""
    """The sentence of theirs that carries the verdict, where it speaks of themselves."""
    my_words: str = ""
    """The sentence of mine that carries the verdict, where it speaks of me."""
    my_question: str = ""
    """The last question that I asked."""
    my_message: str = ""
    """What I wrote, whole and quoted, where it is short."""
    sent_on: str = ""
    """The day of my message in words: "3 March"."""
    apology: str = ""
    """A sentence in proportion to the delay; "" within grace."""
    number: str = ""
    """The number that a voicemail names, as it stands there."""
    purpose: str = ""
    """What a voicemail says it is about."""
    long_silence: bool = False
    """My reply is late by a month or more."""
    attachment: bool = False
    """They sent a file."""
    open_question: bool = False
    """Their last question wants more than a yes or a no."""
    reminded: bool = False
    """I have followed up once already."""
    finished: bool = False
    """I have followed up as often as courtesy allows."""
    stranger: bool = False
    """We had no correspondence before."""

    @classmethod
    def names(cls) -> frozenset[str]:
        """Every name, for the check of templates at load."""
        return frozenset(f.name for f in fields(cls))

    @classmethod
    def all_known(cls) -> Facts:
        """Every text a word and every flag true, for the trial of templates at load."""
        sample: dict[str, Any] = {f.name: "words" if f.type == "str" else True for f in fields(cls)}
        return cls(**sample)

    def values(self) -> dict[str, str | bool]:
        """Names and values, for a template."""
        return asdict(self)


def gather(
    verdict: Verdict,
    conversation: Conversation,
    answered: Message,
    person: Person,
    *,
    owner: Owner,
    now: datetime,
    voice: Voice,
    things: topic.Things,
) -> Facts:
    """What is known for a reply to `answered`."""
    mine = _my_last(conversation, owner)
    call = answered.voicemail
    reminders = follow_ups(conversation, owner)
    late = lateness(verdict, now)
    return Facts(
        thing=topic.thing(verdict.evidence, answered, things),
        their_words=_carrying(verdict, conversation, owner, things, mine=False),
        my_words=_carrying(verdict, conversation, owner, things, mine=True),
        my_question=_last_question(mine),
        my_message=_whole(mine),
        sent_on=voice.day(local_date(mine.date, owner.time_zone)) if mine else "",
        apology=voice.sorry(late),
        number=_number(call.number) if call else "",
        purpose=topic.speakable(call.purpose) if call else "",
        long_silence=late >= LONG,
        attachment=bool(answered.attachments),
        open_question=topic.asks_openly(answered.fresh, things),
        reminded=0 < reminders < FOLLOW_UPS,
        finished=reminders >= FOLLOW_UPS,
        stranger=is_stranger(person),
    )


def lateness(verdict: Verdict, now: datetime) -> timedelta:
    """How long an owed reply is late; zero within grace, and for what others owe."""
    if verdict.standing is not Standing.OWED or verdict.due is None:
        return timedelta(0)
    return max(now - verdict.due, timedelta(0))


def is_stranger(person: Person) -> bool:
    """Whether I have never written to them and they are nothing to me that I have said."""
    return person.sent == 0 and person.tier in (Tier.STRANGER, Tier.ACQUAINTANCE)


def _my_last(conversation: Conversation, owner: Owner) -> Message | None:
    return next((m for m in reversed(conversation.messages) if owner.is_me(m.sender) and m.is_human), None)


def _carrying(verdict: Verdict, conversation: Conversation, owner: Owner, things: topic.Things, *, mine: bool) -> str:
    by_id = {m.message_id: m for m in conversation.messages if owner.is_me(m.sender) == mine}
    main = (verdict.reason, Reason.PROMISED)
    for e in sorted(verdict.evidence, key=lambda e: -e.weight):
        message = by_id.get(e.message_id)
        if message and e.where == "fresh" and e.end > e.start and (not e.reason or e.reason in main):
            said = topic.speakable(topic.sentence(message.fresh, e.start, e.end), PROMISE_CHARS)
            if topic.speaks_for_oneself(said, things):
                return said
    return ""


def _number(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""


def _last_question(message: Message | None) -> str:
    asked = topic.questions(message.fresh) if message else []
    return topic.speakable(asked[-1]) if asked else ""


def _whole(message: Message | None) -> str:
    text = message.fresh.strip() if message else ""
    if not 0 < len(text) <= RESENT_CHARS or _UNFINISHED.search(text):
        return ""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
