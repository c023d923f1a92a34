"""A service that keeps a mailbox up to date, as a real process against a real Dovecot.

No test asks how fast something is; each polls until it has happened, with a watchdog far
beyond it.  `test_new_mail...` prints what it took (`pytest -s`).
"""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import pytest
from imapclient import IMAPClient

from repliquette.cli.session import Session
from repliquette.errors import ServerError
from repliquette.mailbox import watching as module
from repliquette.mailbox.idling import WaitingConnection
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.patience import Habit, Stop, way_out
from repliquette.mailbox.watching import ServerWatch
from repliquette.model import Folder, FolderRole, Standing
from repliquette.pipeline.status import Note
from support.dovecot import Dovecot, missing
from support.program import Program

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("dovecot")]

WATCHDOG_S = 60.0
NOW = "2026-03-03T09:00:00Z"
KIM = "kim@northwind.example"


def letter(number: int, subject: str = "The contract", sender: str = "ana@client.example", to: str = KIM) -> bytes:
    last = subject.rpartition(" ")[2]
    return (
        f"From: Ana Ruiz <{sender}>\r\nTo: Kim Lee <{to}>\r\nSubject: {subject} {number}\r\n"
        f"Date: Mon, 2 Mar 2026 09:{number:02d}:00 +0000\r\nMessage-ID: <{number}.{last}@client.example>\r\n"
        f"\r\nHi Kim,\r\n\r\ncould you send me paper number {number}?\r\n\r\nAna\r\n"
    ).encode()


def set_up(program, user):
    done = program(
        "setup", user.address, "--host", user.host, "--port", str(user.port), "--ca-file", str(user.ca_file),
        "--password-command", f"{sys.executable} -c \"print('{user.password}')\"", "--name", "Kim Lee", "--no-sync",
    )  # fmt: skip
    assert done.code == 0, done.err


class Serving:
    """`repliquette serve`, running."""

    def __init__(self, program, port):
        self.program = program
        with (program.home / "words").open("wb") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from repliquette.cli import main; main()", "serve", "--port", str(port)],
                env={**os.environ, "REPLIQUETTE_HOME": str(program.home), "REPLIQUETTE_NOW": NOW, "COLUMNS": "200"},
                stderr=words,
            )

    @property
    def told(self):
        return (self.program.home / "words").read_text()

    def statuses(self):
        return {s.account: s for s in Note(self.program.home).read()}

    def stop(self, number=signal.SIGTERM):
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - began


@contextmanager
def serving(program, port):
    running = Serving(program, port)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def until(what, watchdog_s=WATCHDOG_S):
    """Ask every few milliseconds until it is so."""
    began = time.monotonic()
    while not (found := what()):
        assert time.monotonic() - began < watchdog_s, what
        time.sleep(0.01)
    return found


def state(running, address=KIM):
    status = running.statuses().get(address)
    return status.state if status else ""


def until_state(running, wanted, address=KIM):
    until(lambda: state(running, address) == wanted)


SPEAKING = {
    "qresync": "",
    "neither-condstore-nor-qresync": "IMAP4rev1 IDLE UIDPLUS MOVE ESEARCH SPECIAL-USE",
}


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path / "home", NOW)


@pytest.fixture
def kim(dovecot, request):
    """A mailbox of the test's own."""
    name = re.sub(r"\W+", ".", request.node.name).strip(".").lower()
    return dovecot.add_user(f"{name}@northwind.example", {"INBOX": [letter(1)], "Sent": [letter(0, sender=KIM)]})


@pytest.fixture
def desk(program):
    """What another program sees in the store."""
    with closing(Session(program.home)) as session:
        yield lambda query: session.desk.entries(query=query).entries


def test_new_mail_is_judged_as_it_arrives(program, kim, desk, free_port, capsys):
    set_up(program, kim)
    with serving(program, free_port) as running:
        until_state(running, "waiting", kim.address)
        desk("warm")
        took = []
        for number in range(2, 7):
            kim.deliver("INBOX", letter(number, f"Paper p{number}"))
            began = time.monotonic()
            [entry] = until(lambda wanted=f"p{number}": desk(wanted))
            took.append(time.monotonic() - began)
            assert entry.verdict.standing is Standing.OWED
        stopped_after = running.stop()

    with capsys.disabled():
        print(  # noqa: T201 - a measure, no test
            f" judged after {min(took):.2f} to {max(took):.2f} s, stopped after {stopped_after:.2f} s ", end=""
        )
    assert running.process.returncode == 0
    assert program("sync", "--json").data == [{"account": kim.address, "new": 0, "judged": 0}]


def test_what_is_answered_elsewhere_is_settled_while_it_serves(program, kim, desk, free_port):
    kim.deliver("INBOX", letter(2, "Paper elsewhere"))
    set_up(program, kim)
    with serving(program, free_port) as running, another_client(kim) as client:
        until_state(running, "waiting", kim.address)
        owed = desk("elsewhere")[0].verdict.standing
        client.add_flags([2], [b"\\Answered"])
        until(lambda: desk("elsewhere")[0].verdict.standing is Standing.SETTLED)
        running.stop()

    assert owed is Standing.OWED


