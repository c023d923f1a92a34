"""When the owner was away, told by the out-of-office notes that went out (document 000, "Vacation or Traveling").

A note sent on one day explains silence towards everybody until the day it names.
Days off from the settings come with the owner; calendars and booking mail are a later source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from repliquette.clock import local_date
from repliquette.message import dates
from repliquette.message.lore import Lore
from repliquette.model import Absence, Kind, Message, Owner

SOURCE = "my out-of-office reply"


def with_absences(owner: Owner, notes: Iterable[Message], lore: Lore) -> Owner:
    """The owner, knowing also the absences that her own automatic replies announce."""
    starts: dict[date, date] = {}
    for note in notes:
        if note.kind is not Kind.AUTO_REPLY:
            continue
        back = dates.return_date(note.fresh, note.date, lore, language=note.language, utc_offset=note.utc_offset)
        if back is None:
            continue
        sent = local_date(note.date, owner.time_zone)
        starts[back.day] = min(sent, starts.get(back.day, sent))
    found = tuple(Absence(start, back - timedelta(days=1), SOURCE) for back, start in sorted(starts.items()))
    return replace(owner, absences=owner.absences + found) if found else owner
