"""Messages to threads: References first, the provider's thread id, then subject and people.

References and In-Reply-To (RFC 5322 §3.6.4) bind by identifier, also through
messages that are missing, as in Jamie Zawinski's threading.  Gmail's thread id
and Exchange's conversation index bind where a client drops the headers.  Subject
and people are the last resort, for replies that carry no identifier at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from repliquette.limits import SUBJECT_THREAD_DAYS
from repliquette.model import Message

_REPLY = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|antw|antwort|sv|vs|odp|rif|ref|res|ynt|回复|答复|返信)"
    r"(?:\s*\[\d+\]|\s*\^\d+)?\s*[:：]\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr|rv|enc|i|vb|doorst|转发)\s*[:：]\s*", re.IGNORECASE)
_AUTOMATIC = re.compile(
    r"^\s*(?:automatic reply|auto[- ]?reply|autoreply|out of (?:the )?office(?: autoreply)?|automatische antwort|"
    r"abwesenheitsnotiz|abwesend|réponse automatique|respuesta automática|frånvaro|fravær)\s*[:：]\s*",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_WINDOW = timedelta(days=SUBJECT_THREAD_DAYS)


def is_reply_subject(subject: str) -> bool:
    """Whether a subject claims to continue something ("Re:", "AW:", "Automatic reply:")."""
    return bool(_REPLY.match(subject) or _AUTOMATIC.match(subject))


def subject_key(subject: str) -> str:
    """The subject without reply and forward prefixes, folded; "" where nothing is left."""
    while True:
        shorter = subject
        for prefix in (_REPLY, _FORWARD, _AUTOMATIC):
            shorter = prefix.sub("", shorter, count=1)
        if shorter == subject:
            return _SPACE.sub(" ", subject).strip().casefold()
        subject = shorter


def thread(messages: Iterable[Message]) -> tuple[tuple[Message, ...], ...]:
    """Group messages into threads, each oldest first, the threads by their first message.

    A copy of a message (the same Message-ID in two folders) must be left out beforehand.
    """
    ordered = sorted(messages, key=lambda m: (m.date, m.message_id))
    sets = _Sets(len(ordered))
    by_name: dict[str, int] = {}
    for index, message in enumerate(ordered):
        for name in _names(message):
            sets.join(by_name.setdefault(name, index), index)
    for earlier, later in _by_subject(ordered):
        sets.join(earlier, later)
    groups: dict[int, list[Message]] = defaultdict(list)
    for index, message in enumerate(ordered):
        groups[sets.root(index)].append(message)
    return tuple(tuple(group) for group in groups.values())


def _names(message: Message) -> Iterator[str]:
    """Every identifier that binds a message to its thread, each with its kind."""
    for identifier in (message.message_id, *message.in_reply_to, *message.references):
        yield f"id:{identifier}"
    if message.gmail_thread is not None:
        yield f"gmail:{message.gmail_thread}"
    if message.exchange_thread:
        yield f"exchange:{message.exchange_thread}"


def _by_subject(ordered: list[Message]) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) that belong together by subject, people and time alone."""
    seen: dict[str, list[int]] = defaultdict(list)
    for index, message in enumerate(ordered):
        key = subject_key(message.subject)
        if not key:
            continue
        if is_reply_subject(message.subject) and not message.references and not message.in_reply_to:
            earlier = next((i for i in reversed(seen[key]) if answers(ordered[i], message)), None)
            if earlier is not None:
                yield earlier, index
        seen[key].append(index)


def answers(earlier: Message, later: Message) -> bool:
    """Whether `later` may answer `earlier`, by people and time: both sides were in the first one."""
    if later.date - earlier.date > _WINDOW:
        return False
    before = {a.email for a in (earlier.sender, *earlier.recipients)}
    after = {a.email for a in later.recipients}
    return later.sender.email in before and (later.sender == earlier.sender or earlier.sender.email in after)


class _Sets:
    """Disjoint sets over 0..n-1 with path halving (Tarjan)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, item: int) -> int:
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        a, b = sorted((self.root(one), self.root(other)))
        self._parent[b] = a
