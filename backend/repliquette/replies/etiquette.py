"""When a reply is due, and when I may follow up on silence (documents 000 and 001; `reasons.md`).

Owed: from the moment the message came, plus the grace of its reason, in working
time of the owner's calendar.  Awaiting: the next moment at which a reminder is
courteous, or None where the kind thing is to let go.  Nothing here looks at the
wording of a reply, and a verdict that nobody owes anything has no due time.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from repliquette.clock import add_working_time, is_working_day, local_date, next_working_day
from repliquette.conversation.turn import Turn, turn
from repliquette.message import dates
from repliquette.message.lore import Lore
from repliquette.model import Conversation, Message, Owner, Reason, Standing, Verdict
from repliquette.reasons.rules import Rulebook

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
OFFICE_OPENS = time(9)
OFFICE_CLOSES = time(18)
DAY_ENDS = time(23, 59)  # a promise "for Friday" is kept at any time of Friday
A_FEW_DAYS = 3 * DAY  # document 000 on travellers: "try back in a few days"
FOLLOW_UPS = 2  # one, a last one a week later, then stop
# A first reminder after two months is not a reminder any more; the silence was the answer.
TOO_OLD_TO_CHASE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class _Scene:
    verdict: Verdict
    conversation: Conversation
    turn: Turn
    owner: Owner
    now: datetime
    grace: timedelta
    lore: Lore

    def at(self, day: date, hour: time) -> datetime:
        """An hour of a day of the owner's calendar, in UTC."""
        return datetime.combine(day, hour, ZoneInfo(self.owner.time_zone)).astimezone(ZoneInfo("UTC"))

    def morning_after(self, start: datetime, span: timedelta) -> datetime:
        """The morning of the first working day when `span` has passed."""
        return self.at(next_working_day(local_date(start + span, self.owner.time_zone)), OFFICE_OPENS)

    def working(self, start: datetime, span: timedelta) -> datetime:
        return add_working_time(start, span, self.owner.time_zone)


def schedule(
    verdict: Verdict, conversation: Conversation, owner: Owner, now: datetime, book: Rulebook, lore: Lore
) -> Verdict:
    """The verdict with `due`: the last courteous moment to answer, or the next one to follow up.

    `lore` reads the days that people name ("you'll have it by Friday").
    """
    if verdict.standing is Standing.SETTLED:
        return verdict
    grace = book.rule(verdict.standing, verdict.reason).grace
    scene = _Scene(verdict, conversation, turn(conversation, owner), owner, now, grace, lore)
    rules = _OWED if verdict.standing is Standing.OWED else _AWAITING
    usual = _with_grace if verdict.standing is Standing.OWED else _next_rung
    return replace(verdict, due=rules.get(verdict.reason, usual)(scene))


def follow_ups(conversation: Conversation, owner: Owner) -> int:
    """How often I have already reminded them: messages of mine in a row, a day or more apart, less the first."""
    seen = turn(conversation, owner)
    mine = [m for m in seen.run if owner.is_me(m.sender)]
    return sum(later.date - earlier.date >= DAY for earlier, later in itertools.pairwise(mine))


def _with_grace(scene: _Scene) -> datetime:
    return scene.working(scene.verdict.since, scene.grace)


def _first_of_all(scene: _Scene) -> datetime:
    """Hours of a working day: what comes at night waits until the office opens."""
    if "chaser" in scene.verdict.marks:
        # `since` is that of the message chased, and a nudge within a day of it makes nobody late.
        return scene.working(scene.verdict.since, max(scene.grace, DAY))
    zone = ZoneInfo(scene.owner.time_zone)
    start, left = scene.verdict.since.astimezone(zone), scene.grace
    while True:
        opens, closes = scene.at(start.date(), OFFICE_OPENS), scene.at(start.date(), OFFICE_CLOSES)
        begins = max(scene.at(start.date(), start.time()), opens)
        if is_working_day(start.date()) and begins + left <= closes:
            return begins + left
        if is_working_day(start.date()) and begins < closes:
            left -= closes - begins
        start = datetime.combine(start.date() + DAY, OFFICE_OPENS, zone)


def _kept_by(scene: _Scene) -> datetime:
    mine = [m for m in scene.conversation.messages if scene.owner.is_me(m.sender) and m.is_human]
    day = _day_named(mine, scene.lore)
    return scene.at(day, DAY_ENDS) if day else scene.working(scene.verdict.since, scene.grace)


def _back_at_work(scene: _Scene) -> datetime:
    back = scene.verdict.return_date
    if back is None:
        return _with_grace(scene)
    # Grace counts from the evening of the first working day: the day of return goes to unpacking.
    return scene.working(scene.at(next_working_day(back), OFFICE_CLOSES), scene.grace)


def _day_named(messages: list[Message], lore: Lore) -> date | None:
    """The day promised in the newest message that names one."""
    for message in reversed(messages):
        found = dates.promised_date(
            message.fresh, message.date, lore, language=message.language, utc_offset=message.utc_offset
        )
        if found:
            return found.day
    return None


def _when_it_bounced(scene: _Scene) -> datetime:
    """At once, that is since the note came."""
    return scene.turn.notes[-1].date if scene.turn.notes else scene.verdict.since


def _after_return(scene: _Scene) -> datetime:
    back = scene.verdict.return_date
    if back is None:
        return scene.working(_last_word(scene), A_FEW_DAYS)
    return scene.at(next_working_day(back + scene.grace), OFFICE_OPENS)


def _in_peace(scene: _Scene) -> datetime:
    return scene.morning_after(_last_word(scene), scene.grace)


def _last_word(scene: _Scene) -> datetime:
    """When the other side last let me know something, by hand or by machine."""
    theirs = [m.date for m in scene.conversation.messages if not scene.owner.is_me(m.sender)]
    return theirs[-1] if theirs else scene.verdict.since


def _after_their_day(scene: _Scene) -> datetime:
    theirs = [m for m in scene.conversation.messages if not scene.owner.is_me(m.sender) and m.is_human]
    day = _day_named(theirs, scene.lore)
    return scene.at(day, DAY_ENDS) if day else scene.working(_last_word(scene), scene.grace)


def _next_rung(scene: _Scene) -> datetime | None:
    """The ladder that ends: a few working days (the grace of the rule), a week, nothing."""
    written = scene.turn.run[-1].date
    sent = follow_ups(scene.conversation, scene.owner)
    if sent >= FOLLOW_UPS or scene.now - written > TOO_OLD_TO_CHASE:
        return None
    if sent == 0:
        return scene.working(written, scene.grace)
    return scene.morning_after(written, WEEK)


def _never(_: _Scene) -> None:
    """Document 001: stop rewarding it."""


_OWED: dict[Reason, Callable[[_Scene], datetime | None]] = {
    Reason.PRIORITY: _first_of_all,
    Reason.PROMISED: _kept_by,
    Reason.TRAVEL: _back_at_work,
}
_AWAITING: dict[Reason, Callable[[_Scene], datetime | None]] = {
    Reason.BOUNCED: _when_it_bounced,
    Reason.AWAY: _after_return,
    Reason.UNWELL: _in_peace,
    Reason.TOO_SOON: _with_grace,
    Reason.PROMISED: _after_their_day,
    Reason.ONE_SIDED: _never,
}