def remove(client, folder, uid):
    client.select_folder(folder)
    client.add_flags([uid], [b"\\Deleted"])
    client.expunge([uid])


def move(client, folder, uid):
    client.select_folder(folder)
    client.move([uid], "Archive")


def speaking(capabilities):
    if reason := missing():
        pytest.skip(reason)
    return Dovecot(more=capabilities and f"protocol imap {{\n  imap_capability = {capabilities}\n}}\n")


@pytest.mark.parametrize("capabilities", SPEAKING.values(), ids=SPEAKING)
def test_what_is_removed_elsewhere_leaves_the_lists_while_it_serves(program, desk, free_port, capabilities, capsys):
    """What was only moved stays: a removal is looked into in all folders at once, however it is told."""
    with speaking(capabilities) as dovecot:
        kim = dovecot.add_user(
            KIM, {"INBOX": [letter(1), letter(2, "Paper gone"), letter(3, "Paper filed")], "Sent": []}
        )
        set_up(program, kim)
        with serving(program, free_port) as running, another_client(kim) as client:
            until_state(running, "waiting")
            before = len(desk("gone"))
            move(client, "INBOX", 3)
            remove(client, "INBOX", 2)
            began = time.monotonic()
            until(lambda: not desk("gone"))
            took = time.monotonic() - began
            until_state(running, "waiting")
            filed = [e.verdict.standing for e in desk("filed")]
            running.stop()

    with capsys.disabled():
        print(f" off the lists after {took:.2f} s ", end="")  # noqa: T201 - a measure, no test
    assert before == 1
    assert filed == [Standing.OWED]


def test_a_server_that_goes_and_comes_back(program, desk, free_port):
    """It reconnects, and reads what arrived meanwhile; trouble and its end are told once."""
    if reason := missing():
        pytest.skip(reason)
    with Dovecot() as server:
        kim = server.add_user(KIM, {"INBOX": [letter(1)]})
        set_up(program, kim)
        with serving(program, free_port) as running:
            until_state(running, "waiting")
            server.stop()
            until_state(running, "offline")
            offline = running.statuses()[KIM]
            kim.deliver("INBOX", letter(2, "Paper meanwhile"))
            server.start()
            until(lambda: desk("meanwhile"))
            until_state(running, "waiting")
            running.stop()

    assert offline.next_try is not None
    assert str(server.port) in offline.trouble
    assert running.told.count("Could not read new mail") == 1
    assert running.told.count("new mail is read again") == 1


