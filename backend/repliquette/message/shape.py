"""The shape of a message: what it looks like from afar, for `rules/kinds/` to weigh.

People write to people, call them by name and say a few sentences.  Machines and
mass mail address nobody or a crowd, greet a class ("Dear customer"), and send links,
headlines, prices and tables.  No shape alone decides; every one is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from repliquette.message.headers import Headers
from repliquette.model import Address

_TEXT_CHARS = 6_000
_CROWD, _MULTITUDE = 12, 40
_LINKS, _MANY_LINKS = 5, 15
_WORDS_A_LINK = 40
_RULES = 3
_ROWS = 4
_HEADLINES = 5
_PRICES = 4
_SHORT_WORDS = 12

_LINK = re.compile(r"https?://|www\.\w", re.IGNORECASE)
_URL = re.compile(r"<?(?:https?://|www\.)\S+", re.IGNORECASE)
_RULE = re.compile(r"^[ \t>/|\\]*([-=_*~+#])(?:[ \t]?\1){9,}[-=_*~+#/|\\ \t]*$", re.MULTILINE)
_HEADLINE = re.compile(r"^[ \t]*[*#=-]*[ \t]*[A-Z][A-Z0-9&',.:/ -]{6,60}$", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\S.*?(?:\t|[ ]{2,}|\|)[ \t]*[-+$€£]?\d[\d.,:%/]*(?:(?:\t|[ ]{2,}|\|)|[ \t]*$)", re.MULTILINE)
_FIELD_ROW = re.compile(r"^[ \t]*[A-Z][\w /#()-]{1,30}:[ \t]*\S.*$", re.MULTILINE)
_PRICE = re.compile(r"[$€£]\s?\d|\d\s?(?:€|EUR|USD)\b|\d\s?%")
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|lieber?|liebes|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|bonjour|salut|cher|chère|hola|estimad[oa]|querid[oa]|ciao|caro|cara|gentile|beste|geachte|hej|olá|caro)?"
    r"[ ,]*(?:(?:mr|mrs|ms|miss|dr|herr|frau|herrn|prof|sir|m|mme|sr|sra)\.?\s+)*([^\W\d_][\w'-]+)(?:\s+[^\W\d_][\w'.-]+){0,2}\s*(?:[,:!.-]|\n)",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[^\W\d_]{2,}")
_ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|odp|ang|vs|r|ref|回复)\s*(?:\[\d+\])?:", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:vol(?:ume|\.)?\s*\d+|issue\s*#?\d+|no\.\s?\d+|#\s?\d{2,})|\b\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\b", re.IGNORECASE
)
_DAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+(?:\d{1,2},?\s*)?(?:19|20)\d\d",
    re.IGNORECASE,
)


def shapes(headers: Headers, sender: Address, subject: str, text: str) -> tuple[str, ...]:
    """The words for what is seen, in a fixed order."""
    text = text[:_TEXT_CHARS]
    to = [*headers.every("to"), *headers.every("cc")]
    return (*_addressing(to, sender), *_salutation(to, text), *_face(text), *_title(headers, subject))


def _addressing(to: list[str], sender: Address) -> Iterator[str]:
    """Nobody, oneself, a crowd of more than a dozen, a multitude of more than forty."""
    listed = " ".join(to)
    count = listed.count("@")
    if count == 0:
        yield "no_recipient"
    elif count == 1 and sender.email and sender.email in listed.lower():
        yield "to_itself"
    if count > _CROWD:
        yield "multitude" if count > _MULTITUDE else "crowd"


def _salutation(to: list[str], text: str) -> Iterator[str]:
    """Whether it begins with a name that stands in To or Cc."""
    greeted = _GREETING.match(text)
    named = {name.casefold() for name in _NAMES.findall(" ".join(to))}
    if greeted and any(name.casefold() in named for name in _NAMES.findall(greeted[0])):
        yield "greets_by_name"


def _face(text: str) -> Iterator[str]:
    """Links, rules, headlines, tables, prices; and whether there is any word but a link."""
    links = len(_LINK.findall(text))
    words = len(text.split())
    if links >= _LINKS and words < links * _WORDS_A_LINK:
        yield "many_links" if links >= _MANY_LINKS else "links"
    if links and len(_URL.sub("", text).split()) < _SHORT_WORDS:
        yield "only_a_link"
    counted = ((_RULE, _RULES, "rules"), (_HEADLINE, _HEADLINES, "headlines"), (_ROW, _ROWS, "table"))
    for pattern, least, word in (*counted, (_FIELD_ROW, _ROWS, "fields"), (_PRICE, _PRICES, "prices")):
        if len(pattern.findall(text)) >= least:
            yield word


def _title(headers: Headers, subject: str) -> Iterator[str]:
    """A number or a date in the subject, as issues and reports have; an answer to something."""
    if _NUMBERED.search(subject) or _DAY.search(subject):
        yield "dated_subject"
    if _ANSWER.match(subject) or headers.has("in-reply-to"):
        yield "answer"
