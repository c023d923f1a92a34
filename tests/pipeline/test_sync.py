"""From a source to verdicts: what is new is read once, and a run may end anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from repliquette.errors import BusyError
from repliquette.model import Absence, Folder, FolderRole, Reason, Standing
from repliquette.pipeline.knowledge import Knowledge, know
from repliquette.pipeline.sync import Intake, alone
from repliquette.store import Store, Wanted
from support.letters import ANSWER, ASK, raw
from support.mail import ANA, BEN, ME, NOW, OWNER
from support.shelf import Shelf

INBOX, SENT = Folder("INBOX", FolderRole.INBOX), Folder("Sent", FolderRole.SENT)


@pytest.fixture(scope="module")
def knowledge():
    return know()


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    yield store
    store.close()


def intake(store, knowledge, now=NOW):
    return Intake(store, ME.email, OWNER, knowledge, now)


def test_the_second_run_reads_only_what_is_new(store, knowledge):
    shelf = Shelf([ASK])
    first = intake(store, knowledge).read(shelf)
    shelf.put("INBOX", raw("What do you think of Tuesday?", sender=BEN, message_id="c", subject="Tuesday"))
    shelf.fetched.clear()

    second = intake(store, knowledge).read(shelf)
    third = intake(store, knowledge).read(shelf)

    assert (first.new, second.new, third.new) == (1, 1, 0)
    assert (second.judged, third.judged) == (1, 0)
    assert shelf.fetched == [("INBOX", 2)]


def test_an_answer_in_sent_settles_what_was_owed(store, knowledge):
    shelf = Shelf([ASK])
    intake(store, knowledge).read(shelf)
    [owed] = store.page(Wanted(standing=Standing.OWED), NOW).entries
    shelf.put("Sent", ANSWER)

    intake(store, knowledge).read(shelf)

    assert store.entry(owed.id).verdict.standing is Standing.SETTLED
    assert store.entry(owed.id).messages == 2


@pytest.mark.parametrize("after", range(6))
def test_s21_a_run_that_breaks_anywhere_is_taken_up_again(store, knowledge, after):
    mail = [ASK, *(raw("Shall we meet?", sender=BEN, subject=f"Meeting {i}", message_id=f"m{i}") for i in range(4))]
    whole = Store(store.path.with_name("whole.sqlite"))
    intake(whole, knowledge).read(Shelf(mail, [ANSWER]))

    with pytest.raises(ConnectionError):
        intake(store, knowledge).read(Shelf(mail, [ANSWER], breaks_after=after))
    intake(store, knowledge).read(Shelf(mail, [ANSWER]))

    assert store.page(Wanted(), NOW) == whole.page(Wanted(), NOW)
    whole.close()


def test_s21_a_new_uidvalidity_reads_the_folder_anew_without_doubles(store, knowledge):
    shelf = Shelf([ASK], [ANSWER])
    intake(store, knowledge).read(shelf)
    before = store.page(Wanted(), NOW)
    shelf.renumber("INBOX")
    shelf.renumber("Sent")

    report = intake(store, knowledge).read(shelf)

    assert report.new == 0
    assert store.page(Wanted(), NOW) == before
    assert store.coverage()[0].read == 2


def test_one_reply_of_mine_clears_cold_outreach(store, knowledge):
    """What one message changes for its people is judged again, and nothing else."""
    pitch = raw(
        "My name is Ben and I sell scheduling software. Would you have 15 minutes for a quick call next week?",
        sender=BEN, subject="Scheduling, solved", message_id="p", ago=50,
    )  # fmt: skip
    shelf = Shelf([pitch, ASK])
    intake(store, knowledge).read(shelf)
    [row] = [e for e in store.page(Wanted(), NOW).entries if e.who.email == BEN.email]
    shelf.put(
        "Sent", raw("Nice to meet you at the fair.", sender=ME, to=BEN, subject="The fair", message_id="f", ago=10)
    )

    report = intake(store, knowledge).read(shelf)

    assert row.verdict.reason is Reason.COLD_OUTREACH
    assert store.entry(row.id).verdict.reason is not Reason.COLD_OUTREACH
    assert report.judged == 2  # my new message, and Ben's pitch; not Ana's


def test_my_out_of_office_note_explains_silence_towards_everybody(store, knowledge):
    note = raw(
        "I am out of the office until 3 March 2026 and will answer when I am back.",
        sender=ME, to=ANA, subject="Automatic reply: Plans", message_id="n", ago=24 * 9, Auto_Submitted="auto-replied",
    )  # fmt: skip
    ask = raw("Which colour should the doors have?", sender=BEN, subject="Doors", message_id="d", ago=24 * 6)

    intake(store, knowledge).read(Shelf([ask], [note]))

    [row] = [e for e in store.page(Wanted(), NOW).entries if e.who.email == BEN.email]
    assert row.verdict.reason is Reason.TRAVEL


def test_three_unanswered_conversations_are_one_sided_at_the_first_sync(store, knowledge):
    """Also when all of them are judged in the same run."""
    asked = [
        raw(f"Could you send me the figures for item {n}?", sender=ME, to=ANA, subject=f"Item {n}",
            message_id=f"q{n}", ago=24 * 8 * n)
        for n in (1, 2, 3)
    ]  # fmt: skip

    intake(store, knowledge).read(Shelf([], asked))

    assert [e.verdict.reason for e in store.page(Wanted(), NOW).entries] == [Reason.ONE_SIDED] * 3


SERVER = "from mx.other.example by mx.northwind.example; Mon, 2 Mar 2026 09:00:00 +0000"


def test_s24_a_forged_answer_of_mine_settles_nothing(store, knowledge):
    """Anybody can write my address into From; what was delivered into the inbox is not mine."""
    forged = raw(
        "Done, sent.", sender=ME, to=ANA, subject="Re: Plans", ago=20, message_id="f",
        In_Reply_To="<a@t.example>", Received=SERVER,
    )  # fmt: skip

    intake(store, knowledge).read(Shelf([ASK, forged]))

    assert [e.who.email for e in store.page(Wanted(standing=Standing.OWED), NOW).entries] == [ANA.email]


def test_s24_a_forged_out_of_office_note_is_no_absence(store, knowledge):
    note = raw(
        "I am out of the office until 3 March 2026 and will answer when I am back.", sender=ME, to=ANA, ago=24 * 9,
        subject="Automatic reply: Plans", message_id="n", Auto_Submitted="auto-replied", Received=SERVER,
    )  # fmt: skip
    ask = raw("Which colour should the doors have?", sender=BEN, subject="Doors", message_id="d", ago=24 * 6)

    intake(store, knowledge).read(Shelf([note, ask]))

    [row] = [e for e in store.page(Wanted(), NOW).entries if e.who.email == BEN.email]
    assert row.verdict.reason is not Reason.TRAVEL


def test_my_answer_that_my_program_keeps_in_the_inbox_counts(store, knowledge):
    """Some keep answers beside the letters they answer; such a copy has passed no server."""
    intake(store, knowledge).read(Shelf([ASK, ANSWER]))

    assert store.page(Wanted(standing=Standing.OWED), NOW).total == 0


def test_s23_one_unreadable_message_leaves_the_others(store, knowledge):
    hostile = b'From: a@[x\r\nMessage-ID: <[x\r\nTo: "\r\n' + b"(" * 5000 + b"\r\n\r\nhello"

    report = intake(store, knowledge).read(Shelf([hostile, ASK]))

    assert report.new >= 1
    assert store.coverage()[0].total == 2
    assert [e.who.email for e in store.page(Wanted(standing=Standing.OWED), NOW).entries].count(ANA.email) == 1


def test_time_alone_changes_a_verdict(store, knowledge):
    question = raw("Could you confirm the date, please?", sender=ME, to=ANA, subject="Date", message_id="q", ago=2)
    intake(store, knowledge).read(Shelf([], [question]))
    [row] = store.page(Wanted(standing=Standing.AWAITING), NOW).entries

    judged = intake(store, knowledge, NOW + timedelta(days=9)).settle()[0]

    assert row.verdict.reason is Reason.TOO_SOON
    assert judged == 1
    assert store.entry(row.id).verdict.reason is Reason.OVERDUE


def test_other_settings_judge_everything_again_and_only_once(store, knowledge):
    """The lists and a single conversation must say the same of it."""
    shelf = Shelf([raw("Which colour should the doors have?", sender=BEN, subject="Doors", message_id="d", ago=24 * 6)])
    intake(store, knowledge).read(shelf)
    away = replace(OWNER, absences=(Absence(NOW.date() - timedelta(days=9), NOW.date() - timedelta(days=1)),))
    later = Intake(store, ME.email, away, knowledge, NOW)

    first = later.is_due(), later.settle()[0]
    second = later.is_due(), later.settle()[0]

    assert (first, second) == ((True, 1), (False, 0))
    assert store.page(Wanted(), NOW).entries[0].verdict.reason is Reason.TRAVEL


def test_other_rules_judge_everything_again(store, knowledge):
    intake(store, knowledge).read(Shelf([ASK]))

    assert not intake(store, knowledge).is_due()
    assert intake(store, replace(knowledge, digest="other")).is_due()


def test_s23_a_conversation_we_stumble_over_leaves_the_others(store, knowledge, monkeypatch):
    """It is named without a word of it, and taken up again by the next run."""
    judge = Knowledge.judge

    def stumbles(self, talk, *rest):
        if talk.messages[0].sender == BEN:
            raise KeyError("the words of a mail")
        return judge(self, talk, *rest)

    shelf = Shelf([ASK, raw("Shall we meet?", sender=BEN, subject="Meeting", message_id="m")])
    with monkeypatch.context() as patched:
        patched.setattr(Knowledge, "judge", stumbles)
        report = intake(store, knowledge).read(shelf)
    listed = store.page(Wanted(), NOW).total
    again = intake(store, knowledge).read(shelf)

    [trouble] = report.troubles
    assert trouble.endswith(": KeyError")
    assert listed == 1
    assert (again.judged, again.troubles) == (1, ())
    assert store.page(Wanted(), NOW).total == 2


def test_s21_two_runs_at_once(tmp_path):
    with alone(tmp_path), pytest.raises(BusyError, match="Another Repliquette"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
