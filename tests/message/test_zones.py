"""Where each zone of a text begins and ends, and the way from fresh text back to the text as it came."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from repliquette.message.text import ZoneKind, fresh_at, split, zones

LETTER = (
    "Dear Rosa,\r\n\r\nthe kiln is hot from Friday on.\r\n\r\nBest wishes,\r\nIda\r\n"
    "-- \r\nIda Ober, Potter\r\nSent from my iPhone\r\n\r\n"
    "This message is confidential and intended only for the addressee.\r\n\r\n"
    "On 3 May 2026 at 09:12, Rosa Lund <rosa@glaze.example> wrote:\r\n> Is the kiln free?\r\n"
)


def _cut(text, found):
    return [(zone.kind.value, text[zone.start : zone.end].split()[0]) for zone in found]


def test_a_letter_has_every_zone_in_its_place(lore):
    assert _cut(LETTER, zones(LETTER, lore)) == [
        ("fresh", "Dear"),
        ("signature", "--"),
        ("sent_from", "Sent"),
        ("legal", "This"),
        ("quoted", "On"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Yes.\n\nTo unsubscribe, send an empty message.\n", ZoneKind.LIST_FOOTER),
        ("Yes.\n\nThis e-mail is confidential.\n", ZoneKind.LEGAL),
        ("Yes.\n\n---------- Forwarded message ---------\nFrom: Jo\n\nold\n", ZoneKind.FORWARDED),
        ("Yes.\n\nMit freundlichen Grüßen\nIda\nOber Keramik\nTel. 030 1234567\n", ZoneKind.SIGNATURE),
        ("Yes.\n\n-Ida\n", ZoneKind.SIGNATURE),
        ("Caution: external e-mail. Do not click links.\n\nYes.\n", ZoneKind.LEGAL),
    ],
    ids=["list", "lawyers", "forward", "card", "dash and name", "server's warning"],
)
def test_kinds_apart(text, kind, lore):
    assert kind in {zone.kind for zone in zones(text, lore)}
    assert split(text, lore).fresh.startswith("Yes.")


def test_what_stands_below_a_telephone_line_is_not_new(lore):
    """A mail program puts its line under what was typed and above what was answered, with or without a border."""
    found = split("I shall be there.\n\nSent from my Fairphone\n\nWill you come on Sunday?\n", lore)

    assert (found.fresh, found.quoted, found.footer) == (
        "I shall be there.",
        "Will you come on Sunday?",
        "Sent from my Fairphone",
    )


@pytest.mark.parametrize(
    "line",
    ["Sent from my desk, so the photographs are sharper.", "Sent from the harbour with the tide", "Sent from here"],
)
def test_a_sentence_is_no_telephone_line(line, lore):
    assert split(f"The parcel is on its way.\n\n{line}", lore).fresh.endswith(line)


_ROW = st.sampled_from(
    [
        "",
        "Hello,",
        "> quoted",
        "  > ",
        "-- ",
        "Cheers,",
        "On 4 March 2024 at 10:00 Rosa wrote:",
        "Rosa <rosa@x.example",
        ">:",
        "From: Jo",
        "To: me",
        "Subject: x",
        "Sent from my iPhone",
        "-----Original Message-----",
        "________________________________",
        "to unsubscribe",
        "This e-mail is confidential.",
        "-Jo",
    ]
)
_TEXTS = st.lists(st.tuples(_ROW | st.text(max_size=12), st.sampled_from(["\n", "\r\n", "\r"])), max_size=20).map(
    lambda rows: "".join(row + end for row, end in rows)
)


@given(_TEXTS)
@example("")
@example("\n\n")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_zones_cover_the_text_without_gap_or_overlap(lore, text):
    found = zones(text, lore)

    assert [zone.start for zone in found] == [0, *(zone.end for zone in found)][: len(found)]
    assert (found[-1].end if found else 0) == len(text)
    assert all(zone.start < zone.end for zone in found)
    assert all(a.kind is not b.kind for a, b in pairwise(found))


@given(_TEXTS, st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_span_of_fresh_text_is_found_again_in_the_text(lore, text, data):
    fresh = split(text, lore).fresh
    start = data.draw(st.integers(0, max(len(fresh) - 1, 0)))
    end = data.draw(st.integers(start, len(fresh)))
    if end == start:
        return

    first, last = fresh_at(text, zones(text, lore), start, end)

    assert text[first] == fresh[start] or fresh[start] == "\n"
    assert text[last - 1] == fresh[end - 1] or fresh[end - 1] == "\n"
    if "\n" not in fresh[start:end]:
        assert text[first:last] == fresh[start:end]


def test_answers_and_quotes_alternate(lore):
    text = "> Is it free?\nFrom Friday on.\n> And hot?\nVery hot.\n"
    found = zones(text, lore)

    assert [zone.kind.value for zone in found] == ["quoted", "fresh", "quoted", "fresh"]
    start = split(text, lore).fresh.index("Very")
    first, last = fresh_at(text, found, start, start + len("Very hot."))
    assert text[first:last] == "Very hot."
