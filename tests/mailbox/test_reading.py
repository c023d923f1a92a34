"""What a reading connection can ask, from a server that is true to RFC 7162, 4731, 5161 and 2177."""

from __future__ import annotations

import pytest

from repliquette.errors import ServerError
from repliquette.mailbox.connection import ReadingConnection, RefusedError
from repliquette.mailbox.heard import Heard
from repliquette.mailbox.uidset import UidSet
from support.imapserver import Certificate, Fault, ImapServer, faults, profiles

LETTER = b"Subject: x\n\nHello\n"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def served(trusted):
    """Five letters on a server of some profile, and a connection to it."""
    open_ones = []

    def start(profile=profiles.QRESYNC, **more):
        server = ImapServer(trusted, profile=profile, **more).__enter__()
        open_ones.append(server)
        for _ in range(5):
            server.mail["INBOX"].deliver(LETTER)
        connection = ReadingConnection(server.account(), "open-sesame")
        open_ones.append(connection)
        return server, connection

    yield start
    for one in reversed(open_ones):
        one.__exit__(None, None, None)


def test_extensions_are_enabled(served):
    _, connection = served()
    assert "QRESYNC" in connection.enable("QRESYNC")


def test_a_folder_is_opened_with_what_happened_since(served):
    server, connection = served()
    connection.enable("QRESYNC")
    first = connection.examine("INBOX")
    assert (first.total, first.uidnext, first.flags, first.vanished) == (5, 6, {}, UidSet())
    server.mail["INBOX"].flag(2, "\\Answered")
    server.mail["INBOX"].expunge(3, 4)
    connection.search("ALL")
    again = connection.examine("INBOX", since=(first.uidvalidity, first.modseq))
    assert again.flags == {2: {"\\Answered"}}
    assert list(again.vanished) == [3, 4]
    assert again.modseq > first.modseq
    assert server.heard[-1].endswith(b"(QRESYNC (%d %d))\r\n" % (first.uidvalidity, first.modseq))


def test_flags_since_a_point_and_what_vanished(served):
    server, connection = served()
    connection.enable("QRESYNC")
    before = connection.examine("INBOX", condstore=True).modseq
    server.mail["INBOX"].flag(5, "\\Seen")
    server.mail["INBOX"].expunge(1)
    news = connection.fetch_flags(since=before, vanished=True)
    assert (news.flags, list(news.vanished)) == ({5: {"\\Seen"}}, [1])
    assert news.modseq > before
    assert connection.fetch_flags(UidSet.of([2, 3])).flags == {2: frozenset(), 3: frozenset()}


@pytest.mark.parametrize(
    ("profile", "words"),
    [(profiles.WINDOWS, b"UID SEARCH RETURN (ALL) UID 2:4"), (profiles.PLAIN, b"UID SEARCH UID 2:4")],
    ids=["esearch", "search"],
)
def test_searches_take_the_short_form_where_there_is_one(served, profile, words):
    server, connection = served(profile)
    connection.examine("INBOX")
    assert connection.search("UID", "2:4") == [2, 3, 4]
    assert server.heard[-1].strip().endswith(words)


def test_a_folder_name_is_quoted(served):
    server, connection = served(faults=[Fault("EXAMINE", faults.refused(b"NO none"))])
    with pytest.raises(RefusedError, match=r"did not open the folder Entw.rfe"):
        connection.examine('Entwürfe "\\&')
    assert server.heard[-1].endswith(b'EXAMINE "Entw&APw-rfe \\"\\\\&-"\r\n')
    assert connection.opened is None


def test_a_refusal_ends_one_command_and_nonsense_all(served):
    _, connection = served(
        faults=[Fault("NOOP", faults.refused(b"BAD what")), Fault("NOOP", faults.bye(b"bye"), nth=3)]
    )
    with pytest.raises(RefusedError, match="BAD what"):
        connection.noop()
    assert connection.noop() == ()
    with pytest.raises(ServerError, match="did not answer") as caught:
        connection.noop()
    assert not isinstance(caught.value, RefusedError)


def test_a_sign_of_life_brings_news(served):
    server, connection = served()
    connection.examine("INBOX")
    server.mail["INBOX"].deliver(LETTER)
    assert Heard("exists", 6) in connection.noop()


def test_idle_tells_at_once(served):
    server, connection = served()
    connection.examine("INBOX")
    idling = connection.idle()
    assert idling.wait(0) == ()
    server.mail["INBOX"].deliver(LETTER)
    assert Heard("exists", 6) in (*idling.wait(20), *idling.wait(0))
    idling.done()
    assert connection.search("ALL") == [1, 2, 3, 4, 5, 6]


def test_news_before_the_plus_and_behind_done_are_kept(served):
    """Pitfalls 4 and 10: EXISTS may come before "+", and a VANISHED is never said again."""
    early = faults.instead(b"* 9 EXISTS\r\n+ idling\r\n* VANISHED 4\r\n%TAG% OK done\r\n")
    _, connection = served(faults=[Fault("IDLE", early)])
    connection.examine("INBOX")
    idling = connection.idle()
    assert idling.wait(0) == (Heard("exists", 9),)
    assert idling.done() == (Heard("vanished", None, UidSet.of([4])),)


@pytest.mark.parametrize("words", [b"BAD what is that", b"NO not here"])
def test_a_server_that_refuses_to_idle_goes_on(served, words):
    _, connection = served(faults=[Fault("IDLE", faults.refused(words))])
    connection.examine("INBOX")
    with pytest.raises(RefusedError, match="did not wait for mail"):
        connection.idle()
    assert connection.search("ALL")


def test_a_server_that_hangs_up_while_we_wait_is_told(served):
    server, connection = served()
    connection.examine("INBOX")
    idling = connection.idle()
    server.hang_up()
    with pytest.raises(ServerError, match="did not wait for mail"):
        idling.wait(20)
