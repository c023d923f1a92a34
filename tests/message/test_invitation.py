"""What calendars say (RFC 5545, 5546), and what hostile ones may not do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from repliquette.model import Address, Kind

HEAD = "From: Yusuf Demir <yusuf@orchestra.example>\nTo: lena@choir.example\nSubject: Rehearsal\n"
BERLIN = """BEGIN:VTIMEZONE
TZID:Choir time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def _mail(lines: str, method: str = "REQUEST", zone: str = "") -> str:
    calendar = f"BEGIN:VCALENDAR\nMETHOD:{method}\n{zone}BEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    return f"{HEAD}Content-Type: text/calendar; method={method}; charset=utf-8\n\n{calendar}"


@pytest.mark.parametrize(
    ("lines", "zone", "start", "all_day"),
    [
        ("DTSTART:20260306T180000Z", "", datetime(2026, 3, 6, 18, tzinfo=UTC), False),
        ("DTSTART;TZID=Europe/Berlin:20260306T190000", "", datetime(2026, 3, 6, 18, tzinfo=UTC), False),
        ("DTSTART;TZID=Choir time:20260706T190000", BERLIN, datetime(2026, 7, 6, 17, tzinfo=UTC), False),
        ("DTSTART;VALUE=DATE:20260306", "", datetime(2026, 3, 6, tzinfo=UTC), True),
        ("DTSTART:next friday", "", None, False),
        ("SUMMARY:no day at all", "", None, False),
    ],
    ids=["utc", "known zone", "a zone of its own", "all day", "nonsense", "none"],
)
def test_start(lines, zone, start, all_day, read):
    invitation = read(_mail(lines, zone=zone)).invitation

    assert (invitation.start, invitation.all_day, invitation.method) == (start, all_day, "request")


def test_organiser_and_summary(read):
    lines = 'DTSTART:20260306T180000Z\nORGANIZER;CN="Demir, Yusuf":mailto:Yusuf@Orchestra.example\nSUMMARY:Organ\\, cho\n ir and tea'
    message = read(_mail(lines))

    assert message.kind is Kind.INVITATION
    assert message.invitation.organiser == Address("yusuf@orchestra.example", "Demir, Yusuf")
    assert message.invitation.summary == "Organ, choir and tea"


@pytest.mark.parametrize("method", ["REPLY", "CANCEL"])
def test_answers_and_cancellations_are_read_too(method, read):
    message = read(_mail("DTSTART:20260306T180000Z", method=method))

    assert (message.kind, message.invitation.method) == (Kind.AUTOMATED, method.lower())


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART:20260306T180000Z\nRRULE:FREQ=SECONDLY;UNTIL=99991231T235959Z\nRDATE:"
        + ",".join(["20260306T180000Z"] * 50_000),
        "BEGIN:VALARM\n" * 20_000,
        "DTSTART:20260306T180000Z\n" + "X-A;B=C:D\n" * 50_000,
        "DTSTART;TZID=" + "A" * 100_000 + ":20260306T180000Z",
    ],
    ids=["every second for ever", "deep", "long", "a zone of no name"],
)
def test_hostile_calendars_are_only_read_as_far_as_they_are_needed(lines, read):
    assert read(_mail(lines)).invitation.method == "request"


def test_a_zone_that_changes_every_second_is_not_worked_out(read):
    zone = BERLIN.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "FREQ=SECONDLY")

    assert read(_mail("DTSTART;TZID=Choir time:20260706T190000", zone=zone)).invitation.method == "request"


def test_mail_without_a_calendar_has_no_invitation(read):
    assert read(f"{HEAD}\nCome to supper?\n").invitation is None
