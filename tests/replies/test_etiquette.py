from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from repliquette.message import lore
from repliquette.model import Kind, Reason, Standing, Verdict
from repliquette.reasons import rules
from repliquette.replies import etiquette
from repliquette.rulebook.files import shipped_rules
from support.mail import ANA, ME, NOW, OWNER, conversation, message

BOOK = rules.load(shipped_rules())
LORE = lore.load(shipped_rules())


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour in the owner's time zone in March 2026, before the clocks change."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


def hours_ago(moment: datetime) -> float:
    return (NOW - moment) / timedelta(hours=1)


def due(reason, *messages, standing=Standing.OWED, now=NOW, since=None, **more):
    verdict = Verdict(standing, reason, messages[-1].message_id, since or messages[-1].date, **more)
    return etiquette.schedule(verdict, conversation(*messages), OWNER, now, BOOK, LORE).due


def theirs(moment: datetime, text="Could you?", **more):
    return message(text, ago=hours_ago(moment), **more)


def mine(moment: datetime, text="Could you?", **more):
    return message(text, sender=ME, to=(ANA,), ago=hours_ago(moment), **more)


@pytest.mark.parametrize(
    ("reason", "came", "late"),
    [
        (Reason.ASK, berlin(3, 10), berlin(4, 10)),
        (Reason.ASK, berlin(6, 10), berlin(9, 10)),
        (Reason.ASK, berlin(7, 10), berlin(10, 0)),
        (Reason.FREE_STUFF, berlin(5, 10), berlin(9, 10)),
        (Reason.COLD_OUTREACH, berlin(3, 10), berlin(6, 10)),
        (Reason.HARD_JOURNEY, berlin(6, 10), berlin(9, 10)),
        (Reason.UNCLEAR, berlin(2, 10), berlin(4, 10)),
        (Reason.COURTEOUS_NO, berlin(2, 10), berlin(4, 10)),
        (Reason.PRIORITY, berlin(3, 10), berlin(3, 14)),
        (Reason.PRIORITY, berlin(3, 16), berlin(4, 11)),
        (Reason.PRIORITY, berlin(3, 23), berlin(4, 13)),
        (Reason.PRIORITY, berlin(4, 2), berlin(4, 13)),
        (Reason.PRIORITY, berlin(6, 17), berlin(9, 12)),
        (Reason.PRIORITY, berlin(7, 12), berlin(9, 13)),
    ],
    ids=[
        *["ask", "ask_friday", "ask_saturday", "free", "cold", "hard", "unclear", "no"],
        *["first", "first_evening", "first_at_night", "first_before_dawn", "first_friday", "first_weekend"],
    ],
)
def test_an_owed_reply_is_due_after_its_grace_in_working_time(reason, came, late):
    assert due(reason, theirs(came)) == late


def test_a_nudge_within_a_day_makes_nobody_late():
    """Document 000: give them 24 hours."""
    first, nudge = theirs(berlin(3, 10)), theirs(berlin(3, 15), "Did you get my e-mail?")

    late = due(Reason.PRIORITY, first, nudge, since=first.date, marks=frozenset({"chaser"}))

    assert late == berlin(4, 10)


@pytest.mark.parametrize(
    ("text", "late"),
    [
        ("I'll send you the plan by Friday.", berlin(6, 23, 59)),
        ("I'll get back to you.", berlin(4, 10)),
    ],
    ids=["day_named", "no_day"],
)
def test_my_promise_is_due_on_the_day_i_named(text, late):
    asked, promise = theirs(berlin(3, 9)), mine(berlin(3, 10), text)

    assert due(Reason.PROMISED, asked, promise) == late


def test_their_nudge_does_not_move_the_day_i_promised():
    promise, nudge = mine(berlin(2, 10), "I'll send it by Thursday."), theirs(berlin(4, 9), "Any news?")

    assert due(Reason.PROMISED, promise, nudge) == berlin(5, 23, 59)


@pytest.mark.parametrize(
    ("back", "late"),
    [(date(2026, 3, 10), berlin(11, 18)), (date(2026, 3, 7), berlin(10, 18)), (None, berlin(3, 10))],
    ids=["tuesday", "saturday", "unknown"],
)
def test_after_a_trip_there_is_a_working_day(back, late):
    assert due(Reason.TRAVEL, theirs(berlin(2, 10)), return_date=back) == late


@pytest.mark.parametrize(
    ("back", "follow_up"),
    [(date(2026, 3, 11), berlin(12, 9)), (date(2026, 3, 13), berlin(16, 9)), (None, berlin(6, 11))],
    ids=["wednesday", "friday", "unknown"],
)
def test_i_wait_until_the_working_day_after_they_are_back(back, follow_up):
    note = theirs(berlin(3, 11), "I am away.", kind=Kind.AUTO_REPLY)

    assert due(Reason.AWAY, mine(berlin(3, 10)), note, standing=Standing.AWAITING, return_date=back) == follow_up


def test_i_leave_somebody_who_is_unwell_in_peace_for_a_week():
    note = theirs(berlin(3, 11), "I am in hospital.")

    assert due(Reason.UNWELL, mine(berlin(2, 10)), note, standing=Standing.AWAITING) == berlin(10, 9)


def test_a_message_that_bounced_is_mended_at_once():
    note = theirs(berlin(3, 11), "Undelivered", kind=Kind.BOUNCE)

    assert due(Reason.BOUNCED, mine(berlin(3, 10)), note, standing=Standing.AWAITING) == berlin(3, 11)


def test_i_do_not_nudge_within_a_day():
    assert due(Reason.TOO_SOON, mine(berlin(6, 10)), standing=Standing.AWAITING) == berlin(9, 10)


@pytest.mark.parametrize(
    ("text", "follow_up"),
    [("You will have it by Friday.", berlin(6, 23, 59)), ("I'll get back to you.", berlin(6, 11))],
    ids=["day_named", "no_day"],
)
def test_i_remind_them_when_the_day_they_named_has_passed(text, follow_up):
    promise = theirs(berlin(3, 11), text)

    assert due(Reason.PROMISED, mine(berlin(3, 10)), promise, standing=Standing.AWAITING) == follow_up


@pytest.mark.parametrize("reason", [Reason.OVERDUE, Reason.WEAK_ASK])
@pytest.mark.parametrize(
    ("written", "follow_up"),
    [
        ([berlin(2, 10)], berlin(5, 10)),
        ([berlin(2, 10), berlin(2, 11)], berlin(5, 11)),
        ([berlin(2, 10), berlin(5, 10)], berlin(12, 9)),
        ([berlin(2, 10), berlin(5, 10), berlin(12, 10)], None),
    ],
    ids=["first", "an_afterthought_is_no_reminder", "last", "release"],
)
def test_the_ladder_of_follow_ups_ends(reason, written, follow_up):
    """Document 000: after a few days, a last one a week later, then stop."""
    asked = [mine(moment) for moment in written]

    assert due(reason, *asked, standing=Standing.AWAITING) == follow_up


def test_what_is_two_months_old_is_not_chased_any_more():
    now = berlin(2, 10) + timedelta(days=61)

    assert due(Reason.OVERDUE, mine(berlin(2, 10)), standing=Standing.AWAITING, now=now) is None


def test_i_stop_chasing_who_never_answers():
    assert due(Reason.ONE_SIDED, mine(berlin(2, 10)), standing=Standing.AWAITING) is None


def test_what_is_settled_is_never_due():
    assert due(Reason.FYI, theirs(berlin(2, 10)), standing=Standing.SETTLED) is None
