"""Time and bytes that a server may take (S20)."""

from __future__ import annotations

import pytest

from repliquette.errors import ServerError
from repliquette.mailbox import stream
from repliquette.mailbox.connection import ReadingConnection
from support.imapserver import Certificate, Fault, ImapServer, faults, profiles

PASSWORD = "open-sesame"
COMMANDS = {
    "LIST": lambda connection: connection.list_folders(),
    "EXAMINE": lambda connection: connection.examine("INBOX"),
    "UID SEARCH": lambda connection: connection.search("ALL"),
    "UID FETCH": lambda connection: connection.fetch_items([1], "UID FLAGS"),
    "NOOP": lambda connection: connection.noop(),
}


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def served(trusted, monkeypatch):
    monkeypatch.setattr("repliquette.mailbox.connection.GOODBYE_TIMEOUT_S", 0.1)
    servers = []

    def start(*with_faults):
        server = ImapServer(trusted, profile=profiles.PLAIN, faults=with_faults)
        server.mail["INBOX"].deliver(b"Subject: x\n\nHello\n")
        servers.append(server.__enter__())
        return server

    yield start
    for server in servers:
        server.__exit__()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", [faults.dribbled(0.05), faults.silent], ids=["a byte now and then", "nothing"])
def test_every_command_has_an_end(served, monkeypatch, command, fault):
    """A byte now and then restarts the time of each read, and not that of the command."""
    server = served(Fault(command, fault))
    with ReadingConnection(server.account(), PASSWORD) as connection:
        if command != "EXAMINE":
            connection.examine("INBOX")
        monkeypatch.setattr("repliquette.mailbox.connection.COMMAND_TIMEOUT_S", 0.2)
        with pytest.raises(ServerError, match="did not") as caught:
            COMMANDS[command](connection)
    assert caught.value.seen


@pytest.mark.parametrize("command", ["GREETING", "CAPABILITY", "AUTHENTICATE"])
def test_so_has_the_way_in(served, monkeypatch, command):
    monkeypatch.setattr("repliquette.mailbox.connection.COMMAND_TIMEOUT_S", 0.2)
    monkeypatch.setattr(stream, "CONNECT_TIMEOUT_S", 0.3)
    server = served(Fault(command, faults.dribbled(0.05)))
    with pytest.raises(ServerError):
        ReadingConnection(server.account(), PASSWORD)


def test_many_bytes_may_take_long(served, monkeypatch):
    """The bound grows with what is asked for: a slow line is no attack."""
    monkeypatch.setattr("repliquette.mailbox.connection.SLOWEST_BYTES_S", 1_000)
    server = served(Fault("UID FETCH", faults.dribbled(0.005)))
    with ReadingConnection(server.account(), PASSWORD) as connection:
        connection.examine("INBOX")
        monkeypatch.setattr("repliquette.mailbox.connection.COMMAND_TIMEOUT_S", 0.05)
        (one,) = connection.fetch_items([1], "UID FLAGS", asked=60_000)
    assert one.uid == 1


def test_a_command_brings_only_so_much(served, monkeypatch):
    """However well-formed: a million folders are no mailbox."""
    monkeypatch.setattr("repliquette.mailbox.connection.ANSWER_BYTES", 20_000)
    many = b"".join(b'* LIST () "/" f%d\r\n' % n for n in range(2_000))
    server = served(Fault("LIST", faults.stray(many)))
    with (
        ReadingConnection(server.account(), PASSWORD) as connection,
        pytest.raises(ServerError, match="did not list its folders") as caught,
    ):
        connection.list_folders()
    assert "far more than was asked for" in caught.value.seen


def test_waiting_loses_no_byte(served):
    """Half a line that has come stays where it is."""
    server = served()
    with ReadingConnection(server.account(), PASSWORD) as connection:
        assert not connection._imap.waits(0)
        connection._imap.allow(20)
        connection._imap.send(b"Z1 NOOP\r\n")
        assert connection._imap.waits(20)
        assert connection._imap.waits(0)
        assert connection._imap.readline().startswith(b"Z1 OK")
        assert not connection._imap.waits(0)
