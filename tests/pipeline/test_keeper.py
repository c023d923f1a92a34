"""What the keeper of an account does when things go wrong; with real servers in tests/server/test_watching.py."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from repliquette import clock
from repliquette.errors import BusyError, LoginError, ServerError, SettingsError, ThrottledError
from repliquette.mailbox.budget import Meter
from repliquette.model import Folder, FolderRole
from repliquette.pipeline import keeper as module
from repliquette.pipeline.hold import Hold
from repliquette.pipeline.keeper import Keeper
from repliquette.pipeline.status import Board, State
from repliquette.pipeline.sync import SyncReport

KIM = "kim@northwind.example"
INBOX = Folder("INBOX", FolderRole.INBOX)


class Mailbox:
    """A door, its source, its watch and its intake in one; `fails` are raised by turns when it is opened."""

    def __init__(self, *fails, account=KIM):
        self.account = account
        self.fails = list(fails)
        self.opened = self.reads = self.settles = 0
        self.password = "old"
        self.due = False
        self.news = []
        self.wholes = []
        self.meters = []
        self.reports = []
        self.times_up_to_date = 0
        self.server = None
        self.was_disturbed = False
        self.changes = self.since = self.census = self.is_gone = self.fetch = self.close = None
        self.meter = Meter()
        self.rests = []
        self.progress = None
        self.during = lambda: None

    def secret(self):
        return self.password

    @contextmanager
    def open(self, _habit):
        self.opened += 1
        if self.fails and (error := self.fails.pop(0)):
            raise error
        yield self, self

    def intake(self, progress):
        self.progress = progress
        return self

    def folders(self):
        return (INBOX,)

    def check_rest(self):
        pass

    def rest(self, error):
        self.rests.append(error.retry_after_s)

    def read(self, source, *, whole):
        self.reads += 1
        self.wholes.append(whole)
        self.meters.append(source.meter)
        self.during()
        return self.reports.pop() if self.reports else SyncReport(0, 0)

    def is_up_to_date(self):
        self.times_up_to_date += 1

    def settle(self):
        self.settles += 1
        self.due = False

    def is_due(self):
        return self.due

    def look(self, folders):
        return folders

    def wait(self, stop, seconds):
        stop.wait(0.02)
        return (self.news.pop(),) if self.news else ()

    def hang_up(self):
        self.password = "hung up"


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Keep mailboxes while the test looks at the board."""
    monkeypatch.setattr(module, "ASK_OWNER_S", 0.02)
    monkeypatch.setattr(module, "BUSY_S", 0.02)

    @contextmanager
    def keeping(*mailboxes):
        board, states = Board(m.account for m in mailboxes), []
        board.listen(states.append)
        with closing(Keeper(mailboxes, board, Hold(tmp_path))) as keeper:
            keeper.start()
            yield board, states

    return keeping


def until(what):
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end, what
        time.sleep(0.005)


def state(board, number=0):
    return board.all()[number].state


def test_everything_is_read_then_what_woke_it(keep):
    mailbox = Mailbox()
    with keep(mailbox) as (board, _):
        until(lambda: state(board) is State.WAITING)
        mailbox.news.append(INBOX)
        until(lambda: mailbox.reads == 2)
        synced = board.all()[0].synced_at

    assert mailbox.opened == 1
    assert mailbox.wholes == [True, False]
    assert mailbox.meters == [mailbox.meter] * 2
    assert mailbox.times_up_to_date >= 2
    assert synced is not None
    assert state(board) is State.STOPPED


def test_what_left_a_folder_is_looked_for_in_all_at_once(keep):
    """It may have been moved: nobody waits for a round to find out."""
    mailbox = Mailbox()
    with keep(mailbox) as (board, _):
        until(lambda: state(board) is State.WAITING)
        mailbox.reports.append(SyncReport(0, 0, astray=True))
        mailbox.news.append(INBOX)
        until(lambda: mailbox.reads == 3)

    assert mailbox.wholes == [True, False, True]
    assert mailbox.opened == 1


def test_what_time_alone_changes_is_judged_anew(keep):
    mailbox = Mailbox()
    with keep(mailbox) as (board, _):
        until(lambda: state(board) is State.WAITING)
        mailbox.due = True
        until(lambda: mailbox.settles == 1)

    assert mailbox.reads == 1


