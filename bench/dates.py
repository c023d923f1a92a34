"""How often the days of away notes are read right, against dateparser as one would first call it.

Sets: our own notes under tests/message/notes (`develop` was worked on; `held_out` was written
with it and measured when all was done) and, where the folder is given, the labelled
away notes of an evaluation set.  One JSON line a set and reader; the exit code says
whether ours reaches the targets on each set.

Run: python bench/dates.py [--away FILE.jsonl]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

from dateparser.search import search_dates

from repliquette.message import dates, lore
from repliquette.message.language import guess
from repliquette.message.parse import parse
from repliquette.model import Message, RawMessage
from repliquette.rulebook.files import shipped_rules

NOTES = Path(__file__).parent.parent / "tests" / "message" / "notes"
RIGHT, WRONG = 0.85, 0.04


@dataclass(frozen=True)
class Note:
    """A note, when it was sent, and the first day back that a person reads in it."""

    text: str
    sent: datetime
    language: str
    back: date | None

    @property
    def utc_offset(self) -> timedelta:
        """The zone of the sender."""
        return self.sent.utcoffset() or timedelta(0)


Reader = Callable[[Note], date | None]


def own_notes(half: str) -> Iterator[Note]:
    """One half of our own notes; their language is for the reader to find."""
    for line in (NOTES / f"away_{half}.jsonl").read_text("utf-8").splitlines():
        note = json.loads(line)
        back = date.fromisoformat(note["back"]) if note["back"] else None
        yield Note(note["text"], datetime.fromisoformat(note["sent"]), "", back)


def labelled_notes(path: Path, known: lore.Lore) -> Iterator[Note]:
    """The notes of an evaluation set that say what day is expected, as `parse` reads them."""
    for case in map(json.loads, path.read_text("utf-8").splitlines()):
        message = parse(RawMessage(case["messages"][-1].encode()), known)
        if isinstance(message, Message) and "return_date" in case["expect"]:
            day = case["expect"]["return_date"]
            sent = message.date.astimezone(timezone(message.utc_offset))
            yield Note(message.fresh, sent, message.language, date.fromisoformat(day) if day else None)


def ours(known: lore.Lore) -> Reader:
    """The door that the desk uses."""

    def read(note: Note) -> date | None:
        found = dates.return_date(note.text, note.sent, known, language=note.language, utc_offset=note.utc_offset)
        return found.day if found else None

    return read


def last_date(note: Note, known: lore.Lore) -> date | None:
    """The last day ahead that dateparser finds, told the day of sending, the language and to prefer the future."""
    settings = {"RELATIVE_BASE": note.sent.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
    language = note.language or guess(note.text, known)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = search_dates(note.text, languages=[language] if language else None, settings=settings)
    ahead = [day.date() for _, day in found or [] if day.date() > note.sent.date()]
    return ahead[-1] if ahead else None


def measure(name: str, reader: str, notes: list[Note], read: Reader) -> bool:
    """Print one line; whether the targets are reached."""
    start = time.perf_counter()
    told = [(read(note), note.back) for note in notes]
    seconds = time.perf_counter() - start
    right = sum(day == back for day, back in told) / len(told)
    wrong = sum(day not in (None, back) for day, back in told) / len(told)
    figure = {
        "figure": "first day back",
        "set": name,
        "reader": reader,
        "notes": len(told),
        "right": round(right, 3),
        "wrong": round(wrong, 3),
        "none_where_there_is_one": round(1 - right - wrong, 3),
        "ms_a_note": round(1000 * seconds / len(told), 2),
        "targets": {"right": RIGHT, "wrong": WRONG},
        "holds": right >= RIGHT and wrong <= WRONG,
    }
    sys.stdout.write(json.dumps(figure) + "\n")
    return right >= RIGHT and wrong <= WRONG


def main() -> int:
    """Print the figures; 0 where ours reaches the targets on every set."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--away", type=Path, help="an evaluation set of away notes (JSON lines)")
    arguments.add_argument("--half", choices=("develop", "held_out"), action="append", help="only this half")
    given = arguments.parse_args()
    known = lore.load(shipped_rules())
    sets = {f"own notes, {half}": list(own_notes(half)) for half in given.half or ("develop", "held_out")}
    if given.away:
        sets[given.away.name] = list(labelled_notes(given.away, known))
    held = [measure(name, "repliquette", notes, ours(known)) for name, notes in sets.items()]
    for name, notes in sets.items():
        measure(name, "dateparser, last date ahead", notes, partial(last_date, known=known))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
