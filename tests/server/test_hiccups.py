"""What a server gets wrong for a moment costs no mail, and what it asks for outlives the run that was asked."""

from __future__ import annotations

import sys
from contextlib import closing

import pytest

from repliquette.errors import Exit
from repliquette.pipeline.knowledge import know
from repliquette.store import Store
from support.imapserver import Certificate, Fault, ImapServer, profiles
from support.imapserver.faults import altered, refused
from support.mailroom import Mailroom, content, usual
from support.program import Program

pytestmark = pytest.mark.server

OVERLOOKED = Fault("LIST", altered(rb"\* LIST [^\r]*Archive[^\r]*\r\n", b""), nth=None)
GONE = Fault("EXAMINE", refused(b"NO [NONEXISTENT] Mailbox does not exist"), nth=None, naming=b"Archive")
BUSY = Fault("EXAMINE", refused(b"NO [UNAVAILABLE] The disk is away"), nth=None, naming=b"Archive")
THROTTLED = b"NO [THROTTLED] Too many requests. Suggested Backoff Time: 1800000 milliseconds"


@pytest.fixture
def server(tmp_path):
    with ImapServer(Certificate.make(tmp_path, "127.0.0.1"), profiles.QRESYNC, usual()) as server:
        server.mail.move(5, "INBOX", "Archive")
        yield server


@pytest.fixture
def room(server, tmp_path):
    with closing(Store(tmp_path / "store.sqlite")) as store:
        room = Mailroom(server, store, know())
        room.read()
        server.heal()
        yield room


@pytest.mark.parametrize("faults", [[OVERLOOKED], [OVERLOOKED, BUSY]], ids=["it-opens", "it-is-busy"])
def test_a_folder_that_is_missing_from_one_list_keeps_its_mail(room, faults):
    before = content(room.store)
    room.server.faults = faults

    report = room.read()
    meanwhile = content(room.store)
    room.is_well_again()
    after = room.read()

    assert meanwhile == content(room.store) == before
    assert (report.judged, after.new, after.judged) == (0, 0, 0)
    assert "UID FETCH" not in room.server.commands


def test_a_folder_that_is_neither_listed_nor_opens_takes_its_mail_along(room):
    before = content(room.store)
    room.server.faults = [OVERLOOKED, GONE]

    room.read()

    assert [folder for folder, *_ in before["places"]].count("Archive") == 1
    assert "Archive" not in [folder for folder, *_ in content(room.store)["places"]]


def test_a_pause_that_is_asked_for_at_the_login_is_kept_by_the_next_run(server, tmp_path):
    program = Program(tmp_path / "home", "2026-03-03T09:00:00Z")
    account = server.account()
    done = program(
        "setup", account.address, "--host", account.host, "--port", str(account.port), "--ca-file",
        str(account.ca_file), "--password-command", f"{sys.executable} -c \"print('x')\"", "--name", "Kim Lee", "--no-sync",
    )  # fmt: skip
    server.faults = [Fault("AUTHENTICATE", refused(THROTTLED))]
    first = program("sync")
    connected = server.connections
    second = program("sync")

    assert done.code == 0, done.err
    assert (first.code, second.code) == (Exit.SERVER, Exit.SERVER)
    assert "left alone" in first.err
    assert "left alone until 2026-03-03 09:30 UTC" in second.err
    assert server.connections == connected
