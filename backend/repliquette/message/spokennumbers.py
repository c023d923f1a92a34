"""Telephone numbers as people say them: "oh one six one, four nine six, double seven" → digits.

Number words up to ninety-nine are made from the small ones for each language and
folded where at least seven digits stand in a row; everything else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_DIGITS_LEAST, _DIGITS_MOST = 7, 15
_TIMES = {"double": 2, "triple": 3, "doppel": 2, "doble": 2}
_BETWEEN = re.compile(r"[\s,.;:-]{1,3}$")
_TWENTY, _HUNDRED = 20, 100

# Zero to nineteen, the tens from twenty, and what joins ten and unit ("{u}" first in German and Dutch).
_LANGUAGES = {
    "en": (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        ("{t} {u}",),
        {"oh": 0, "o": 0, "nought": 0},
    ),
    "de": (
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        ("{u}und{t}",),
        {"zwo": 2, "ein": 1, "dreissig": 30},
    ),
    "fr": (
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
        "vingt trente quarante cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix",
        ("{t} {u}", "{t} et {u}"),
        {"quatre-vingts": 80, "septante": 70, "nonante": 90},
    ),
    "es": (
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        ("{t} y {u}", "veinti{u}"),
        {},
    ),
    "it": (
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
        ("{t}{u}",),
        {},
    ),
    "nl": (
        "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        ("{u}en{t}", "{u}ën{t}"),
        {"één": 1},
    ),
    "pt": (
        "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito dezanove",
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        ("{t} e {u}",),
        {"meia": 6, "dezesseis": 16, "dezessete": 17, "dezenove": 19},
    ),
}


def fold(text: str, language: str) -> str:
    """The text with its spoken telephone numbers as digits; in English where the language is unknown."""
    folded, at = [], 0
    for start, end, digits in _runs(text, language if language in _LANGUAGES else "en"):
        folded += [text[at:start], digits]
        at = end
    return "".join([*folded, text[at:]])


def _runs(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Rows of number words: start, end, digits.  A row ends where another word stands between."""
    start = end = 0
    digits, times = "", 1
    for found in (*_pattern(language).finditer(text), None):
        word = found[0].lower() if found else ""
        if found is None or (digits and not _BETWEEN.match(text[end : found.start()])):
            if _DIGITS_LEAST <= len(digits) <= _DIGITS_MOST and not text[start:end].isdigit():
                yield start, end, digits
            digits, times = "", 1
        if found is None:
            return
        if not digits:
            start = found.start()
        end = found.end()
        if word in _TIMES:
            times = _TIMES[word]
            continue
        digits += times * (word if word.isdigit() else str(_values(language)[_key(word)]))
        times = 1


def _key(words: str) -> str:
    return re.sub(r"[\s-]+", " ", words.lower())


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = sorted((*_values(language), *_TIMES), key=len, reverse=True)
    spelled = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
    return re.compile(rf"(?<!\w)(?:\d{{1,15}}|{spelled})(?!\w)", re.IGNORECASE)


@cache
def _values(language: str) -> dict[str, int]:
    """Every number word from zero to ninety-nine of a language, hyphens as spaces."""
    small, tens, joins, more = _LANGUAGES[language]
    values = {_key(word): value for value, word in enumerate(small.split())}
    units = list(values)
    for ten, word in zip(range(_TWENTY, _HUNDRED, 10), tens.split(), strict=True):
        values[_key(word)] = ten
        past = range(1, 20 if language == "fr" and ten in (60, 80) else 10)
        for unit in past:
            for join in joins:
                joined = _key(join.format(t=word, u=units[unit]))
                values.setdefault(joined, (_TWENTY if join.startswith("veinti") else ten) + unit)
    return values | more
