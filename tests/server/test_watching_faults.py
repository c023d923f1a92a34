"""Servers that misbehave while we wait for mail (pitfalls 3, 4 and 10 of what others met)."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest

from repliquette.errors import ServerError, ThrottledError
from repliquette.mailbox import idling, watching
from repliquette.mailbox.idling import WaitingConnection
from repliquette.mailbox.patience import Habit, Stop
from repliquette.mailbox.watching import ServerWatch
from repliquette.model import Folder, FolderRole
from support.imapserver import Account, Certificate, Fault, ImapServer, profiles
from support.imapserver.faults import deaf, meanwhile, refused, silent, stray

INBOX = Folder("INBOX", FolderRole.INBOX)
LETTER = b"From: ana@client.example\r\nTo: kim@northwind.example\r\n\r\nHi Kim"
WATCHDOG_S = 30.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("certificate"), "127.0.0.1")


@pytest.fixture
def stop():
    with Stop() as stop:
        yield stop


@pytest.fixture
def watched(certificate, monkeypatch):
    """A watch over the inbox of a server with faults."""
    monkeypatch.setattr(watching, "POLL_S", 0.2)
    monkeypatch.setattr(idling, "HEARTBEAT_S", 0.5)
    with ExitStack() as ending:

        def watch(*faults, profile=profiles.CONDSTORE):
            account = Account()
            account["INBOX"].deliver(LETTER)
            server = ending.enter_context(ImapServer(certificate, profile, account, faults))
            connection = ending.enter_context(WaitingConnection(server.account(), "secret"))
            habit = Habit()
            habit.idle_s = 0.2
            waiting = ServerWatch(connection, habit)
            waiting.look([INBOX])
            return waiting, server, account

        yield watch


async def news_first(exchange):
    await exchange.say(b"* 2 EXISTS\r\n")
    await exchange.session.send(await exchange.truth())


def arrives_soon(account):
    threading.Timer(0.3, account["INBOX"].deliver, [LETTER]).start()


def test_news_before_the_plus_of_idle(watched, stop):
    """Pitfall 4: a server that tells of a message before it says that it idles."""
    watch, _, _ = watched(Fault("IDLE", news_first))

    assert watch.wait(stop, WATCHDOG_S) == (INBOX,)


def test_a_server_that_offers_idle_and_refuses_it_is_asked(watched, stop):
    watch, server, account = watched(Fault("IDLE", refused(b"BAD IDLE is not for you"), nth=None))
    arrives_soon(account)

    assert watch.wait(stop, WATCHDOG_S) == (INBOX,)
    assert server.commands.count("IDLE") == 1


@pytest.mark.parametrize("never", [Fault("IDLE", deaf), Fault("NOOP", silent)], ids=["deaf", "silent"])
def test_a_server_that_falls_silent_is_noticed(watched, stop, never):
    """Pitfall 4: an IDLE that died without a word ends at the next sign of life that fails to come."""
    watch, _, _ = watched(never)
    began = time.monotonic()

    with pytest.raises(ServerError):
        watch.wait(stop, WATCHDOG_S)
    assert time.monotonic() - began < WATCHDOG_S


def test_a_server_that_forgot_its_idle_is_made_to_look(watched, stop):
    """Pitfall 10: what was told at the wrong time is not told again, and yet it is seen."""
    watch, _, _ = watched(Fault("NOOP", meanwhile(lambda account: account["INBOX"].deliver(LETTER))))

    assert watch.wait(stop, WATCHDOG_S) == (INBOX,)


def test_stray_words_are_no_news(watched, stop):
    watch, _, _ = watched(Fault("NOOP", stray(b"* OK [ALERT] Have a nice day\r\n* 0 RECENT\r\n"), nth=None))

    assert watch.wait(stop, 1.0) == ()


def test_a_server_that_asks_for_a_pause_is_heard(watched, stop):
    """Pitfall 3: Microsoft's back-off, in milliseconds."""
    words = b"NO Request is throttled. Suggested Backoff Time: 297522 milliseconds"
    watch, _, _ = watched(Fault("NOOP", refused(words), nth=None))

    with pytest.raises(ThrottledError) as throttled:
        watch.wait(stop, WATCHDOG_S)
    assert throttled.value.retry_after_s == pytest.approx(297.522)
