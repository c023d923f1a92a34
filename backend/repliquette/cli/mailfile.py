"""`repliquette show FILE.eml`: one mail file as it is read, zone by zone.

Needs no mailbox.  A stranger's text reaches the terminal without control characters, and
as JSON in ASCII alone; zones are told by a heading as well as by colour.
"""

from __future__ import annotations

import json
from datetime import date, timezone
from pathlib import Path
from typing import Any

from rich.text import Text

from repliquette.cli import output
from repliquette.errors import RepliquetteError, UnknownError
from repliquette.limits import MESSAGE_BYTES
from repliquette.message.dates import Away, Found
from repliquette.message.inspect import Inspection, inspect
from repliquette.message.lore import Lore
from repliquette.message.text import ZoneKind
from repliquette.model import Address, Message, RawMessage, Unreadable

_COLOURS = {
    ZoneKind.FRESH: "",
    ZoneKind.QUOTED: "cyan",
    ZoneKind.FORWARDED: "magenta",
    ZoneKind.SIGNATURE: "yellow",
    ZoneKind.LEGAL: "blue",
    ZoneKind.LIST_FOOTER: "blue",
    ZoneKind.SENT_FROM: "blue",
}
_LABEL = 12


def is_file(argument: str) -> bool:
    """Whether an argument of `show` means a file: it is there, or it is written like one."""
    return Path(argument).exists() or argument.lower().endswith(".eml") or "/" in argument


def show_file(path: Path, lore: Lore, *, as_json: bool) -> None:
    """Print what is read of a mail file; UnknownError or RepliquetteError where there is none to read."""
    inspection = inspect(_read(path), lore)
    if isinstance(inspection, Unreadable):
        raise RepliquetteError(
            f"{path} cannot be shown. {inspection.reason}",
            hint="A mail file begins with header lines such as From: and Date:. Webmail saves one as “Download original”.",
        )
    if as_json:
        output.out.file.write(json.dumps(as_data(inspection), indent=2) + "\n")
        return
    _print(inspection)


def _read(path: Path) -> RawMessage:
    try:
        with path.open("rb") as file:
            raw = file.read(MESSAGE_BYTES + 1)
    except FileNotFoundError as error:
        raise UnknownError(f"There is no file {path}.") from error
    except OSError as error:
        raise RepliquetteError(f"{path} cannot be read.", seen=error.strerror or "") from error
    return RawMessage(raw[:MESSAGE_BYTES], truncated=len(raw) > MESSAGE_BYTES)


def _print(inspection: Inspection) -> None:
    message = inspection.message
    for label, words in _head(message) + _findings(message):
        output.out.print(_row(label, words))
    for evidence in message.kind_evidence:
        words = f"{evidence.title or evidence.signal}: “{evidence.words}”" if evidence.words else evidence.title
        output.out.print(_row("", f"{words or evidence.signal}  [{evidence.where}]", "dim"))
    for label, words in _dates(inspection):
        output.out.print(_row(label, words, "green"))
    for zone in inspection.zones:
        output.out.print(Text(f"\n── {zone.kind.value.replace('_', ' ')} ", "dim"))
        output.out.print(_zone(inspection, zone.start, zone.end, _COLOURS[zone.kind]))


def _row(label: str, words: str, style: str = "") -> Text:
    line = output.plain(words.replace("\n", " "))
    line.stylize(style)
    return Text.assemble((label.ljust(_LABEL), "bold"), line)


def _head(message: Message) -> list[tuple[str, str]]:
    local = message.date.astimezone(timezone(message.utc_offset))
    rows = [
        ("From", _people((message.sender,))),
        ("Reply-To", _people(message.reply_to)),
        ("To", _people(message.to)),
        ("Cc", _people(message.cc)),
        ("Subject", message.subject),
        ("Date", f"{local:%a %d %b %Y %H:%M %z}"),
        ("Message-ID", message.message_id),
        ("In-Reply-To", " ".join(message.in_reply_to)),
    ]
    return [(label, words) for label, words in rows if words]


def _findings(message: Message) -> list[tuple[str, str]]:
    rows = [
        ("Attached", ", ".join(message.attachments)),
        ("Language", message.language),
        ("Remarks", ", ".join(sorted(message.remarks))),
        ("Kind", message.kind.value.replace("_", " ")),
    ]
    return [(label, words) for label, words in rows if words]


def _people(people: tuple[Address, ...]) -> str:
    return ", ".join(f"{person.name} <{person.email}>" if person.name else person.email for person in people)


def _dates(inspection: Inspection) -> list[tuple[str, str]]:
    rows = [("Away", _absence(inspection.away))] if inspection.away else []
    named = (("Promised", inspection.promised), ("Deadline", inspection.deadline))
    return rows + [(label, f"{_day(found.day)}  “{found.words}”") for label, found in named if found]


def _absence(away: Away) -> str:
    first = f"from {_day(away.first)}, " if away.first else ""
    readings = " or ".join(map(_day, away.readings))
    doubt = f" ({away.doubt.value.replace('_', ' ')}: the words allow {readings})" if away.doubt else ""
    back = f"back {_day(away.back)}" if away.back else "no sure day of return"
    return f"{first}{back}{doubt}  “{away.words}”"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _zone(inspection: Inspection, start: int, end: int, style: str) -> Text:
    """One zone in its colour, the words of its dates marked."""
    shown = output.plain(inspection.text[start:end])
    shown.stylize(style)
    for found in (inspection.away, inspection.promised, inspection.deadline):
        if found is not None:
            first, last = inspection.place(found)
            if start <= first < end:
                shown.stylize("bold green", first - start, last - start)
    shown.rstrip()
    return shown


def as_data(inspection: Inspection) -> dict[str, Any]:
    """The inspection for programs; offsets of zones count `text`, those of dates count `fresh`."""
    message = inspection.message
    return {
        "headers": {label.lower(): words for label, words in _head(message)},
        "kind": message.kind.value,
        "evidence": [
            {"signal": e.signal, "title": e.title, "words": e.words, "where": e.where} for e in message.kind_evidence
        ],
        "language": message.language,
        "remarks": sorted(message.remarks),
        "attachments": list(message.attachments),
        "text": inspection.text,
        "zones": [{"kind": zone.kind.value, "start": zone.start, "end": zone.end} for zone in inspection.zones],
        "fresh": message.fresh,
        "away": _away_data(inspection.away),
        "promised": _found_data(inspection.promised),
        "deadline": _found_data(inspection.deadline),
    }


def _found_data(found: Found | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"day": found.day.isoformat(), "words": found.words, "start": found.start, "end": found.end}


def _away_data(away: Away | None) -> dict[str, Any] | None:
    if away is None:
        return None
    days = {name: getattr(away, name) for name in ("first", "last", "back")}
    return {
        "kind": away.kind.value,
        **{name: day and day.isoformat() for name, day in days.items()},
        "readings": [day.isoformat() for day in away.readings],
        "doubt": away.doubt.value,
        "words": away.words,
        "start": away.start,
        "end": away.end,
    }
