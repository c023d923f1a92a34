"""Days counted from now, in the words and the language of the writer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from repliquette.demo.dating import fill, instant

FRIDAY = date(2026, 3, 6)
FILLED = {
    "plain": ("{day+1}", "en", "7 March"),
    "working-day": ("{full+1w}", "en", "Monday 9 March"),
    "next-saturday": ("{full+2sat}", "en", "Saturday 14 March"),
    "the-day-itself": ("{weekday+1sat}", "en", "Saturday"),
    "past": ("{day-6}", "en", "28 February"),
    "german": ("bis {full+3}", "de", "bis Montag, 9. März"),
    "german-short": ("{short+3}", "de", "09.03.2026"),
    "french": ("le {full+3}", "fr", "le lundi 9 mars"),
    "spanish": ("el {full+3}", "es", "el lunes, 9 de marzo"),
    "english-short": ("{short+3}", "en", "09/03/2026"),
    "calendar": ("{ics+3}T090000Z", "en", "20260309T090000Z"),
    "iso": ("{iso+3}", "en", "2026-03-09"),
    "other-braces": ("{{7*7}} {name}", "en", "{{7*7}} {name}"),
}


@pytest.mark.parametrize(("text", "language", "expected"), FILLED.values(), ids=FILLED.keys())
def test_fill(text, language, expected):
    assert fill(text, FRIDAY, language) == expected


NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)  # the day after the clocks went forward in London
INSTANTS = {
    "minutes": ("40 minutes", "2026-03-30T07:20:00+00:00"),
    "days-and-hours": ("1 day 2 hours", "2026-03-29T06:00:00+00:00"),
    "hours-and-minutes": ("2 hours 5 minutes", "2026-03-30T05:55:00+00:00"),
    "by-the-clock": ("1 day at 09:14", "2026-03-29T08:14:00+00:00"),
    "by-the-clock-before-the-change": ("2 days at 09:14", "2026-03-28T09:14:00+00:00"),
}


@pytest.mark.parametrize(("ago", "expected"), INSTANTS.values(), ids=INSTANTS.keys())
def test_instant(ago, expected):
    assert instant(ago, NOW, "Europe/London") == datetime.fromisoformat(expected)


@pytest.mark.parametrize("ago", ["", "yesterday", "3 weeks", "days 3"])
def test_no_time_ago(ago):
    with pytest.raises(ValueError, match="no time ago"):
        instant(ago, NOW, "Europe/London")
