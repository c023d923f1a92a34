from __future__ import annotations

import re
from datetime import date

import pytest
from lxml import html

from repliquette.digest import content, form
from repliquette.digest.words import OWED_HEADINGS
from repliquette.model import Coverage, Reason, Standing
from support.desk import FakeDesk, entry
from support.mail import NOW

OWED, AWAITING, SETTLED = Standing.OWED, Standing.AWAITING, Standing.SETTLED
HOSTILE = "<script>alert(1)</script> <img src=https://t.example/p.gif> {{7*7}} & \u202e“x”"
WEEK = [
    entry(Reason.HARD_JOURNEY, who="Tomas Vrba", words="Dad died on Sunday."),
    entry(Reason.PROMISED, who="Ben Ode", words="I'll send the floor plan", due=-40),
    entry(Reason.COURTEOUS_NO, who="Gerrit de Boer", words="Would you say a few words?"),
    entry(Reason.ASK, who=HOSTILE, words=HOSTILE),
    entry(Reason.AWAY, AWAITING, who="Greta Holm", words="Can we move it?", due=200, return_date=date(2026, 3, 12)),
    entry(Reason.BULK, SETTLED),
]


def digest(rows=WEEK) -> content.Digest:
    return content.build(FakeDesk(list(rows), (Coverage("kim@northwind.example", 10, 12),)), NOW)


@pytest.mark.parametrize(
    ("rows", "subject"),
    [
        ([entry(Reason.ASK, ago=n) for n in range(1200)], "1,200 to return"),
        ([entry(Reason.ASK), entry(Reason.PROMISED)], "2 to return, 1 promise due"),
        ([entry(Reason.PROMISED, ago=n) for n in range(3)], "3 to return, 3 promises due"),
        ([entry(Reason.OVERDUE, AWAITING)], "All returned, 1 still to hear from"),
        ([], "All caught up"),
    ],
    ids=["many", "promise", "promises", "only_others", "nothing"],
)
def test_the_subject_says_the_state(rows, subject):
    assert form.subject(digest(rows)) == subject


def test_the_page_says_all_that_the_digest_holds():
    week = digest()

    page = html.fromstring(form.to_html(week)).text_content()

    rows = [row for section in (*week.owed, *week.awaiting) for row in section.rows]
    for words in (*(t for r in rows for t in (r.who, r.words, r.age, r.when)), *week.coverage, week.day):
        assert words in page
    assert "Waiting for others" in page
    assert "Settled: 1 needed no answer." in page


def test_what_senders_wrote_stays_text():
    page = html.fromstring(form.to_html(digest()))

    assert not page.xpath("//script | //img | //link | //iframe | //form")
    assert "{{7*7}}" in page.text_content()


def test_nothing_is_fetched_from_anywhere():
    page = form.to_html(digest())

    assert not re.search(r"(src|href|background|action)\s*=|url\(|@import", re.sub(r"&lt;.*?&gt;", "", page))


def test_styles_stand_on_the_elements_and_dark_mode_in_the_head():
    """Mail programs drop style sheets; those that follow dark mode keep its media query."""
    page = html.fromstring(form.to_html(digest()))

    assert all(cell.get("style") for cell in page.xpath("//td[@class]"))
    assert "prefers-color-scheme: dark" in page.xpath("string(//style)")


def test_colour_is_never_the_only_sign_that_something_is_late():
    late = html.fromstring(form.to_html(digest())).xpath("//span[@class='late']/text()")

    assert late == ["late since Monday"]


@pytest.mark.parametrize("rows", [8, 60])
def test_the_page_is_never_clipped(rows):
    """Gmail clips at 102 kB; what is folded is counted aloud."""
    everything = [entry(r, who=f"Somebody {n}", words="ж" * 140, ago=n) for r in OWED_HEADINGS for n in range(rows)]

    page = form.to_html(digest(everything))

    assert len(page.encode()) < form.HTML_BYTES
    shown = len(html.fromstring(page).xpath("//span[@class='who']"))
    more = sum(int(n) for n in re.findall(r"and (\d+) more", page))
    assert shown + more == len(everything)


def test_the_text_says_the_same_in_plain_lines():
    text = form.to_text(digest())

    assert text.startswith("4 to return, 1 promise due\nWednesday, 4 March 2026\n")
    assert "\nYou promised (1)\n\n  Ben Ode · 2 days · late since Monday  [promised-Ben Ode-48]\n" in text
    assert "    “I'll send the floor plan”\n" in text
    assert "     | Thank you for thinking of me. My answer is no.\n" in text
    assert "Greta Holm · 2 days · follow up 12 March, back 12 March" in text
    assert "kim@northwind.example: read 10 of 12 messages." in text


def test_when_nothing_is_owed_it_is_quiet():
    for words in (form.to_html(digest([])), form.to_text(digest([]))):
        assert "All caught up" in words
        assert "You owe nobody a reply. Enjoy the quiet." in words


@pytest.mark.parametrize("words", [form.to_html, form.to_text])
def test_the_digest_never_shouts(words):
    """No exclamation marks, no scolding."""
    said = words(digest([e for e in WEEK if e.who.name != HOSTILE])).replace("<!DOCTYPE", "").replace("!important", "")

    assert "!" not in said
    assert not re.search(r"overdue|action required|you must|failed", said, re.IGNORECASE)


def test_no_word_is_too_long_for_a_telephone():
    page = html.fromstring(form.to_html(digest([entry(Reason.ASK, who="x" * 200, words="y" * 200)])))

    for strange in page.xpath("//*[@dir='auto']"):
        assert "overflow-wrap: anywhere" in strange.get("style")
