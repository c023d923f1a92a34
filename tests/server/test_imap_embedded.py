"""The embedded server of the demo, through the same doors as a real one."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from repliquette.demo.server import EmbeddedServer
from repliquette.errors import LoginError
from repliquette.mailbox.imap import ImapDraftBox, ImapSource
from repliquette.settings import AccountSetting

USER = "ines@demo.example"
PASSWORD = "pass wörd"
START = datetime(2026, 2, 1, 8, tzinfo=UTC)


def letters(count: int) -> list[tuple[bytes, datetime]]:
    return [(f"Subject: {n}\n\nLine {n}\n".encode(), START + timedelta(hours=n)) for n in range(count)]


@pytest.fixture
def server(tmp_path):
    folders = {"INBOX": letters(3), "Sent": letters(2), "Drafts": [], "Archive": letters(1)}
    with EmbeddedServer(USER, PASSWORD, folders, tmp_path) as running:
        yield running


def account(server) -> AccountSetting:
    return AccountSetting(address=USER, host=server.host, port=server.port, ca_file=server.ca_file)


def test_what_was_laid_down_is_read_back(server):
    source = ImapSource.connect(account(server), PASSWORD)
    found = {}
    for folder in source.folders():
        changes = source.changes(folder, None)
        found[folder.name] = list(source.fetch(folder, changes.added))
        assert source.changes(folder, changes.cursor).added == ()
    source.close()
    assert {name: len(messages) for name, messages in found.items()} == {"INBOX": 3, "Sent": 2, "Archive": 1}
    newest = found["INBOX"][0]
    assert newest.raw == b"Subject: 2\r\n\r\nLine 2\r\n"
    assert newest.internal_date == START + timedelta(hours=2)


def test_a_draft_is_saved_once(server):
    box = ImapDraftBox.connect(account(server), PASSWORD)
    raw = b"Message-ID: <d1@repliquette.example>\r\nSubject: Re: 2\r\n\r\nThanks.\r\n"
    receipts = [box.append_draft(raw, "d1@repliquette.example") for _ in range(2)]
    box.close()
    assert [receipt.created for receipt in receipts] == [True, False]
    assert receipts[0].uid == receipts[1].uid


def test_a_wrong_password_is_refused(server):
    with pytest.raises(LoginError):
        ImapSource.connect(account(server), "guess")


def test_nothing_outlives_the_server(tmp_path):
    """A connection left open ends with it, without a word on stderr (warnings are errors here)."""
    with EmbeddedServer(USER, PASSWORD, {"INBOX": letters(1)}, tmp_path) as server:
        source = ImapSource.connect(account(server), PASSWORD)
        assert any(thread.name == "embedded-imap" for thread in threading.enumerate())
    assert all(thread.name != "embedded-imap" for thread in threading.enumerate())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server.host, server.port), timeout=1)
    source.close()
