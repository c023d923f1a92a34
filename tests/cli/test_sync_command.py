"""`repliquette sync` with several accounts, with trouble, and beside another run."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from repliquette.cli import main
from repliquette.errors import Exit
from repliquette.pipeline.hold import Hold
from repliquette.pipeline.sync import SyncReport
from support.program import Program

LETTER = b"""From: Ana Ruiz <ana@client.example>\r
To: Kim Lee <kim@northwind.example>\r
Subject: The contract\r
Date: Mon, 2 Mar 2026 09:00:00 +0000\r
Message-ID: <contract@client.example>\r
\r
could you send me the signed contract?\r
"""


@pytest.fixture
def program(tmp_path, free_port):
    """Two accounts: the first one's server is away, the second one is a folder of mail."""
    mail = tmp_path / "mail"
    mail.mkdir()
    (mail / "1.eml").write_bytes(LETTER)
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(
        f"""
name = "Kim Lee"
[[account]]
address = "kim@away.example"
host = "127.0.0.1"
port = {free_port}
password_command = ["echo", "secret"]
[[account]]
address = "kim@northwind.example"
archive = "{mail}"
""",
        "utf-8",
    )
    return Program(home, "2026-03-03T09:00:00Z")


def test_a_mailbox_that_is_away_keeps_no_other_from_being_read(program, free_port):
    ran = program("sync", "--json")

    away, read = ran.data
    assert ran.code == Exit.SERVER
    assert (away["account"], away["error"]) == ("kim@away.example", "server")
    assert f"127.0.0.1:{free_port}" in away["message"]
    assert read == {"account": "kim@northwind.example", "new": 1, "judged": 1}
    assert "Error: kim@away.example: " in ran.err
    assert "kim@northwind.example: 1 new messages, 1 conversations judged." in ran.err
    assert "kim@northwind.example: read 1 of 1 messages" in ran.err


def test_only_the_mailbox_that_was_asked_for(program):
    ran = program("sync", "--account", "kim@northwind.example")

    assert ran.code == Exit.OK
    assert "away" not in ran.err


def test_another_run_is_named_and_can_be_waited_for(program):
    other = Hold(program.home)
    other.__enter__()
    busy = program("sync", "--account", "kim@northwind.example")
    release = threading.Timer(2, other.__exit__)
    release.start()
    waited = program("sync", "--account", "kim@northwind.example", "--wait")
    release.join()

    assert busy.code == Exit.BUSY
    assert "Another Repliquette (process " in busy.err
    assert "--wait" in busy.err
    assert waited.code == Exit.OK
    assert "1 new messages" in waited.err


def test_until_when_a_server_wants_to_be_left_alone(program, monkeypatch):
    """What came before is counted, and the next run keeps its hands off until then."""
    later = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
    report = SyncReport(7, 3, rests_until=later, why="Too many requests.")
    monkeypatch.setattr("repliquette.cli.session.Session.sync", lambda *_, **__: report)

    ran = CliRunner().invoke(main, ["--home", str(program.home), "sync", "--account", "kim@northwind.example"])

    assert ran.exit_code == Exit.SERVER
    assert "7 new messages, 3 conversations judged." in ran.stderr
    assert "Too many requests." in ran.stderr
    assert "Run it again after 2026-03-03 09:30 UTC." in ran.stderr
