from __future__ import annotations

from repliquette.digest import content
from repliquette.model import Coverage, Reason, Standing
from support.desk import FakeDesk, entry
from support.mail import NOW

OWED, AWAITING, SETTLED = Standing.OWED, Standing.AWAITING, Standing.SETTLED


def test_the_most_pressing_reasons_come_first():
    reasons = [Reason.UNCLEAR, Reason.COLD_OUTREACH, Reason.ASK, Reason.PROMISED, Reason.PRIORITY, Reason.HARD_JOURNEY]

    digest = content.build(FakeDesk([entry(r) for r in reasons]), NOW)

    assert [s.reason for s in digest.owed] == [
        *[Reason.HARD_JOURNEY, Reason.PRIORITY, Reason.PROMISED, Reason.ASK, Reason.COLD_OUTREACH, Reason.UNCLEAR]
    ]


def test_totals_add_up_to_the_desk():
    """Every conversation is counted once, also those that are not shown."""
    rows = [entry(Reason.ASK, ago=n) for n in range(60)] + [entry(Reason.PROMISED, ago=n) for n in range(2)]
    rows += [entry(Reason.PROMISED, AWAITING), entry(Reason.OVERDUE, AWAITING, who="Ben Ode")]
    rows += [entry(r, SETTLED) for r in (Reason.ANSWERED, Reason.DISMISSED, Reason.BULK, Reason.FYI)]
    desk = FakeDesk(rows)

    digest = content.build(desk, NOW)

    counts = desk.counts()
    assert (digest.to_return, digest.waiting_for) == (counts[OWED], counts[AWAITING])
    assert digest.answered + digest.let_go + digest.quiet == counts[SETTLED]
    assert (digest.promises, digest.answered, digest.let_go, digest.quiet) == (2, 1, 1, 2)
    [asked] = [s for s in digest.owed if s.reason is Reason.ASK]
    assert (asked.total, len(asked.rows), asked.more) == (60, content.ROWS_SHOWN, 60 - content.ROWS_SHOWN)


def test_a_row_says_who_what_how_old_and_what_is_next():
    desk = FakeDesk([entry(Reason.ASK, words="Which day\nsuits\u202e you?", ago=48, due=-2, id="c1")])

    [section] = content.build(desk, NOW).owed

    assert section.rows == (content.Row("c1", "Ana Ruiz", "Which day suits you?", "2 days", "late today", True),)


def test_without_words_the_subject_speaks_and_long_words_are_cut():
    desk = FakeDesk([entry(Reason.ASK, words=""), entry(Reason.ASK, words="very " * 90)])

    [section] = content.build(desk, NOW).owed

    assert section.rows[0].words == "Plans"
    assert len(section.rows[1].words) <= content.WORDS_CHARS
    assert section.rows[1].words.endswith("very…")


def test_a_courteous_no_is_drafted_in_full_for_each():
    rows = [entry(Reason.COURTEOUS_NO, ago=n) for n in (10, 20)] + [entry(Reason.FREE_STUFF)]

    no, free = content.build(FakeDesk(rows), NOW).owed

    assert ["thinking of me" in r.draft for r in no.rows] == [True, True]
    assert free.rows[0].draft == "Hi,\n\nThank you for asking. My answer is no.\n\nBest,\nKim"
    assert (no.note, free.note) == ("", "")


def test_one_short_no_stands_for_all_cold_outreach():
    """Thirty equal paragraphs would be a wall."""
    [section] = content.build(FakeDesk([entry(Reason.COLD_OUTREACH, ago=n) for n in range(5)]), NOW).owed

    assert [bool(r.draft) for r in section.rows] == [True, False, False, False, False]
    assert section.note == "A short no like this one is drafted for each of them."


def test_a_single_cold_call_needs_no_note():
    [section] = content.build(FakeDesk([entry(Reason.COLD_OUTREACH)]), NOW).owed

    assert (bool(section.rows[0].draft), section.note) == (True, "")


def test_no_decline_is_drafted_for_an_ordinary_question():
    digest = content.build(FakeDesk([entry(Reason.ASK), entry(Reason.HARD_JOURNEY)]), NOW)

    assert [r.draft for s in digest.owed for r in s.rows] == ["", ""]


def test_folding_keeps_the_totals():
    digest = content.build(FakeDesk([entry(Reason.ASK, ago=n) for n in range(9)]), NOW)

    folded = digest.folded(2)

    assert (folded.to_return, len(folded.owed[0].rows), folded.owed[0].more) == (9, 2, 7)


def test_name_day_and_coverage_are_the_owners():
    desk = FakeDesk(read=(Coverage("kim@northwind.example", 10, 12),))

    digest = content.build(desk, NOW)

    assert (digest.name, digest.day) == ("Kim Lee", "Wednesday, 4 March 2026")
    assert digest.coverage == ("kim@northwind.example: read 10 of 12 messages.",)
