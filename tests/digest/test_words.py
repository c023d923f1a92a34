from __future__ import annotations

from datetime import date, timedelta

import pytest

from repliquette.digest import words
from repliquette.model import AWAITING_REASONS, OWED_REASONS, Coverage, Reason, Standing, Verdict
from support.mail import NOW

ZONE = "Europe/Berlin"


def verdict(due_in: timedelta | None, reason=Reason.ASK, standing=Standing.OWED, back: date | None = None) -> Verdict:
    due = None if due_in is None else NOW + due_in
    return Verdict(standing, reason, "m", NOW - timedelta(days=1), due=due, return_date=back)


def test_every_reason_has_a_heading():
    assert set(words.OWED_HEADINGS) == set(OWED_REASONS)
    assert set(words.AWAITING_HEADINGS) == set(AWAITING_REASONS)


@pytest.mark.parametrize(
    ("ago", "age"),
    [
        (timedelta(hours=2), "today"),
        (timedelta(hours=12), "yesterday"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=20), "2 weeks"),
        (timedelta(days=100), "3 months"),
        (timedelta(days=800), "2 years"),
    ],
)
def test_age_in_words(ago, age):
    """Days are those of the owner's calendar: twelve hours before ten in the morning was yesterday."""
    assert words.age(NOW - ago, NOW, ZONE) == age


@pytest.mark.parametrize(
    ("due_in", "said"),
    [
        (timedelta(hours=5), "due today"),
        (timedelta(days=1), "due tomorrow"),
        (timedelta(days=3), "due Saturday"),
        (timedelta(days=20), "due 24 March"),
        (timedelta(hours=-5), "late today"),
        (timedelta(days=-1), "late since yesterday"),
        (timedelta(days=-2), "late since Monday"),
        (timedelta(days=-100), "late since 24 November 2025"),
        (None, ""),
    ],
)
def test_when_a_reply_is_due(due_in, said):
    assert words.due(verdict(due_in), NOW, ZONE) == said


@pytest.mark.parametrize(
    ("due_in", "reason", "back", "said"),
    [
        (timedelta(days=1), Reason.OVERDUE, None, "follow up tomorrow"),
        (timedelta(days=-1), Reason.OVERDUE, None, "follow up now"),
        (timedelta(days=-1), Reason.BOUNCED, None, "check the address"),
        (timedelta(days=5), Reason.AWAY, date(2026, 3, 6), "follow up Monday, back Friday"),
        (timedelta(days=5), Reason.AWAY, date(2026, 3, 2), "follow up Monday"),
        (None, Reason.ONE_SIDED, None, "let it rest"),
    ],
)
def test_what_to_do_about_silence(due_in, reason, back, said):
    assert words.next_step(verdict(due_in, reason, Standing.AWAITING, back), NOW, ZONE) == said


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (Coverage("kim@n.example", 1, 1), "kim@n.example: read 1 of 1 message."),
        (
            Coverage("kim@n.example", 4812, 4815, oldest=NOW, unreadable=(("INBOX 17", "empty"),)),
            "kim@n.example: read 4,812 of 4,815 messages, back to March 2026. 1 could not be read.",
        ),
    ],
    ids=["small", "whole"],
)
def test_coverage_is_said_honestly(read, line):
    assert words.coverage(read, ZONE) == line
