r"""What happens to older mail: moved, thrown away, answered elsewhere, renumbered; told by the server or found by counting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from repliquette.errors import ThrottledError
from repliquette.model import Reason, Standing
from repliquette.pipeline.knowledge import know
from repliquette.pipeline.sync import Intake, Pace
from repliquette.store import Store, Wanted
from support.letters import ANSWER, ASK, raw
from support.mail import ANA, BEN, ME, NOW, OWNER
from support.shelf import Shelf

pytestmark = pytest.mark.parametrize("tells", [True, False], ids=["told", "counted"])


@pytest.fixture(scope="module")
def knowledge():
    return know()


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    yield store
    store.close()


@pytest.fixture
def sync(store, knowledge):
    def run(shelf, *, days=0, minutes=0, **options):
        """A server that tells nothing is asked for all its numbers every quarter of an hour."""
        now = NOW + timedelta(days=days, minutes=minutes)
        return Intake(store, ME.email, OWNER, knowledge, now).read(shelf, **options)

    return run


def standings(store):
    return [e.verdict.standing for e in store.page(Wanted(), NOW).entries]


def reasons(store):
    return [e.verdict.reason for e in store.page(Wanted(), NOW).entries]


def read_and_total(store):
    [coverage] = store.coverage()
    return coverage.read, coverage.total


def test_a_letter_answered_from_another_program_is_settled(store, sync, tells):
    shelf = Shelf([ASK], tells=tells)
    sync(shelf)
    shelf.flag("INBOX", 1, r"\Seen", r"\Answered")

    sync(shelf, minutes=16)

    assert reasons(store) == [Reason.ANSWERED]
    shelf.flag("INBOX", 1, r"\Seen")
    sync(shelf, minutes=32)
    assert standings(store) == [Standing.OWED]


def test_nothing_is_counted_more_often_than_every_quarter_of_an_hour(sync, tells):
    shelf = Shelf([ASK], tells=tells)
    for minutes in (0, 14, 16, 29, 32):
        sync(shelf, minutes=minutes)

    assert shelf.asked == ([] if tells else ["INBOX", "INBOX"])


def test_whoever_marks_a_letter_as_deleted_lets_it_go(store, sync, tells):
    shelf = Shelf([ASK], tells=tells)
    sync(shelf)
    shelf.flag("INBOX", 1, r"\Deleted")

    sync(shelf, days=1)

    assert store.counts()[Standing.OWED] == 0


def test_a_conversation_thrown_away_leaves_no_word_behind(store, sync, tells):
    shelf = Shelf([ASK, raw("Shall we meet?", sender=BEN, message_id="b", subject="Meeting")], tells=tells)
    sync(shelf)
    shelf.take("INBOX", 1)

    sync(shelf)

    assert [e.who.email for e in store.page(Wanted(), NOW).entries] == [BEN.email]
    assert read_and_total(store) == (1, 1)
    assert store.stored(1, "a@t.example") is None


def test_a_question_deleted_from_a_talk_is_let_go_and_its_words_are_forgotten(store, sync, tells):
    again = raw("And the annex, by Monday?", message_id="c", ago=5, subject="Re: Plans", In_Reply_To="<b@t.example>")
    shelf = Shelf([ASK, again], [ANSWER], tells=tells)
    sync(shelf)
    owed = standings(store)
    shelf.take("INBOX", 2)

    sync(shelf)

    assert (owed, reasons(store)) == ([Standing.OWED], [Reason.DISMISSED])
    assert store.stored(1, "c@t.example").fresh == ""
    assert read_and_total(store) == (2, 2)


def test_an_answer_deleted_from_sent_opens_what_it_answered(store, sync, tells):
    shelf = Shelf([ASK], [ANSWER], tells=tells)
    sync(shelf)
    shelf.take("Sent", 1)

    sync(shelf)

    assert standings(store) == [Standing.OWED]


@pytest.mark.parametrize("to", ["Archive", "INBOX"])
def test_a_moved_letter_is_neither_lost_nor_doubled_nor_fetched_again(store, sync, tells, to):
    shelf = Shelf([ASK], tells=tells)
    shelf.put("Archive", raw("Shall we meet?", sender=BEN, message_id="b", subject="Meeting"))
    sync(shelf)
    before = store.page(Wanted(), NOW)
    shelf.fetched.clear()
    shelf.move(*(("INBOX", 1, "Archive") if to == "Archive" else ("Archive", 1, "INBOX")))

    report = sync(shelf)

    assert (report.new, shelf.fetched) == (0, [])
    assert store.page(Wanted(), NOW) == before
    assert read_and_total(store) == (2, 2)


def test_what_left_a_folder_that_was_read_alone_may_lie_in_another(store, sync, tells):
    """A watcher reads the inbox alone; what was filed away meanwhile is neither gone nor settled."""
    shelf = Shelf([ASK], tells=tells)
    shelf.put("Archive", ANSWER)  # some other letter, so that the folder is known
    shelf.take("Archive", 1)
    sync(shelf)
    shelf.move("INBOX", 1, "Archive")
    boxes = dict(shelf.boxes)
    del shelf.boxes["Archive"]

    sync(shelf, whole=False)
    meanwhile = standings(store)
    shelf.boxes = boxes
    sync(shelf)

    assert meanwhile == standings(store) == [Standing.OWED]
    assert store.stored(1, "a@t.example").fresh


def test_a_letter_that_comes_back_is_read_again(store, sync, tells):
    again = raw("And the annex, by Monday?", message_id="c", ago=5, subject="Re: Plans", In_Reply_To="<b@t.example>")
    shelf = Shelf([ASK, again], [ANSWER], tells=tells)
    sync(shelf)
    shelf.take("INBOX", 2)
    sync(shelf)
    shelf.put("INBOX", again)

    sync(shelf)

    assert standings(store) == [Standing.OWED]
    assert "annex" in store.stored(1, "c@t.example").fresh


def test_s21_renumbered_folders_are_looked_through_by_their_headers(store, sync, tells):
    shelf = Shelf([ASK], [ANSWER], tells=tells)
    sync(shelf)
    before = store.page(Wanted(), NOW)
    shelf.fetched.clear()
    shelf.renumber("INBOX")
    shelf.renumber("Sent")

    report = sync(shelf)

    assert (report.new, report.judged, shelf.fetched) == (0, 0, [])
    assert store.page(Wanted(), NOW) == before
    assert read_and_total(store) == (2, 2)


def test_what_vanished_while_a_folder_was_renumbered_is_gone(store, sync, tells):
    shelf = Shelf([ASK, raw("Shall we meet?", sender=BEN, message_id="b", subject="Meeting")], tells=tells)
    sync(shelf)
    shelf.take("INBOX", 1)
    shelf.renumber("INBOX")

    sync(shelf)

    assert [e.who.email for e in store.page(Wanted(), NOW).entries] == [BEN.email]


def test_a_folder_that_is_no_more_takes_its_mail_along(store, sync, tells):
    shelf = Shelf([ASK], tells=tells)
    shelf.put("Club", raw("Shall we meet?", sender=BEN, message_id="b", subject="Meeting"))
    sync(shelf)
    del shelf.boxes["Club"]

    sync(shelf)

    assert read_and_total(store) == (1, 1)
    assert [e.who.email for e in store.page(Wanted(), NOW).entries] == [ANA.email]


def test_a_folder_that_a_server_forgot_to_list_keeps_its_mail(store, sync, tells):
    """It is there; a mistake of a moment settles nothing and has nothing read again."""
    shelf = Shelf([ASK], [ANSWER], tells=tells)
    sync(shelf)
    before = store.page(Wanted(), NOW)
    shelf.fetched.clear()
    shelf.hidden = {"INBOX"}

    report = sync(shelf)
    meanwhile = store.page(Wanted(), NOW)
    shelf.hidden = set()
    sync(shelf)

    assert report.judged == 0
    assert meanwhile == store.page(Wanted(), NOW) == before
    assert shelf.fetched == []
    assert read_and_total(store) == (2, 2)


def test_what_left_a_folder_is_astray_until_everything_was_read(sync, tells):
    shelf = Shelf([ASK], [ANSWER], tells=tells)
    sync(shelf)
    shelf.take("INBOX", 1)

    told = [sync(shelf, whole=whole).astray for whole in (False, False, True)]

    assert told == [True, True, False]


def test_what_a_server_kept_back_is_found_by_counting(store, sync, tells):
    """Its UIDs came out of order, or a run was told of a message and did not get it."""
    shelf = Shelf([ASK], tells=tells)
    uid = shelf.put("INBOX", raw("Shall we meet?", sender=BEN, message_id="b", subject="Meeting"))
    hidden = shelf.boxes["INBOX"].mail.pop(uid)
    sync(shelf)
    shelf.boxes["INBOX"].mail[uid] = hidden

    report = sync(shelf)

    assert report.new == 1
    assert read_and_total(store) == (2, 2)


def test_nothing_new_asks_for_no_census_and_judges_nothing(sync, tells):
    shelf = Shelf([ASK], [ANSWER], tells=tells)
    sync(shelf)
    shelf.fetched.clear()

    report = sync(shelf)

    assert (report.new, report.judged, shelf.fetched, shelf.asked) == (0, 0, [], [])


def test_a_throttled_run_keeps_what_it_has_and_rests(store, knowledge, sync, tells):
    shelf = Shelf(
        [raw("Shall we meet?", sender=BEN, message_id=f"b{n}", subject=f"Item {n}") for n in range(5)], tells=tells
    )
    shelf.left, shelf.error = 3, ThrottledError("Too much", retry_after_s=3600)
    paced = Intake(store, ME.email, OWNER, knowledge, NOW, pace=Pace(batch=1))

    report = paced.read(shelf)
    shelf.left = 100
    with pytest.raises(ThrottledError, match="left alone until"):
        sync(shelf)
    later = sync(shelf, days=1)

    assert (report.new, report.judged) == (3, 3)
    assert report.rests_until == NOW + timedelta(hours=1)
    assert later.new == 2
    assert read_and_total(store) == (5, 5)
