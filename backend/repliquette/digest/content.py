"""The digest as data: sections most pressing first, totals that add up to the store.

Every number is a total of the desk; rows are only those that a person can read
in one sitting, and a section says how many more there are.  A drafted "no" is
shown where the kind thing is to decline, so that one look is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from repliquette.digest import words
from repliquette.model import Entry, Reason, Standing, Style
from repliquette.pipeline.desk import Desk
from repliquette.replies.draft import one_line
from repliquette.store import Page

# Of each reason; ten returned a day keep pace with most backlogs, and 25 are a page already.
ROWS_SHOWN = 25
WORDS_CHARS = 140
# A stranger gets the short no; a person with a claim to an answer gets the kind one.
_DECLINES = {
    Reason.COURTEOUS_NO: Style.WARM,
    Reason.FREE_STUFF: Style.BRIEF,
    Reason.COLD_OUTREACH: Style.BRIEF,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation: who, the ask in their words, how old, what is next.

    `when` says what is due ("late since Monday", "follow up now"); `draft` is
    the drafted decline, or "".
    """

    id: str
    who: str
    words: str
    age: str
    when: str
    late: bool
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The conversations of one reason; `total` counts those that `rows` leave out as well.

    `note` is a sentence about all of them, or "".
    """

    reason: Reason
    heading: str
    rows: tuple[Row, ...]
    total: int
    note: str = ""

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Digest:
    """A week.  `answered`, `let_go` and `quiet` together are all that is settled."""

    name: str
    day: str
    owed: tuple[Section, ...]
    awaiting: tuple[Section, ...]
    answered: int
    let_go: int
    quiet: int
    coverage: tuple[str, ...]

    @property
    def to_return(self) -> int:
        """How many conversations wait for me."""
        return sum(s.total for s in self.owed)

    @property
    def promises(self) -> int:
        """How many of these I have promised to answer."""
        return sum(s.total for s in self.owed if s.reason is Reason.PROMISED)

    @property
    def waiting_for(self) -> int:
        """How many conversations wait for others."""
        return sum(s.total for s in self.awaiting)

    def folded(self, rows: int) -> Digest:
        """The same digest with no more than `rows` rows a section; totals stay."""
        owed, awaiting = (tuple(replace(s, rows=s.rows[:rows]) for s in side) for side in (self.owed, self.awaiting))
        return replace(self, owed=owed, awaiting=awaiting)


def build(desk: Desk, now: datetime) -> Digest:
    """The digest of this moment."""
    answered, let_go = (_total(desk, Standing.SETTLED, r) for r in (Reason.ANSWERED, Reason.DISMISSED))
    settled = desk.counts().get(Standing.SETTLED, 0)
    zone = desk.settings.time_zone
    return Digest(
        name=desk.settings.name,
        day=words.long_day(now, zone),
        owed=_sections(desk, Standing.OWED, words.OWED_HEADINGS, now),
        awaiting=_sections(desk, Standing.AWAITING, words.AWAITING_HEADINGS, now),
        answered=answered,
        let_go=let_go,
        quiet=settled - answered - let_go,
        coverage=tuple(words.coverage(c, zone) for c in desk.coverage()),
    )


def _total(desk: Desk, standing: Standing, reason: Reason) -> int:
    return desk.entries(standing=standing, reason=reason, limit=1).total


def _sections(desk: Desk, standing: Standing, headings: Mapping[Reason, str], now: datetime) -> tuple[Section, ...]:
    found = []
    for reason, heading in headings.items():
        page = desk.entries(standing=standing, reason=reason, limit=ROWS_SHOWN)
        if page.total:
            rows = tuple(_row(desk, entry, now) for entry in page.entries)
            drafted = {e.id: d for e in _to_draft(page) if (d := _decline(desk, e))}
            rows = tuple(replace(r, draft=drafted.get(r.id, "")) for r in rows)
            note = words.NOTES.get(reason, "") if drafted and page.total > len(drafted) else ""
            found.append(Section(reason, heading, rows, page.total, note))
    return tuple(found)


def _row(desk: Desk, entry: Entry, now: datetime) -> Row:
    zone, verdict = desk.settings.time_zone, entry.verdict
    owed = verdict.standing is Standing.OWED
    spoken = one_line(entry.words or entry.subject)
    return Row(
        id=entry.id,
        who=one_line(entry.who.shown),
        words=spoken if len(spoken) <= WORDS_CHARS else spoken[: WORDS_CHARS - 1].rstrip() + "…",
        age=words.age(verdict.since, now, zone),
        when=(words.due if owed else words.next_step)(verdict, now, zone),
        late=verdict.is_late(now),
    )


def _to_draft(page: Page) -> tuple[Entry, ...]:
    """The conversations whose decline is written out: one stands for all where strangers get the same words."""
    declined = tuple(e for e in page.entries if e.verdict.reason in _DECLINES)
    return declined[:1] if declined and declined[0].verdict.reason in words.NOTES else declined


def _decline(desk: Desk, entry: Entry) -> str:
    style = _DECLINES[entry.verdict.reason]
    declines = [s for s in desk.show(entry.id).suggestions if s.action == "decline"]
    fitting = [s for s in declines if s.style is style] or declines
    return fitting[0].body.strip() if fitting else ""
