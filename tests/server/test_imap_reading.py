"""Reading a real Dovecot: what is found, what is read again, and that nothing is left behind."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from repliquette.errors import LoginError, ServerError, SettingsError
from repliquette.limits import FETCH_BATCH, FETCH_BYTES
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.source import Cursor
from repliquette.model import Folder, FolderRole
from support.dovecot import Mail

pytestmark = pytest.mark.server

ADDRESS = "nadia@read.example"
INBOX = Folder("INBOX", FolderRole.INBOX)


def mail(number: int, *, flags: str = "") -> Mail:
    raw = f"From: Jo <jo@buyer.example>\nSubject: No. {number}\n\nAny news on pallet {number}?\n".encode()
    return Mail(raw, datetime(2026, 2, 1, 8, number % 60, tzinfo=UTC), flags)


@pytest.fixture
def connect():
    """Log in; logged out at the end of the test."""
    sources = []

    def connected(user, **changes):
        sources.append(ImapSource.connect(user.account(**changes), user.password))
        return sources[-1]

    yield connected
    for source in sources:
        source.close()


def read(source, folder, cursor=None):
    changes = source.changes(folder, cursor)
    return changes, list(source.fetch(folder, changes.added))


def test_inbox_sent_and_archive_are_read_and_nothing_else(dovecot, connect):
    folders = {name: [mail(1)] for name in ("INBOX", "Sent", "Sent Items", "Clients", "Spam", "Archive/2025")}
    source = connect(dovecot.add_user(ADDRESS, folders))
    assert [(folder.name, folder.role.value) for folder in source.folders()] == [
        ("INBOX", "inbox"),
        ("Sent", "sent"),
        ("Sent Items", "sent"),
        ("Archive", "archive"),
        ("Archive/2025", "archive"),
    ]
    assert source.account == ADDRESS


def test_named_folders_are_read_beside_sent_mail(dovecot, connect):
    """Without sent mail, what was answered would look owed."""
    user = dovecot.add_user(ADDRESS, {name: [mail(1)] for name in ("INBOX", "Sent", 'Käufer "A"/Süd', "Lists")})
    source = connect(user, folders=('Käufer "A"/Süd',))
    assert [folder.name for folder in source.folders()] == ["Sent", 'Käufer "A"/Süd']
    _, (message,) = read(source, source.folders()[1])
    assert message.key.folder == 'Käufer "A"/Süd'
    assert message.role is FolderRole.OTHER


def test_a_named_folder_that_is_not_there_is_told(dovecot, connect):
    source = connect(dovecot.add_user(ADDRESS), folders=("Inbx",))
    with pytest.raises(SettingsError, match=r"no folder named Inbx(?s:.*)INBOX"):
        source.folders()


def test_messages_come_newest_first_with_what_the_server_knows(dovecot, connect):
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(1, flags="RS"), mail(2)]})
    changes, messages = read(connect(user), INBOX)
    assert changes.added == (2, 1)
    assert (changes.total, changes.reset) == (2, False)
    assert [m.raw for m in messages] == [m.raw.replace(b"\n", b"\r\n") for m in (mail(2), mail(1))]
    assert messages[0].flags == frozenset()
    assert messages[1].flags == {"\\Answered", "\\Seen"}
    assert messages[1].internal_date == datetime(2026, 2, 1, 8, 1, tzinfo=UTC)
    assert messages[1].key.uid == 1
    assert messages[1].key.uidvalidity == changes.cursor.uidvalidity
    assert not messages[1].truncated


def test_a_second_run_reads_only_what_is_new(dovecot, connect):
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(1), mail(2)]})
    first, _ = read(connect(user), INBOX)
    user.deliver("INBOX", mail(3), mail(4))
    source = connect(user)
    second, messages = read(source, INBOX, first.cursor)
    assert second.added == (4, 3)
    assert [b"No. 4" in messages[0].raw, b"No. 3" in messages[1].raw] == [True, True]
    third = source.changes(INBOX, second.cursor)
    assert (third.added, third.total, third.reset) == ((), 4, False)


def test_a_new_uidvalidity_forgets_everything(dovecot, connect):
    """S21: the numbers mean other messages now."""
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(1), mail(2)]})
    first, _ = read(connect(user), INBOX)
    user.renumber()
    second = connect(user).changes(INBOX, first.cursor)
    assert second.reset
    assert second.added == (2, 1)
    assert second.cursor.uidvalidity != first.cursor.uidvalidity


def test_more_than_one_batch_and_more_than_one_window(dovecot, connect, monkeypatch):
    monkeypatch.setattr("repliquette.mailbox.changes.UID_WINDOW", 100)
    count = FETCH_BATCH + 51
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(number) for number in range(count)]})
    source = connect(user)
    changes, messages = read(source, INBOX)
    assert changes.added == tuple(range(count, 0, -1))
    assert [m.key.uid for m in messages] == list(changes.added)
    assert source.changes(INBOX, Cursor(changes.cursor.uidvalidity, 150)).added == tuple(range(count, 149, -1))


def test_messages_come_in_the_order_asked_and_vanished_ones_are_left_out(dovecot, connect):
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(1), mail(2), mail(3)]})
    source = connect(user)
    source.changes(INBOX, None)
    assert [m.key.uid for m in source.fetch(INBOX, [2, 99, 1, 3])] == [2, 1, 3]


def test_a_large_message_is_cut_and_says_so(dovecot, connect):
    large = Mail(b"Subject: plans\r\n\r\n" + b"x" * 76 + b"\r\n" * FETCH_BYTES)
    user = dovecot.add_user(ADDRESS, {"INBOX": [large, mail(2)]})
    _, (second, first) = read(connect(user), INBOX)
    assert len(first.raw) <= FETCH_BYTES < first.size
    assert (first.truncated, second.truncated) == (True, False)


def test_reading_leaves_no_trace(dovecot, connect):
    """S19: every file and every flag is the same, and only harmless commands were on the wire."""
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(1, flags="S"), mail(2)], "Sent": [mail(3)], "Archive": [mail(4)]})
    before = user.snapshot()
    source = connect(user)
    assert sum(len(read(source, folder)[1]) for folder in source.folders()) == 4
    source.close()
    assert user.snapshot() == before
    commands = [command.split(" (")[0] for command in user.commands()]
    assert {command.split()[0] for command in commands} == {"ENABLE", "LIST", "EXAMINE", "UID", "LOGOUT"}
    assert {command.split()[1] for command in commands if command.startswith("UID")} == {"SEARCH", "FETCH"}
    fetches = [command for command in user.commands() if command.startswith("UID FETCH")]
    assert len(fetches) >= 3
    assert not any(re.search(r"BODY\[|RFC822(?!\.SIZE)", fetch) for fetch in fetches)  # without PEEK they set \\Seen


def test_a_wrong_password_is_refused_in_words(dovecot):
    user = dovecot.add_user(ADDRESS)
    with pytest.raises(LoginError, match=rf"refused the password for {ADDRESS}(?s:.*)repliquette setup {ADDRESS}"):
        ImapSource.connect(user.account(), "not it")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"ca_file": None}, "cannot be trusted, so nothing was sent", id="private-authority"),
        pytest.param({"port": "plain"}, "does not speak TLS from the first byte", id="plain-port"),
    ],
)
def test_an_unsafe_server_is_refused(dovecot, changes, words):
    """S16, S17: Dovecot itself saw no login."""
    user = dovecot.add_user("unsafe@read.example")
    if "port" in changes:
        changes = {"port": user.plain_port}
    with pytest.raises(ServerError, match=words):
        ImapSource.connect(user.account(**changes), user.password)
    assert "unsafe@read.example" not in dovecot.log()
