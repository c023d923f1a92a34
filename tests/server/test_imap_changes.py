r"""What another program does to a mailbox, told by a real Dovecot with all extensions and without.

With QRESYNC the changes are told exactly; with CONDSTORE alone the flags are; without both,
the census is taken.  Whichever it is, a reader that follows ends with the same picture.
"""

from __future__ import annotations

import ssl
from datetime import UTC, date, datetime

import pytest
from imapclient import IMAPClient

from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.source import Cursor
from repliquette.model import Folder, FolderRole
from support.dovecot import Dovecot, Mail, missing

pytestmark = pytest.mark.server

ADDRESS = "ines@changes.example"
INBOX = Folder("INBOX", FolderRole.INBOX)
ARCHIVE = Folder("Archive", FolderRole.ARCHIVE)
BASE = "IMAP4rev1 SASL-IR LITERAL+ ENABLE IDLE UIDPLUS MOVE SPECIAL-USE"


def mail(number: int, flags: str = "") -> Mail:
    raw = f"From: Jo <jo@buyer.example>\nSubject: No. {number}\n\nWhat about crate {number}?\n".encode()
    return Mail(raw, datetime(2026, 2, number, 8, tzinfo=UTC), flags)


def lessened(capabilities: str):
    if reason := missing():
        pytest.skip(reason)
    return Dovecot(more=f"\nprotocol imap {{\n  imap_capability = {capabilities}\n}}\n")


@pytest.fixture(scope="module")
def condstore():
    """As Gmail: flags can be told, removals cannot."""
    with lessened(f"{BASE} ESEARCH CONDSTORE") as server:
        yield server


@pytest.fixture(scope="module")
def plain():
    """As Exchange: nothing but SEARCH."""
    with lessened(BASE) as server:
        yield server


@pytest.fixture(params=["dovecot", "condstore", "plain"])
def server(request):
    """With QRESYNC, with CONDSTORE alone, without both."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def connect():
    """Log in; logged out at the end of the test."""
    sources = []

    def connected(user):
        sources.append(ImapSource.connect(user.account(), user.password))
        return sources[-1]

    yield connected
    for source in sources:
        source.close()


@pytest.fixture
def other():
    """Another mail program of the owner's, with the inbox open."""
    clients = []

    def opened(user):
        context = ssl.create_default_context(cafile=user.ca_file)
        client = IMAPClient(user.host, user.port, ssl_context=context)
        client.login(user.address, user.password)
        client.select_folder("INBOX")
        clients.append(client)
        return client

    yield opened
    for client in clients:
        client.logout()


class Reader:
    """Follows a folder as a store does: from changes, and from the census where they are not the whole truth."""

    def __init__(self, source, folder=INBOX):
        self.source, self.folder = source, folder
        self.cursor: Cursor | None = None
        self.answered: dict[int, bool] = {}
        self.told = None

    def follow(self):
        changes = self.source.changes(self.folder, self.cursor)
        self.told = changes.told
        if changes.reset:
            self.answered.clear()
        for uid in changes.vanished:
            self.answered.pop(uid, None)
        for uid, flags in changes.flags.items():
            self.answered[uid] = r"\Answered" in flags
        for message in self.source.fetch(self.folder, [uid for uid in changes.added if uid not in self.answered]):
            self.answered[message.key.uid] = r"\Answered" in message.flags
        if not changes.told:
            census = self.source.census(self.folder)
            self.answered = {uid: uid in census.answered for uid in self.answered if uid in census.present}
        self.cursor = changes.cursor
        return changes


def test_whatever_the_server_can_a_reader_ends_with_the_truth(server, connect, other):
    user = server.add_user(ADDRESS, {"INBOX": [mail(n) for n in range(1, 7)]})
    reader = Reader(connect(user))
    reader.follow()
    assert reader.answered == dict.fromkeys(range(1, 7), False)
    client = other(user)
    client.add_flags([2], [rb"\Answered"])
    client.add_flags([3], [rb"\Seen"])
    client.move([4], "Archive")
    client.delete_messages([5])
    client.expunge([5])
    client.append("INBOX", mail(8).raw, [rb"\Answered"])
    reader.follow()
    assert reader.answered == {1: False, 2: True, 3: False, 6: False, 7: True}
    client.remove_flags([2], [rb"\Answered"])
    client.delete_messages([7])
    client.expunge([7])
    reader.follow()
    assert reader.answered == {1: False, 2: False, 3: False, 6: False}