def test_an_account_that_is_refused_stops_no_other(program, dovecot, kim, desk, free_port):
    """S22: the wrong password is tried once, and that is said."""
    ana = dovecot.add_user("ana.lee@northwind.example", {"INBOX": [letter(1)]})
    set_up(program, ana)
    set_up(program, kim)
    file = program.home / "settings.toml"
    file.write_text(file.read_text().replace(ana.password, "wrong", 1))
    with serving(program, free_port) as running:
        until_state(running, "refused", ana.address)
        until_state(running, "waiting", kim.address)
        kim.deliver("INBOX", letter(2, "Paper beside"))
        until(lambda: desk("beside"))
        words = program("status").out
        running.stop()

    assert running.told.count("Could not read new mail") == 1
    assert "password" in words
    failed = [line for line in dovecot.log().splitlines() if "auth failed" in line and ana.address in line]
    assert len(failed) == 1
    assert "(auth failed, 1 attempts" in failed[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_stop_in_the_middle_of_the_first_reading(program, kim, desk, free_port, number):
    """Nothing is lost and nothing is doubled: the next run goes on."""
    kim.deliver("INBOX", *(letter(n % 60, f"Paper n{n}") for n in range(2, 700)))
    set_up(program, kim)
    with serving(program, free_port) as running:
        until(lambda: (s := running.statuses().get(kim.address)) and s.done > 0)
        running.stop(number)
    rest = program("sync", "--json").data

    assert running.process.returncode == 0
    assert 0 < rest[0]["new"] < 700
    [coverage] = [c for c in program("owed", "--json").data["coverage"] if c["account"] == kim.address]
    assert (coverage["read"], coverage["total"]) == (700, 700)


class Skipping:
    """A wall clock that jumps."""

    def __init__(self, skips):
        self._skips = skips
        self._ahead = 0.0

    def __call__(self):
        self._ahead += next(self._skips, 0.0)
        return time.monotonic() + self._ahead


def watching(user, **given):
    """A watch of this process; its connection."""
    connection = WaitingConnection(user.account(), user.password)
    return connection, ServerWatch(connection, given.pop("habit", Habit()), **given)


@pytest.fixture
def watch(kim):
    connection, watch = watching(kim)
    with closing(ImapSource(kim.account(), connection)) as source:
        watch.look(source.folders())
        yield watch


@pytest.fixture
def stop():
    with Stop() as stop:
        yield stop


def soon(act):
    """Do it in another thread, once the watch waits."""
    timer = threading.Timer(0.3, act)
    timer.start()
    return timer


@contextmanager
def another_client(user):
    context = ssl.create_default_context(cafile=user.ca_file)
    with IMAPClient(user.host, user.port, ssl_context=context) as client:
        client.login(user.address, user.password)
        client.select_folder("INBOX")
        yield client


CHANGES = {
    "answered": lambda client: client.add_flags([1], [b"\\Answered"]),
    "deleted": lambda client: (client.add_flags([1], [b"\\Deleted"]), client.expunge()),
    "arrived": lambda client: client.append("INBOX", letter(9)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_another_client_does_ends_the_waiting(kim, watch, stop, change):
    with another_client(kim) as client:
        soon(lambda: change(client))
        changed = watch.wait(stop, WATCHDOG_S)
        quiet = watch.wait(stop, 0.5)

    assert changed[0].name == "INBOX"
    assert "INBOX" not in [f.name for f in quiet] or change is CHANGES["deleted"]


def test_what_changed_while_we_read_is_seen_before_we_wait(kim, watch, stop):
    kim.deliver("INBOX", letter(2))

    assert [f.name for f in watch.wait(stop, WATCHDOG_S)] == ["INBOX"]


def test_sent_mail_is_looked_at_as_well(kim, watch, stop, monkeypatch):
    """By STATUS, between two pieces of idling."""
    monkeypatch.setattr(module, "POLL_S", 0.5)
    soon(lambda: kim.deliver("Sent", letter(2)))

    assert [f.name for f in watch.wait(stop, WATCHDOG_S)] == ["Sent"]


def test_a_stop_ends_the_waiting(watch, stop):
    soon(stop.set)
    began = time.monotonic()

    assert watch.wait(stop, WATCHDOG_S) == ()
    assert time.monotonic() - began < WATCHDOG_S / 2


def test_idling_is_begun_anew_and_the_server_asked_for_a_sign_of_life(kim, stop):
    habit = Habit()
    habit.idle_s = 0.3
    connection, watch = watching(kim, habit=habit)
    with closing(connection):
        watch.look([Folder("INBOX", FolderRole.INBOX)])
        watch.wait(stop, 1.5)
    commands = kim.commands()

    idle = [n for n, command in enumerate(commands) if command == "IDLE"]
    assert len(idle) > 2
    assert all(commands[n + 1] == "NOOP" for n in idle[:-1])


def test_without_idle_the_server_is_asked(stop, monkeypatch):
    if reason := missing():
        pytest.skip(reason)
    monkeypatch.setattr(module, "POLL_S", 0.5)
    with Dovecot(more="protocol imap {\n  imap_capability = IMAP4rev1 UIDPLUS ESEARCH SPECIAL-USE\n}\n") as server:
        kim = server.add_user(KIM, {"INBOX": [letter(1)]})
        connection, watch = watching(kim)
        with closing(connection):
            watch.look([Folder("INBOX", FolderRole.INBOX)])
            soon(lambda: kim.deliver("INBOX", letter(2)))
            changed = watch.wait(stop, WATCHDOG_S)
        commands = kim.commands()

    assert [f.name for f in changed] == ["INBOX"]
    assert "IDLE" not in commands
    assert "NOOP" in commands


def test_a_server_that_hangs_up_teaches_its_patience(stop):
    """The next IDLE is shorter, but never shorter than a minute."""
    if reason := missing():
        pytest.skip(reason)
    habit = Habit()
    with Dovecot() as server:
        connection, watch = watching(server.add_user(KIM, {"INBOX": [letter(1)]}), habit=habit)
        with closing(connection):
            watch.look([Folder("INBOX", FolderRole.INBOX)])
            soon(server.stop)
            with pytest.raises(ServerError):
                watch.wait(stop, WATCHDOG_S)

    assert habit.idle_s == 60


@pytest.mark.parametrize("how", ["sleep", "network"])
def test_after_a_sleep_or_on_another_network_everything_is_asked_at_once(kim, stop, how):
    """The clocks are ours: the machine of a test cannot sleep."""
    skips = iter([0.0, 0.0, 0.0, 3600.0])  # asked before and after each slice
    wall = Skipping(skips) if how == "sleep" else time.monotonic
    ways = iter(["192.0.2.1", "198.51.100.7"])
    connection, watch = watching(
        kim, clocks=(time.monotonic, wall), way=(lambda _: next(ways, "198.51.100.7")) if how == "network" else way_out
    )
    with closing(ImapSource(kim.account(), connection)) as source, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WAIT_SLICE_S", 0.2)
        watch.look(source.folders())
        kim.deliver("Sent", letter(2))
        changed = watch.wait(stop, module.POLL_S / 2)  # until when nobody would look otherwise

    assert [f.name for f in changed] == ["Sent"]
