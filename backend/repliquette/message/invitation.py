"""What a calendar part says (RFC 5545, RFC 5546): method, start, organiser, summary.

icalendar reads it, but only after we have thrown away what could make it run long:
of a calendar its method, the first event without rules, alarms and attachments, and
time zones that change at most once a year are left, at most 64 KiB in all.  A
calendar that cannot be read gives what its method says, never an exception.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from repliquette.limits import KIB, NAME_CHARS, SUBJECT_CHARS
from repliquette.message import report
from repliquette.message.characters import visible
from repliquette.message.parts import Part
from repliquette.model import Address, Invitation

if TYPE_CHECKING:
    from icalendar import Component

_CHARS = 64 * KIB
_LINES = 400
_LINE_CHARS = 1_000
_ZONES = 3
_FOLD = re.compile(r"\n[ \t]")
_NAME = re.compile(r"([A-Z-]{3,20})(?=[;:])", re.IGNORECASE)
_KEPT = {
    ("VCALENDAR",): {"METHOD"},
    ("VCALENDAR", "VEVENT"): {"DTSTART", "SUMMARY", "ORGANIZER"},
    ("VCALENDAR", "VTIMEZONE"): {"TZID"},
    ("VCALENDAR", "VTIMEZONE", "STANDARD"): {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE"},
    ("VCALENDAR", "VTIMEZONE", "DAYLIGHT"): {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE"},
}
_MOST = {"VEVENT": 1, "VTIMEZONE": _ZONES, "STANDARD": 2 * _ZONES, "DAYLIGHT": 2 * _ZONES}
# "The last Sunday of October" is what zones need; anything finer or longer is an attack.
_YEARLY = re.compile(
    r"RRULE:FREQ=YEARLY;(?:(?:BYMONTH=\d\d?|BYDAY=-?\d?[A-Z]{2}|INTERVAL=1|WKST=[A-Z]{2}|UNTIL=[\dTZ]+);?){1,4}$"
)


def read(leaves: Iterable[Part]) -> Invitation | None:
    """The first calendar of a message, or None where it has none."""
    leaf = next((leaf for leaf in leaves if leaf.type in report.CALENDAR), None)
    if leaf is None:
        return None
    text = leaf.text(set())[:_CHARS]
    method = re.search(r"^METHOD:\s*([A-Z]{3,20})\s*$", text, re.MULTILINE | re.IGNORECASE)
    declared = re.search(r"method\s*=\s*\"?([a-z]{3,20})", leaf.headers.first("content-type"), re.IGNORECASE)
    plain = Invitation(method=(method or declared or [""] * 2)[1].lower())
    return _event(text, plain) if "BEGIN:VEVENT" in text else plain


def _event(text: str, plain: Invitation) -> Invitation:
    from icalendar import Calendar  # noqa: PLC0415 - slow to import, seldom needed

    try:
        event = Calendar.from_ical("\r\n".join(_harmless(text)) + "\r\n").walk("VEVENT")[0]
        start, all_day = _start(event)
        summary = visible(str(event.get("SUMMARY", "")), SUBJECT_CHARS)
        return Invitation(plain.method, start, _organiser(event), summary, all_day)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return plain  # what icalendar lets out on broken calendars


def _harmless(text: str) -> Iterator[str]:
    """The few lines that are needed, of components that are opened and closed in order."""
    stack: list[str] = []
    seen: Counter[str] = Counter()
    lines = _FOLD.sub("", text.replace("\r\n", "\n")).split("\n", _LINES)[:_LINES]
    for line in (line.strip()[:_LINE_CHARS] for line in lines):
        word, _, rest = line.partition(":")
        match word.upper():
            case "BEGIN":
                seen[rest.upper()] += 1
                stack.append(rest.upper() if seen[rest.upper()] <= _MOST.get(rest.upper(), 1) else "")
                if tuple(stack) in _KEPT:
                    yield line
            case "END" if stack:
                if tuple(stack) in _KEPT:
                    yield f"END:{stack[-1]}"
                stack.pop()
            case _ if _kept(line, tuple(stack)):
                yield line
    yield from (f"END:{component}" for component in reversed(stack) if component)


def _kept(line: str, stack: tuple[str, ...]) -> bool:
    name = _NAME.match(line)
    if name is None or name[1].upper() not in _KEPT.get(stack, ()):
        return False
    return name[1].upper() != "RRULE" or _YEARLY.match(line.upper()) is not None


def _start(event: Component) -> tuple[datetime | None, bool]:
    """When it begins, in UTC; a time without a zone is taken as UTC."""
    start = getattr(event.get("DTSTART"), "dt", None)
    if isinstance(start, datetime):
        return (start if start.tzinfo else start.replace(tzinfo=UTC)).astimezone(UTC), False
    return (datetime.combine(start, time(), UTC), True) if isinstance(start, date) else (None, False)


def _organiser(event: Component) -> Address | None:
    value = event.get("ORGANIZER")
    email = report.address(str(value or ""))
    if not email:
        return None
    return Address(email, visible(str(getattr(value, "params", {}).get("CN", "")), NAME_CHARS).strip("\"' "))
