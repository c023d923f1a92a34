"""The name by which a person is greeted: the person's, never a company, a role or a trick.

A display name is decoration that the sender chose (S24), so only what looks like
the name of one person is taken; anything else gives no name, and the greeting
does without.  Nothing here guesses a gender or a title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from repliquette.model import Address, Message
from repliquette.replies.draft import one_line

_NAME_CHARS = 25
_WORDS_MOST = 4
_WORD = re.compile(r"[^\W\d_](?:['’.-]?[^\W\d_])*\.?")
_TITLES = frozenset(
    [
        "dr",
        "prof",
        "professor",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "sir",
        "dame",
        "rev",
        "herr",
        "frau",
        "mme",
        "mlle",
        "m",
        "monsieur",
        "madame",
        "sr",
        "sra",
        "dipl",
        "ing",
    ]
)
_AFTER_NAME = frozenset(["jr", "sr", "phd", "md", "mba", "cpa", "esq", "ii", "iii", "iv", "cfa", "pe", "rn"])
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ter",
        "ten",
        "zu",
    ]
)
# Words that stand in the names of companies, offices and robots.
_NOT_A_PERSON = frozenset(
    [
        "account",
        "accounts",
        "admin",
        "administration",
        "administrator",
        "agency",
        "ag",
        "alert",
        "alerts",
        "assistant",
        "bank",
        "billing",
        "board",
        "bot",
        "bv",
        "careers",
        "center",
        "centre",
        "club",
        "co",
        "college",
        "committee",
        "community",
        "company",
        "contact",
        "corp",
        "corporation",
        "council",
        "customer",
        "customers",
        "daemon",
        "department",
        "desk",
        "editor",
        "editorial",
        "events",
        "feedback",
        "finance",
        "foundation",
        "friends",
        "gmbh",
        "group",
        "hello",
        "help",
        "helpdesk",
        "hospital",
        "hotel",
        "hr",
        "inc",
        "info",
        "institute",
        "it",
        "jobs",
        "kg",
        "limited",
        "llc",
        "llp",
        "ltd",
        "mail",
        "mailer",
        "mailing",
        "management",
        "manager",
        "marketing",
        "media",
        "museum",
        "news",
        "newsletter",
        "noreply",
        "notification",
        "notifications",
        "office",
        "online",
        "operations",
        "order",
        "orders",
        "partners",
        "payroll",
        "plc",
        "portal",
        "post",
        "postmaster",
        "press",
        "pty",
        "recruiting",
        "recruitment",
        "reception",
        "registration",
        "reply",
        "research",
        "robot",
        "sa",
        "sales",
        "school",
        "secretary",
        "security",
        "server",
        "service",
        "services",
        "shop",
        "society",
        "solutions",
        "sro",
        "staff",
        "store",
        "studio",
        "subscriptions",
        "support",
        "system",
        "systems",
        "team",
        "the",
        "travel",
        "university",
        "update",
        "updates",
        "web",
        "webmaster",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Called:
    """How to call somebody: "Ana", or with a title "Dr. Ruiz"; "" where no name is sure."""

    name: str = ""
    titled: bool = False


def called(address: Address, letter: Message | None = None) -> Called:
    """The greeting name from the display name, else from how the sender signed `letter`."""
    found = _read(address.name, address.domain)
    if found.name or letter is None or letter.sender.email != address.email:
        return found
    signed = [*letter.signature.splitlines()[:2], *letter.fresh.strip().splitlines()[-1:]]
    return next((c for c in (_read(s, address.domain) for s in signed) if c.name), Called())


def is_personal(text: str) -> bool:
    """Whether a text reads as the name of one person."""
    return bool(_read(text, "").name)


def _read(text: str, domain: str) -> Called:
    shown = re.sub(r"\(.*?\)|\[.*?\]|[\"“”„]", " ", one_line(text)).strip(" -–—,'‘’")
    shown = re.split(r"\s+(?:via|at|from|[-–—])\s+|\s*[|/:]\s*", shown)[0]
    family, comma, given = shown.partition(",")
    turned = comma and given.split() and _fold(given.split()[0]) not in _AFTER_NAME | _NOT_A_PERSON
    words = (f"{given} {family}" if turned else family).split()
    title = words[0] if words and _fold(words[0]) in _TITLES else ""
    names = [w for w in words[bool(title) :] if _fold(w) not in _AFTER_NAME]
    if not _looks_like_a_person(names, domain):
        return Called()
    if title and len(names) == 1:
        return Called(f"{title} {_cased(names[0])}", titled=True)
    first = next((n for n in names[:-1] or names if len(n.strip(".")) > 1), "")
    return Called(_cased(first)) if _fold(first) not in _PARTICLES else Called()


def _looks_like_a_person(names: list[str], domain: str) -> bool:
    if not 1 <= len(names) <= _WORDS_MOST + sum(_fold(n) in _PARTICLES for n in names):
        return False
    if any(len(n) > _NAME_CHARS or not _WORD.fullmatch(n) or _fold(n) in _NOT_A_PERSON for n in names):
        return False
    return len(names) > 1 or _fold(names[0]) != domain.partition(".")[0]


def _fold(word: str) -> str:
    return word.strip(".,'’").casefold()


def _cased(name: str) -> str:
    return name.title() if name.isupper() or name.islower() else name