def test_with_qresync_changes_say_exactly_what_happened(dovecot, connect, other):
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(n) for n in range(1, 7)], "Archive": [mail(9)]})
    source = connect(user)
    first = source.changes(INBOX, None)
    assert (first.added, first.total, first.cursor.uidnext) == ((6, 5, 4, 3, 2, 1), 6, 7)
    archived = source.changes(ARCHIVE, None)
    client = other(user)
    client.add_flags([2], [rb"\Answered"])
    client.move([4], "Archive")
    client.delete_messages([5])
    client.expunge([5])
    client.append("INBOX", mail(8).raw)
    second = connect(user).changes(INBOX, first.cursor)
    assert (second.added, second.total, second.reset, second.told) == ((7,), 5, False, True)
    assert {uid for uid, flags in second.flags.items() if r"\Answered" in flags} == {2}
    assert set(second.vanished) == {4, 5}
    third = connect(user).changes(INBOX, second.cursor)
    assert (third.added, third.flags, third.vanished, third.told) == ((), {}, (), True)
    moved = connect(user).changes(ARCHIVE, archived.cursor)
    assert (moved.added, moved.vanished, moved.told) == ((2,), (), True)


def test_nothing_new_takes_one_command_where_the_server_keeps_account(dovecot, connect):
    user = dovecot.add_user(ADDRESS, {"INBOX": [mail(1), mail(2)]})
    cursor = connect(user).changes(INBOX, None).cursor
    source = connect(user)
    before = len(user.commands())
    assert source.changes(INBOX, cursor).told
    assert [command.split()[0] for command in user.commands()[before:]] == ["EXAMINE"]


def test_with_condstore_alone_flags_are_told_and_removals_by_the_count(condstore, connect, other):
    user = condstore.add_user(ADDRESS, {"INBOX": [mail(1), mail(2), mail(3)]})
    source = connect(user)
    cursor = source.changes(INBOX, None).cursor
    client = other(user)
    client.add_flags([2], [rb"\Answered"])
    flagged = source.changes(INBOX, cursor)
    assert {uid for uid, flags in flagged.flags.items() if r"\Answered" in flags} == {2}
    assert (flagged.added, flagged.told) == ((), True)
    client.delete_messages([1])
    client.expunge([1])
    client.append("INBOX", mail(4).raw)
    removed = source.changes(INBOX, flagged.cursor)
    assert (removed.added, removed.vanished, removed.told) == ((4,), (), False)
    assert source.census(INBOX).present == {2, 3, 4}
    assert not connect(user).changes(INBOX, removed.cursor).told


def test_without_extensions_only_what_is_new_is_told(plain, connect):
    user = plain.add_user(ADDRESS, {"INBOX": [mail(1), mail(2)]})
    source = connect(user)
    first = source.changes(INBOX, None)
    user.deliver("INBOX", mail(3))
    second = source.changes(INBOX, first.cursor)
    assert (second.added, second.told, second.flags, second.cursor.modseq) == ((3,), False, {}, None)
    said = [command for command in user.commands() if "RETURN" in command or "ENABLE" in command]
    assert said == []


def test_the_census_and_what_arrived_since_a_day(server, connect):
    mails = [mail(1, "R"), mail(2, "T"), mail(3), mail(4, "RS")]
    source = connect(server.add_user(ADDRESS, {"INBOX": mails}))
    census = source.census(INBOX)
    assert (census.present, census.answered, census.deleted) == ({1, 2, 3, 4}, {1, 4}, {2})
    assert source.since(INBOX, date(2026, 2, 3)) == {3, 4}
    assert source.since(INBOX, date(2026, 3, 1)) == frozenset()


def test_windows_hold_all_of_a_larger_folder(server, connect, monkeypatch):
    monkeypatch.setattr("repliquette.mailbox.changes.UID_WINDOW", 4)
    user = server.add_user(ADDRESS, {"INBOX": [mail(n, "R" * (n % 2)) for n in range(1, 14)]})
    source = connect(user)
    assert source.changes(INBOX, None).added == tuple(range(13, 0, -1))
    census = source.census(INBOX)
    assert census.present == set(range(1, 14))
    assert census.answered == set(range(1, 14, 2))
    assert source.since(INBOX, date(2026, 2, 6)) == set(range(6, 14))


def test_an_empty_folder_is_read(server, connect, other):
    user = server.add_user(ADDRESS, {"INBOX": [mail(1)]})
    reader = Reader(connect(user))
    reader.follow()
    client = other(user)
    client.delete_messages([1])
    client.expunge([1])
    reader.follow()
    assert reader.answered == {}
    client.append("INBOX", mail(2).raw)
    reader.follow()
    assert reader.answered == {2: False}


def test_a_new_uidvalidity_starts_again(server, connect):
    user = server.add_user(ADDRESS, {"INBOX": [mail(1), mail(2)]})
    cursor = connect(user).changes(INBOX, None).cursor
    user.renumber()
    again = connect(user).changes(INBOX, cursor)
    assert (again.reset, again.added, again.told, again.vanished) == (True, (2, 1), False, ())
