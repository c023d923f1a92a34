"""A voicemail notice read: who called, from which number, how long, what for (001: return every call).

Numbers are what libphonenumber holds for possible, in the region of the notice's
language or of the prefix; A
number that the caller leaves in the message wins over the one the exchange saw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from repliquette.model import Voicemail

_REGIONS = {
    "en": ("GB", "US"),
    "de": ("DE",),
    "fr": ("FR",),
    "es": ("ES",),
    "it": ("IT",),
    "nl": ("NL",),
    "pt": ("PT", "BR"),
    "da": ("DK",),
    "sv": ("SE",),
    "pl": ("PL",),
}
_NUMBER_DIGITS = 7
_CLOCK = re.compile(r"\b(?:(\d{1,2}):)?(\d{1,2}):(\d\d)\b(?!\s*(?:am|pm|uhr))", re.IGNORECASE)
_UNITS = re.compile(
    r"(?:(\d{1,3})\s*(?:minutes?|mins?|minuten|minutos)\W{0,3}(?:and |und |et |y )?)?(\d{1,4})\s*(?:seconds?|secs?|s|sekunden|sek|secondes?|segundos)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"(?:length|duration|dauer|dur[ée]e|duraci[óo]n|durata)\W{1,4}", re.IGNORECASE)
_CALLER_LINE = re.compile(
    r"^\s*(?:caller|from|anrufer|appelant|de|von|llamante)\s*:?\s+(.{2,80})$", re.IGNORECASE | re.MULTILINE
)
_SAYS_NAME = re.compile(
    r"(?i:\bthis is|\bmy name is|\bhier (?:ist|spricht)(?: die| der)?|\bc'est|\bje m'appelle|\bici|\bsoy|\bles habla|\bit is|\bit's) "
    r"((?:(?:mr|mrs|ms|dr|mister|frau|herr|madame|monsieur|captain)\.? )?(?:(?:van|von|de|la|der) )?[A-ZÀ-Þ][\w'-]+(?: (?!(?:From|Here|On)\b)[A-ZÀ-Þ][\w'-]+){0,2})",
)
_NAME_HERE = re.compile(r"\b(?:hi|hello)? ?\w* ?\b([A-ZÀ-Þ][\w'-]+) here\b")
_QUOTED = re.compile(r"[\"“«„]\s*(.+?)\s*(?:[\"”»“]|\[end of|$)", re.DOTALL)
_NOTICE_LINE = re.compile(
    r"^\s*(?:caller|from|to|mailbox|received|duration|length|date|anrufer|dauer|audio|missed call|you have|vous avez|voice ?mail preview|preview|transcri|\[|\+?[\d() ]+$|.*attached).*$",
    re.IGNORECASE,
)
_PURPOSE_CHARS = 300
_TITLE = re.compile(r"[\[(<].*|[\d+][\d\s()./-]{5,}")


def read(subject: str, text: str, language: str = "") -> Voicemail:
    """What the notice says; fields that it does not tell stay empty."""
    spoken = _spoken(text)
    number = next(_numbers(spoken, language), "") or next(_numbers(f"{text}\n{subject}", language), "")
    return Voicemail(_caller(text, spoken), number, _duration(f"{subject}\n{text}"), spoken[:_PURPOSE_CHARS])


def _spoken(text: str) -> str:
    """The words of the caller: what stands in quotes, else the lines that are no notice."""
    quoted = _QUOTED.search(text)
    if quoted and len(quoted[1]) > _NUMBER_DIGITS:
        return " ".join(quoted[1].split())
    rows = [row.strip() for row in text.splitlines() if row.strip() and not _NOTICE_LINE.match(row)]
    return " ".join(rows)


def _numbers(text: str, language: str) -> Iterator[str]:
    """The telephone numbers as written, those before a more likely region's first."""
    for region in _REGIONS.get(language, ("US", "GB")):
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE):
            raw = match.raw_string
            if sum(c.isdigit() for c in raw) >= _NUMBER_DIGITS and not _CLOCK.search(raw):
                yield raw


def _duration(text: str) -> int | None:
    """Seconds: behind a word for length first, then anything written as minutes and seconds."""
    label = _LENGTH.search(text)
    for part in ([text[label.end() : label.end() + 30]] if label else []) + [text]:
        if found := _UNITS.search(part):
            return int(found[1] or 0) * 60 + int(found[2])
        if found := _CLOCK.search(part):
            return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    return None


def _caller(text: str, spoken: str) -> str:
    """The name that the caller says, else the one in the exchange's directory."""
    said = _SAYS_NAME.search(spoken) or _NAME_HERE.search(spoken)
    if said:
        return said[1].strip()
    named = (_TITLE.sub("", line).strip(" :,\"'") for line in _CALLER_LINE.findall(text))
    name = next((name for name in named if re.search(r"[^\W\d_]{2}", name)), "")
    return name.title() if name.isupper() else name
