"""What they asked for, in their own words: a noun phrase that fits into a sentence of mine.

"could you get us two tickets for Friday" gives "the two tickets for Friday";
"your slides" becomes "my slides".  Only phrases around a known noun are taken,
with a clear beginning and end; otherwise the answer is "" and the sentence that
would name the thing is left out.  A vague reply is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from repliquette.model import Evidence, Message
from repliquette.replies.draft import one_line

THING_CHARS = 60
QUOTE_CHARS = 160
COURTESY_WORDS = 5
_MODIFIERS_MOST = 3
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\s\w]|_")
_ABBREVIATED = "".join(
    rf"(?<!\b{a}\.)" for a in ("Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Fr", "Hr", "z.B", "e.g", "i.e")
)
_SENTENCE_END = re.compile(rf"(?<=[.!?…]){_ABBREVIATED}\s+|\n\s*\n")
# Markup, template marks and addresses have no place in a sentence of mine.
_UNSPEAKABLE = re.compile(r"[{}\[\]<>|\\^~_=#*@`$%]|https?:|www\.", re.IGNORECASE)


class Things(BaseModel):
    """The words of one language by which a thing is found and taken over into my own sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nouns: frozenset[str]
    adjectives: frozenset[str]
    verbs: frozenset[str]
    between: frozenset[str]
    first_person: frozenset[str]
    determiners: dict[str, str]
    counts: frozenset[str]
    the: str
    ends: frozenset[str]
    tails: tuple[str, ...]
    open_questions: frozenset[str]
    alternatives: frozenset[str]


def thing(evidence: tuple[Evidence, ...], message: Message, words: Things) -> str:
    """What `message` asks for, as I would name it; "" where nothing safe can be named."""
    shown = [e for e in evidence if e.where == "fresh" and e.message_id == message.message_id and e.end > e.start]
    heaviest = sorted(shown, key=lambda e: -e.weight)
    for text in (*(sentence(message.fresh, e.start, e.end) for e in heaviest), *questions(message.fresh)):
        for found in _phrases(text, words):
            if len(found) <= THING_CHARS:
                return found
    return ""


def sentence(text: str, start: int, end: int) -> str:
    """The sentence of `text` that holds [start, end), on one line."""
    begins = max((m.end() for m in _SENTENCE_END.finditer(text, 0, start)), default=0)
    following = _SENTENCE_END.search(text, max(end - 1, start))
    return one_line(text[begins : following.start() if following else len(text)])


def sentences(text: str) -> list[str]:
    """The sentences of a text, each on one line."""
    return [line for s in _SENTENCE_END.split(text) if (line := one_line(s))]


def questions(text: str) -> list[str]:
    """The sentences that end in a question mark, in order."""
    return [s for s in sentences(text) if s.endswith("?")]


def speaks_for_oneself(text: str, words: Things) -> bool:
    """Whether a sentence is about its writer: "I'll send it", "we will check"."""
    return any(token.casefold() in words.first_person for token in _TOKEN.findall(text.replace("’", "'")))


def asks_openly(text: str, words: Things) -> bool:
    """Whether a question wants more than a yes or a no ("which day…?", "teal or mustard?").

    A short question before the last one is taken for a courtesy ("How are you?").
    """
    asked = questions(text)
    weighed = [q for q in asked if len(q.split()) > COURTESY_WORDS] + asked[-1:]
    return any(_is_open(q.casefold(), words) for q in weighed)


def _is_open(question: str, words: Things) -> bool:
    opening = re.split(r"[,:;–—]\s+", question)[-1].split(" ", 1)[0].rstrip("?")
    return opening in words.open_questions or not words.alternatives.isdisjoint(question.split())


def speakable(text: str, limit: int = QUOTE_CHARS) -> str:
    """The text on one line if it can stand in a sentence of mine, else ""."""
    line = one_line(text)
    fits = len(line) <= limit and any(c.isalpha() for c in line) and not _UNSPEAKABLE.search(line)
    return re.sub(r"[\"“”„«»]", "'", line) if fits else ""


def _phrases(text: str, words: Things) -> Iterator[str]:
    spoken = speakable(text, limit=2 * QUOTE_CHARS)
    tokens = _TOKEN.findall(spoken)
    folded = [t.casefold() for t in tokens]
    for head, noun in enumerate(folded):
        ends_here = head + 1 == len(tokens) or folded[head + 1] in words.ends or not tokens[head + 1][0].isalnum()
        if noun not in words.nouns or not ends_here:
            continue
        start = _start(folded, head, words)
        if start is not None and _is_asked_for(folded, start, words):
            lead = words.determiners.get(folded[start], f"{words.the} {tokens[start]}")
            phrase = " ".join([lead, *tokens[start + 1 : head + 1]])
            yield phrase + _tail(tokens, head, words)


def _start(folded: list[str], head: int, words: Things) -> int | None:
    """Where the phrase that ends with the noun at `head` begins, or None where that is not clear."""
    start = head
    while start and folded[start - 1] in words.adjectives | words.nouns:
        start -= 1
    for at in range(start - 1, max(start - 1 - _MODIFIERS_MOST, -1), -1):
        if folded[at] in words.determiners or folded[at] in words.counts or folded[at].isdecimal():
            return at
        if folded[at] in words.ends or not folded[at][0].isalnum():
            break
    bare_plural = folded[head].endswith("s") and (start == 0 or folded[start - 1] in words.ends)
    return start if bare_plural else None


def _is_asked_for(folded: list[str], start: int, words: Things) -> bool:
    """Whether the phrase is the object of asking: "send me", "time for", "join"."""
    before = start - 1
    while before >= max(start - 3, 0) and folded[before] in words.between:
        before -= 1
    return before >= 0 and folded[before] in words.verbs


def _tail(tokens: list[str], head: int, words: Things) -> str:
    """What belongs to the thing behind its noun ("on Thursday"), where it is a known turn of phrase."""
    behind = " ".join(tokens[head + 1 : head + 4]).casefold()
    tail = next((t for t in words.tails if behind == t or behind.startswith(t + " ")), "")
    size = len(tail.split())
    return " ".join(["", *tokens[head + 1 : head + 1 + size]])
