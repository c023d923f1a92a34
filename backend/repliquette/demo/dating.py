"""Time as the sample mailbox tells it: always fresh, whatever the day.

A message says how long ago it was written ("3 days 2 hours", "40 minutes", or
"3 days at 09:14" by the owner's clock), and a text may hold days counted from
now: `{full+4w}` is "Tuesday 10 March" in the writer's language, moved to a
working day.  Forms: day, full, weekday, short, iso, ics; after the number `w` or
the name of a weekday (`sat`) moves forward to the next such day.
Anything else in braces is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from repliquette.clock import next_working_day


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


MONTHS = {
    "en": _names("January February March April May June July August September October November December"),
    "de": _names("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "fr": _names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "es": _names("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
}
WEEKDAYS = {
    "en": _names("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "de": _names("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    "fr": _names("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    "es": _names("lunes martes miércoles jueves viernes sábado domingo"),
}
_DAY = {"en": "{0} {1}", "de": "{0}. {1}", "fr": "{0} {1}", "es": "{0} de {1}"}
_SHORT_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

AGO = (
    r"^(?:(?:(?P<days>\d+) days?)?(?: ?(?P<hours>\d+) hours?)?(?: ?(?P<minutes>\d+) minutes?)?"
    r"|(?P<back>\d+) days? at (?P<clock>\d\d:\d\d))$"
)
_TOKEN = re.compile(r"\{(day|full|weekday|short|iso|ics)([+-]\d+)(w|mon|tue|wed|thu|fri|sat|sun)?\}")


def instant(ago: str, now: datetime, zone: str) -> datetime:
    """The moment that `ago` (matching `AGO`) names, aware, in the time zone `zone`."""
    found = re.match(AGO, ago)
    if not found or not ago:
        raise ValueError(f"{ago!r} is no time ago")
    local = now.astimezone(ZoneInfo(zone))
    if found["clock"]:
        day = local.date() - timedelta(days=int(found["back"]))
        return datetime.combine(day, time.fromisoformat(found["clock"]), ZoneInfo(zone))
    spans = {unit: int(found[unit] or 0) for unit in ("days", "hours", "minutes")}
    return (now - timedelta(**spans)).astimezone(ZoneInfo(zone))


def fill(text: str, today: date, language: str) -> str:
    """`text` with its days counted from `today` written out in `language` (en, de, fr, es)."""
    return _TOKEN.sub(lambda found: _written(found, today, language), text)


def _written(found: re.Match[str], today: date, language: str) -> str:
    form, offset, onto = found.groups()
    day = _moved(today + timedelta(days=int(offset)), onto)
    return _FORMS[form](day, language)


def _moved(day: date, onto: str | None) -> date:
    if onto is None:
        return day
    if onto == "w":
        return next_working_day(day)
    return day + timedelta(days=(_SHORT_WEEKDAYS.index(onto) - day.weekday()) % 7)


def day_and_month(day: date, language: str) -> str:
    """A day as a letter writes it: "10 March", "10. März", "10 mars", "10 de marzo"."""
    return _DAY[language].format(day.day, MONTHS[language][day.month - 1])


def _full(day: date, language: str) -> str:
    comma = "," if language in ("de", "es") else ""
    return f"{WEEKDAYS[language][day.weekday()]}{comma} {day_and_month(day, language)}"


_FORMS: dict[str, Callable[[date, str], str]] = {
    "day": day_and_month,
    "full": _full,
    "weekday": lambda day, language: WEEKDAYS[language][day.weekday()],
    "short": lambda day, language: day.strftime("%d.%m.%Y" if language == "de" else "%d/%m/%Y"),
    "iso": lambda day, _language: day.isoformat(),
    "ics": lambda day, _language: day.strftime("%Y%m%d"),
}
