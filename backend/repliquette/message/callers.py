"""Who speaks on a voicemail: the name that the caller says, or the one in the exchange's directory.

Transcripts mishear names: one that is spelled ("that's J O N") or that stands in
the directory and sounds like the spoken one is the right one.  Titles are kept,
for one who calls back says them; so is what a caller is to somebody ("Leo's aunt").
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_NAME = r"[^\W\d_a-zß-öø-ÿ][\w'-]+"
_TITLES = {
    "mister": "Mr",
    "mr": "Mr",
    "missus": "Mrs",
    "mrs": "Mrs",
    "ms": "Ms",
    "miss": "Miss",
    "doctor": "Dr",
    "dr": "Dr",
    "capt": "Captain",
    "captain": "Captain",
    "prof": "Professor",
    "professor": "Professor",
    "herr": "Herr",
    "frau": "Frau",
    "doktor": "Dr",
    "madame": "Madame",
    "mme": "Madame",
    "monsieur": "Monsieur",
    "señor": "Señor",
    "señora": "Señora",
}
_TITLE = rf"(?i:{'|'.join(sorted(_TITLES, key=len, reverse=True))})\.? "
_FULL = rf"((?:{_TITLE})*(?:(?:van|von|de|la|der|di|da) )*{_NAME}(?: (?!(?:From|Here|On|At)\b)(?:(?:van|de)(?: der| den| la)? |di |da |del )?{_NAME}){{0,2}})"
_SAYS_NAME = re.compile(
    rf"(?i:\bthis is|\bmy name is|\bmy name's|\bhier (?:ist|spricht)(?: die| der)?|\bmein name ist|\bc'est|\bje m'appelle|\bici|\bsoy|\ble habla|\bles habla|\bsono|\bmi chiamo|\bmet|\bit is|\bit's) {_FULL}"
)
_NAME_HERE = re.compile(
    rf"\b(?:(?i:hi|hello|hey|morning),? {_NAME},? )?({_NAME}(?: {_NAME})?) (?:here|speaking|calling|am apparat)\b"
)
_TITLED = re.compile(rf"\b((?:{_TITLE})[\w'-]+)", re.IGNORECASE)
_SPELLED = re.compile(
    r",? ?(?:that's|that is|spelled|spelt|i spell|buchstabiert|épelé)? ?((?:[A-Z][ .-]){2,}[A-Z])\b\.?"
)
_KIN = re.compile(
    r",? ((?:[\w-]+'s|der|die) (?:mum|mom|mother|dad|father|wife|husband|daughter|son|sister|brother|aunt|uncle|gran|grandmother|grandfather|partner|assistant|secretary|pa|neighbour|neighbor|mutter|vater|frau|mann)\b)",
    re.IGNORECASE,
)
_CALLER_LINE = re.compile(
    r"^\s*(?:caller(?: name)?|from|anrufer|appelant|de|von|llamante)\s*:?\s+(.{2,80})$", re.IGNORECASE | re.MULTILINE
)
_DIRECTORY = re.compile(r"directory[^\"“\n]{0,20}[\"“]([^\"”\n]{2,80})[\"”]", re.IGNORECASE)
_NUMBERS = re.compile(r"[\[(<].*|[\d+][\d\s()./-]{5,}")
_NOBODY = re.compile(
    r"(?:unknown|anonymous|withheld|private|wireless|mobile|unbekannt|anonym|inconnu|masqué|privé)\b.*", re.IGNORECASE
)
_ALIKE = 0.7
_SHOUTED = 4


def caller(notice: str, spoken: str) -> str:
    """The caller's name as far as it is known, or ""."""
    spelled = _SPELLED.search(spoken)
    words = _SPELLED.sub("", spoken, count=1) if spelled else spoken
    said = _said(words)
    if spelled and said:
        said = _mended(said, re.sub(r"[ .-]", "", spelled[1]).title())
    listed = _listed(notice)
    if listed and (not said or _alike(said, listed)):
        return listed
    return said


def _said(words: str) -> str:
    found = _SAYS_NAME.search(words) or _NAME_HERE.search(words)
    if found is None:
        return ""
    kin = _KIN.match(words, found.end())
    name = _titled(found[1].strip())
    return f"{name} ({kin[1]})" if kin else name


def _mended(name: str, spelled: str) -> str:
    """The spelled word in the place of the one that sounds like it."""
    parts = name.split(" ")
    near = max(parts, key=lambda part: _likeness(part, spelled))
    return " ".join(spelled if part == near else part for part in parts) if _likeness(near, spelled) > 1 / 2 else name


def _listed(notice: str) -> str:
    """The directory's entry: "ORGANISATION - Person" is the person there."""
    entry = _DIRECTORY.search(notice)
    lines = [entry[1]] if entry else [_NUMBERS.sub("", line) for line in _CALLER_LINE.findall(notice)]
    names = (line.strip(" :,\"'-") for line in lines)
    name = next((name for name in names if re.search(r"[^\W\d_]{2}", name) and not _NOBODY.match(name)), "")
    house, dash, person = name.partition(" - ")
    return f"{_titled(_calm(person))}, {_calm(house)}" if dash else _titled(_calm(name))


def _calm(name: str) -> str:
    """SHOUTED words in small letters; short ones are abbreviations, unless all is shouted."""
    if name.isupper() and all(len(word) >= _SHOUTED - 1 for word in name.split()):
        return name.title()
    return " ".join(word.title() if word.isupper() and len(word) >= _SHOUTED else word for word in name.split())


def _titled(name: str) -> str:
    first, space, rest = name.partition(" ")
    return f"{_TITLES.get(first.lower().rstrip('.'), first)}{space}{rest}"


def _alike(said: str, listed: str) -> bool:
    return any(_likeness(a, b) >= _ALIKE for a in said.split() for b in listed.split() if min(len(a), len(b)) > 2)  # noqa: PLR2004


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
