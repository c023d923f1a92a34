"""The name by which a person is greeted: the person's, never a company, a role or a trick.

A display name is decoration that the sender chose (S24), so only what looks like
the name of one person is taken; anything else gives no name, and the greeting
does without.  Nothing here guesses a gender or a title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from repliquette.model import Address, Message
from repliquette.replies.draft import one_line

_NAME_CHARS = 25
_WORDS_MOST = 4
_WORD = re.compile(r"[^\W\d_](?:['’.-]?[^\W\d_])*\.?")
_ASIDE = re.compile(r"\(.*?\)|\[.*?\]|[\"“”„]")
_AFFILIATION = re.compile(r"\s+(?:via|at|from|[-–—])\s+|\s*\|\s*")


class NameWords(BaseModel):
    """`rules/replies/names.toml`: the words in display names that are no given names, folded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: frozenset[str]
    after_name: frozenset[str]
    particles: frozenset[str]
    no_person: frozenset[str]


@dataclass(frozen=True, slots=True)
class Called:
    """How to call somebody: "Ana", or with a title "Dr. Ruiz"; "" where no name is sure."""

    name: str = ""
    titled: bool = False


def called(address: Address, words: NameWords, letter: Message | None = None) -> Called:
    """The greeting name from the display name, else from how the sender signed `letter`."""
    found = _read(address.name, address.domain, words)
    if found.name or letter is None or letter.sender.email != address.email:
        return found
    signed = [*letter.signature.splitlines()[:2], *letter.fresh.strip().splitlines()[-1:]]
    readings = (_read(line, address.domain, words) for line in signed)
    # "K. Strohmeyer" who signs "Strohmeyer" has not told a first name.
    known = {_fold(part) for part in address.name.split()}
    return next((r for r in readings if r.name and _fold(r.name) not in known), Called())


def _read(text: str, domain: str, words: NameWords) -> Called:
    parts = _in_speaking_order(text, words)
    title = parts[0] if parts and _fold(parts[0]) in words.titles else ""
    names = [p for p in parts[bool(title) :] if _fold(p) not in words.after_name]
    if not _looks_like_a_person(names, domain, words):
        return Called()
    first = next((n for n in names[:-1] if not _is_initial(n)), "")
    if title and not first:
        return Called(f"{title} {_cased(names[-1])}", titled=True)
    if not first and len(names) == 1 and not _is_initial(names[0]):
        first = names[0]
    # "van der Meulen" begins with no given name; Della Marsh does.
    is_particle = first.islower() and _fold(first) in words.particles
    return Called() if is_particle else Called(_cased(first))


def _in_speaking_order(text: str, words: NameWords) -> list[str]:
    """The words of a display name, given name first ("Ruiz, Ana" turned round), affiliations cut off."""
    shown = _AFFILIATION.split(_ASIDE.sub(" ", one_line(text)).strip(" -–—,'‘’"))[0]
    family, comma, given = shown.partition(",")
    turned = comma and given.split() and _fold(given.split()[0]) not in words.after_name
    return (f"{given} {family}" if turned else family).split()


def _looks_like_a_person(names: list[str], domain: str, words: NameWords) -> bool:
    if not 1 <= sum(_fold(n) not in words.particles for n in names) <= _WORDS_MOST:
        return False
    if any(len(n) > _NAME_CHARS or not _WORD.fullmatch(n) or _fold(n) in words.no_person for n in names):
        return False
    return len(names) > 1 or _fold(names[0]) != domain.partition(".")[0]


def _is_initial(name: str) -> bool:
    return name.isascii() and len(name.strip(".")) == 1


def _fold(word: str) -> str:
    return word.strip(".,'’").casefold()


def _cased(name: str) -> str:
    return name.title() if name.isupper() or name.islower() else name
