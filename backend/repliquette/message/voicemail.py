"""A voicemail notice read: who called, from which number, how long, what for (001: return every call).

Numbers are what libphonenumber holds for possible, in the region of the notice's
language or of the prefix, also where the caller says them in words; a number that
the caller leaves in the message wins over the one the exchange saw.  Numbers of
orders and invoices are no telephone numbers.  The purpose is the matter alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from repliquette.message import callers, purpose
from repliquette.message.spokennumbers import fold
from repliquette.model import Voicemail

_REGIONS = {
    "en": ("GB", "US"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR",),
    "es": ("ES",),
    "it": ("IT",),
    "nl": ("NL",),
    "pt": ("PT", "BR"),
    "da": ("DK",),
    "sv": ("SE",),
    "pl": ("PL",),
}
# Where a national number is written with a leading zero, one without it is of another country.
_LEADING_ZERO = frozenset({"GB", "DE", "AT", "CH", "FR", "NL", "SE"})
_NUMBER_DIGITS = 7
_TEXT_CHARS = 8_000
_TRANSCRIPT_CHARS = 4_000
_CLOCK = re.compile(r"\b(?:(\d{1,2}):)?(\d{1,2}):(\d\d)\b(?!\s*(?:am|pm|uhr))", re.IGNORECASE)
_UNITS = re.compile(
    r"(?:(\d{1,3})\s*(?:minutes?|mins?|minuten|minutos?|minuti|minuto|m)\W{0,3}(?:and |und |et |y |e |en )?)?(\d{1,4})\s*(?:seconds?|secs?|s|sekunden|sek|secondes?|segundos?|secondi|seconden)\b",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\b(\d{1,3})\s*(?:minutes?|mins?|minuten|minutos?|minuti)\b", re.IGNORECASE)
_LENGTH = re.compile(r"(?:length|duration|dauer|länge|dur[ée]e|duraci[óo]n|durata|duur|duração)\W{1,4}", re.IGNORECASE)
_OTHER_NUMBER = re.compile(
    r"(?:order|invoice|tracking|reference|ref|account|case|ticket|policy|booking|rechnung|auftrag|bestell\w*|kunden\w*|facture|commande|dossier|factura|pedido)\W{0,3}(?:number|nummer|numéro|número|no|nr|id)?\W{0,3}(?:is |ist |est |es )?\W{0,3}$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[ \t]*[\"“«„]\s*(.+?)\s*(?:[\"”»“]|\[end of|\Z)", re.DOTALL | re.MULTILINE)
_NOTICE_LINE = re.compile(
    r"^\s*(?:caller|from|to|mailbox|received|duration|length|date|time|anrufer|dauer|empfangen|datum|audio|missed call|you have|you received|vous avez|sie haben|de|durée|reçu|llamante|duración"
    r"|voice ?mail preview|preview|transcri|the recording|\[|\+?[\d() ]+$|.*attached).*$",
    re.IGNORECASE,
)


def read(subject: str, text: str, language: str = "") -> Voicemail:
    """What the notice says; fields that it does not tell stay empty."""
    text = text[:_TEXT_CHARS]
    spoken = _spoken(text)
    number, e164 = _number(f"{text}\n{subject}", spoken, language)
    return Voicemail(
        caller=callers.caller(text, spoken),
        number=number,
        duration_s=_duration(f"{subject}\n{text}"),
        purpose=purpose.purpose(spoken),
        number_e164=e164,
        transcript=spoken[:_TRANSCRIPT_CHARS],
    )


def _spoken(text: str) -> str:
    """The words of the caller: what stands in quotes, else the lines that are no notice."""
    quoted = _QUOTED.search(text)
    if quoted and len(quoted[1]) > _NUMBER_DIGITS:
        return " ".join(quoted[1].split())
    rows = [row.strip() for row in text.splitlines() if row.strip() and not _NOTICE_LINE.match(row)]
    return " ".join(rows)


def _number(notice: str, spoken: str, language: str) -> tuple[str, str]:
    """The number to call back, as written and in E.164; as the exchange writes it where both are the same."""
    said = next(_numbers(fold(spoken, language), language), ("", ""))
    seen = list(_numbers(notice, language))
    if not said[0]:
        return next(iter(seen), ("", ""))
    return next((pair for pair in seen if _digits(pair[0]) == _digits(said[0])), said)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _numbers(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The telephone numbers as written and in E.164, those of the likelier region first."""
    for region in _REGIONS.get(language, ("GB", "US")):
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE):
            raw = match.raw_string
            if len(_digits(raw)) < _NUMBER_DIGITS or _CLOCK.search(raw) or _OTHER_NUMBER.search(text[: match.start]):
                continue
            if raw.startswith("+") or region not in _LEADING_ZERO or raw.lstrip("( ").startswith("0"):
                yield raw, phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)


def _duration(text: str) -> int | None:
    """Seconds: behind a word for length first, then anything written as minutes and seconds."""
    label = _LENGTH.search(text)
    for part in ([text[label.end() : label.end() + 30]] if label else []) + [text]:
        if found := _UNITS.search(part):
            return int(found[1] or 0) * 60 + int(found[2])
        if found := _CLOCK.search(part):
            return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
        if label and (found := _MINUTES.search(part)):
            return int(found[1]) * 60
    return None