@pytest.mark.parametrize(
    "error",
    [ServerError("Gone."), OSError("No way."), ZeroDivisionError("a word of a mail")],
    ids=["server", "system", "mistake_of_ours"],
)
def test_whatever_fails_is_told_and_tried_again(keep, error):
    mailbox = Mailbox(error)
    with keep(mailbox) as (board, states):
        until(lambda: state(board) is State.WAITING)

    [told] = [s for s in states if s.state is State.OFFLINE]
    assert told.trouble
    assert told.next_try is not None
    assert "a word of a mail" not in told.trouble


def test_a_server_that_asks_to_be_left_alone_is(keep):
    mailbox = Mailbox(ThrottledError("Not now.", retry_after_s=3600))
    with keep(mailbox) as (board, _):
        until(lambda: state(board) is State.THROTTLED)
        status = board.all()[0]
        time.sleep(0.1)

    assert mailbox.opened == 1
    assert mailbox.rests == [3600]
    assert status.next_try is not None
    assert 3590 < (status.next_try - status.since).total_seconds() <= 3601


def test_a_reading_that_was_cut_short_goes_on_when_the_server_wants_it(keep):
    mailbox = Mailbox()
    mailbox.reports.append(SyncReport(5, 1, rests_until=clock.now() + timedelta(hours=1), why="Enough for today."))
    with keep(mailbox) as (board, _):
        until(lambda: state(board) is State.THROTTLED)
        status = board.all()[0]

    assert status.trouble == "Enough for today."
    assert mailbox.times_up_to_date == 0


@pytest.mark.parametrize("error", [LoginError("Refused."), SettingsError("No such folder.")], ids=["login", "settings"])
def test_a_refused_login_waits_for_its_owner(keep, error):
    mailbox = Mailbox(error)
    with keep(mailbox) as (board, _):
        until(lambda: state(board) is State.REFUSED)
        time.sleep(0.1)
        tried = mailbox.opened
        mailbox.password = "new"
        until(lambda: state(board) is State.WAITING)

    assert tried == 1
    assert mailbox.opened == 2


def test_folders_that_were_not_listed_for_a_moment_end_no_watch(keep, monkeypatch):
    """Without its sent mail a mailbox is not read: the settings must help, or the server has come to itself."""
    monkeypatch.setattr(module, "FULL_ROUND_S", 0.05)
    mailbox = Mailbox(SettingsError("No folder for sent mail."))
    with keep(mailbox) as (_, states):
        until(lambda: mailbox.reads)

    assert [s.state for s in states].count(State.REFUSED) == 1
    assert mailbox.opened == 2


def test_a_failing_account_stops_no_other(keep):
    broken, well = Mailbox(*[ServerError("Gone.")] * 50, account="ana@northwind.example"), Mailbox()
    with keep(broken, well) as (board, _):
        until(lambda: state(board, 1) is State.WAITING and broken.opened)

        assert state(board, 0) in (State.OFFLINE, State.CONNECTING)


def test_another_run_is_waited_for(keep, tmp_path):
    mailbox = Mailbox()
    with Hold(tmp_path) as _, pytest.raises(BusyError), Hold(tmp_path):
        pass
    other = Hold(tmp_path)
    other.__enter__()
    with keep(mailbox) as (board, _):
        until(lambda: state(board) is State.BUSY)
        words = board.all()[0].trouble
        other.__exit__()
        until(lambda: mailbox.reads == 1)

    assert "Another Repliquette" in words


def test_a_reading_stops_at_its_next_step(keep):
    """Each step commits by itself, so that a reading may end between any two."""
    mailbox = Mailbox()
    steps = []

    def during():
        for n in range(10_000):
            mailbox.progress("Reading INBOX", n, 10_000)
            steps.append(n)
            time.sleep(0.01)

    mailbox.during = during
    with keep(mailbox) as (board, _):
        until(lambda: steps)

    assert state(board) is State.STOPPED
    assert len(steps) < 10_000


def test_who_hears_nothing_from_a_server_is_cut_off(keep, monkeypatch):
    monkeypatch.setattr(module, "JOIN_S", 0.1)
    mailbox = Mailbox()

    def during():
        until(lambda: mailbox.password == "hung up")
        raise ServerError("Cut off.")

    mailbox.during = during
    with keep(mailbox) as (board, _):
        until(lambda: mailbox.reads)

    until(lambda: state(board) is State.STOPPED)
