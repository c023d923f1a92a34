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
_CROWD, _MULTITUDE, _EVERYBODY, _ASSEMBLY = 12, 40, 60, 100
_LINKS, _MANY_LINKS = 5, 15
_WORDS_A_LINK = 40
_RULES = 3
_ROWS = 4
_TOP_LINES = 5  # who passes an article on begins with words of the own
_LINE_CHARS = 200
_HEADLINES = 5
_PRICES = 4
_SHORT_WORDS = 12

_IMAGE = re.compile(r"\[(?:image|logo|inline|cid:)[^\]\n]{0,80}\]", re.IGNORECASE)
_IMAGES = 3
_LINK = re.compile(r"https?://|www\.\w", re.IGNORECASE)
_URL = re.compile(r"<?(?:https?://|www\.)\S+", re.IGNORECASE)
# Of one line, stripped and bounded.
_RULE = re.compile(r"[>/|\\]?([-=_*~+#])(?: ?\1){9,}")
_HEADLINE = re.compile(r"[*#=-]{0,3} ?[A-Z][A-Z0-9&',.:/ -]{6,60}$")
_FIELD = re.compile(r"[A-Z][\w /#()-]{1,30}: *\S")
_BYLINE = re.compile(r"(?:.*[\s—-])?By [A-Z][\w.'-]*(?: [A-Z][\w.'-]*){1,3}$")
_CELLS = re.compile(r"\t| {2,}|\|")
_NUMBER = re.compile(r"[-+$€£]?\d[\d.,:%/]*$")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|center|table|style|font|p|br|li|div)\b", re.IGNORECASE)
_PRICE = re.compile(r"[$€£]\s?\d|\d\s?(?:€|EUR|USD)\b|\d\s?%")
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|lieber?|liebes|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|bonjour|salut|cher|chère|hola|estimad[oa]|querid[oa]|ciao|caro|cara|gentile|beste|geachte|hej|olá|caro)?"
    r"[ ,]*(?:(?:mr|mrs|ms|miss|dr|herr|frau|herrn|prof|sir|m|mme|sr|sra)\.?\s+)*([^\W\d_][\w'-]+)(?:\s+[^\W\d_][\w'.-]+){0,2}\s*(?:[,:!.-]|\n)",
    re.IGNORECASE,
)
_TO_ALL = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe|bonjour|hola|ciao|beste|hej|olá)?[ ,]*(?:"
    r"(?:to )?(?:all|everyone|everybody|folks|gang|colleagues|alle|zusammen|kolleg(?:en|innen)|tous|toutes|todos|tutti|allemaal|alla)"
    r"|(?:[^\W\d_]\S*\s){0,6}(?:members|participants|customers?|subscribers?|users|readers|employees|parents|residents|kunden|mitglieder|clients|clientes))"
    r"(?: (?:of|at|von|de) \S+(?: \S+){0,3})?\s*(?:[,:!–-]|\n)",
    re.IGNORECASE,
)
_MYSELF = re.compile(
    r"\b(?:i|i'm|i'll|i've|i'd|me|my|mine|myself|ich|mich|mir|mein\w{0,2}|je|j'\w+|moi|mon|ma|mes|yo|mi|mis|io|mio|mia|ik|mij|mijn|eu|meu|minha|jag|jeg|mig|min|mitt)\b"
)
_OFTEN = frozenset(["i", "i'm", "me", "my", "ich", "je"])  # found without a search in most letters
_IMPERSONAL_WORDS, _LINKED_WORDS = 40, 25
_CLASSES = frozenset(
    [
        "all",
        "colleagues",
        "customer",
        "customers",
        "employees",
        "everybody",
        "everyone",
        "folks",
        "members",
        "participants",
        "readers",
        "staff",
        "subscribers",
        "users",
    ]
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
    return (*_addressing(to, sender), *_salutation(to, sender, text), *_face(text), *_title(headers, subject))


def _addressing(to: list[str], sender: Address) -> Iterator[str]:
    """Nobody, oneself, more than a dozen people, than forty, than sixty, than a hundred."""
    listed = " ".join(to)
    count = listed.count("@")
    if count == 0:
        yield "no_recipient"
    elif count == 1 and sender.email and sender.email in listed.lower():
        yield "to_itself"
    for most, word in (
        (_CROWD, "crowd"),
        (_MULTITUDE, "multitude"),
        (_EVERYBODY, "everybody"),
        (_ASSEMBLY, "assembly"),
    ):
        if count > most:
            yield word


def _salutation(to: list[str], sender: Address, text: str) -> Iterator[str]:
    """Whether it begins with a name that stands in To or Cc, or with a word for many."""
    greeted = _GREETING.match(text)
    named = {name.casefold() for name in _NAMES.findall(" ".join(to))} - _CLASSES
    if greeted and any(name.casefold() in named for name in _NAMES.findall(greeted[0])):
        yield "greets_by_name"
        if _speaks_for_itself(sender, text):
            yield "person_to_person"
    elif not 1 < " ".join(to).count("@") <= _CROWD and _TO_ALL.match(text):  # a few of them are a round of friends
        yield "greets_all"


def _speaks_for_itself(sender: Address, text: str) -> bool:
    """Whether the writer says I, from an address that bears the own name."""
    local = sender.email.partition("@")[0]
    named = any(name.casefold() in local for name in _NAMES.findall(sender.name))
    return named and _says_i(text)


def _says_i(text: str) -> bool:
    folded = text.casefold()
    return not _OFTEN.isdisjoint(folded.split()) or _MYSELF.search(folded) is not None


def _face(text: str) -> Iterator[str]:
    """Links, rules, headlines, tables, prices; and whether there is any word but a link."""
    links = len(_LINK.findall(text)) if "://" in text or "www." in text.casefold() else 0
    words = len(text.split())
    if links >= _LINKS and words < links * _WORDS_A_LINK:
        yield "many_links" if links >= _MANY_LINKS else "links"
    if links and len(_URL.sub("", text).split()) < _SHORT_WORDS:
        yield "only_a_link"
    if not _says_i(text) and words >= (_LINKED_WORDS if links else _IMPERSONAL_WORDS):
        yield "impersonal_link" if links else "impersonal"
    if len(_IMAGE.findall(text)) >= _IMAGES:
        yield "images"
    if _MARKUP.match(text):
        yield "raw_markup"
    if len(_PRICE.findall(text)) >= _PRICES:
        yield "prices"
    yield from _lines([line.strip() for line in text.splitlines()])


def _lines(lines: list[str]) -> Iterator[str]:
    """What several of the lines are, longer ones apart."""
    short = [line for line in lines if 0 < len(line) <= _LINE_CHARS]
    signs = (
        (_RULE.match, _RULES, "rules"),
        (_HEADLINE.match, _HEADLINES, "headlines"),
        (_FIELD.match, _ROWS, "fields"),
    )
    for sign, least, word in (*signs, (_is_row, _ROWS, "table")):
        if sum(map(bool, map(sign, short))) >= least:
            yield word
    if any("By " in line and _BYLINE.match(line) for line in short[:_TOP_LINES]):
        yield "byline"


def _is_row(line: str) -> bool:
    return any(_NUMBER.match(cell.strip()) for cell in _CELLS.split(line)[1:])


def _title(headers: Headers, subject: str) -> Iterator[str]:
    """A number or a date in the subject, as issues and reports have; an answer to something."""
    if _NUMBERED.search(subject) or _DAY.search(subject):
        yield "dated_subject"
    if _ANSWER.match(subject) or headers.has("in-reply-to"):
        yield "answer"
