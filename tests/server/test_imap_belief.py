"""Servers that say of mod-sequences what cannot be (pitfall 7): nothing of it is believed, and no mail is missed."""

from __future__ import annotations

import pytest

from repliquette.errors import ServerError
from repliquette.mailbox.changes import Belief, belief
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.source import Cursor
from repliquette.model import Folder, FolderRole
from support.imapserver import Certificate, Fault, ImapServer, profiles
from support.imapserver.faults import altered, refused

INBOX = Folder("INBOX", FolderRole.INBOX)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def serve(certificate):
    """A server of a profile with five messages, and a source on it."""
    opened = []

    def served(profile, *faults):
        server = ImapServer(certificate=certificate, profile=profile, faults=list(faults))
        server.__enter__()
        opened.append(server)
        for number in range(1, 6):
            server.mail["INBOX"].deliver(f"Subject: No. {number}\n\nAny news?\n".encode())
        opened.append(source := ImapSource.connect(server.account(), "secret"))
        return server.mail["INBOX"], source

    yield served
    for one in reversed(opened):
        one.close() if isinstance(one, ImapSource) else one.__exit__(None, None, None)


def each(command, does):
    return Fault(command, does, nth=None)


LIES = {
    "zero": each("EXAMINE", altered(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 0")),
    "no-modseq": each("EXAMINE", altered(rb"HIGHESTMODSEQ \d+", b"NOMODSEQ")),
    "backwards": each("EXAMINE", altered(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 2")),
    "garbled-vanished": each("EXAMINE", altered(rb"VANISHED \(EARLIER\) [\d:,]+", b"VANISHED (EARLIER) 2:,")),
    "broken-vanished": each("EXAMINE", altered(rb"VANISHED \(EARLIER\) [\d:,]+", b"VANISHED (EARLIER)")),
    "empty-enabled": each("ENABLE", altered(rb"ENABLED[^\r]*", b"ENABLED")),
    "refused-enable": each("ENABLE", refused(b"BAD what?")),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_is_not_believed_and_nothing_missed(serve, lie):
    box, source = serve(profiles.QRESYNC, lie)
    first = source.changes(INBOX, None)
    known = Cursor(first.cursor.uidvalidity, first.cursor.uidnext, first.cursor.modseq or 5)
    box.expunge(2)
    new = box.deliver(b"Subject: new\n\nNews!\n")
    second = source.changes(INBOX, known)
    assert (second.told, second.cursor.modseq, second.vanished) == (False, None, ())
    assert second.added == (new,)
    assert source.census(INBOX).present == {1, 3, 4, 5, new}


def test_mod_sequences_that_were_never_offered_are_not_read(serve):
    """Yahoo: HIGHESTMODSEQ without CONDSTORE."""
    box, source = serve(
        profiles.YAHOO, each("EXAMINE", altered(rb"(\* OK \[UIDNEXT)", rb"* OK [HIGHESTMODSEQ 9]\r\n\1"))
    )
    first = source.changes(INBOX, None)
    assert first.cursor.modseq is None
    box.flag(1, "\\Answered")
    second = source.changes(INBOX, first.cursor)
    assert (second.told, second.flags) == (False, {})
    assert source.census(INBOX).answered == {1}


def test_a_removal_that_nobody_told_shows_in_the_count(serve):
    box, source = serve(profiles.QRESYNC, each("EXAMINE", altered(rb"\* VANISHED [^\r]*\r\n", b"")))
    first = source.changes(INBOX, None)
    box.expunge(2)
    assert not source.changes(INBOX, first.cursor).told


@pytest.mark.parametrize(
    ("profile", "said", "to"),
    [
        (profiles.PLAIN, rb"UIDNEXT \d+", b"UIDNEXT 2147483648"),
        (profiles.PLAIN, rb"\* OK \[UIDNEXT[^\r]*\r\n", b""),
        (profiles.QRESYNC, rb"UIDNEXT \d+", b"UIDNEXT 2147483648"),
    ],
    ids=["false", "missing", "false-with-qresync"],
)
def test_a_false_uidnext_hides_no_later_mail(serve, profile, said, to):
    """The cursor is what was seen, not what was promised; NetEase names no UIDNEXT at all."""
    box, source = serve(profile, each("EXAMINE", altered(said, to)))
    first = source.changes(INBOX, None)
    assert (first.added, first.cursor.uidnext) == ((5, 4, 3, 2, 1), 6)
    assert source.changes(INBOX, first.cursor).added == ()
    new = box.deliver(b"Subject: new\n\nNews!\n")
    assert source.changes(INBOX, first.cursor).added == (new,)


def test_a_folder_without_uidvalidity_is_refused_in_words(serve):
    _, source = serve(profiles.PLAIN, each("EXAMINE", altered(rb"\* OK \[UIDVALIDITY[^\r]*\r\n", b"")))
    with pytest.raises(ServerError, match=r"opens the folder INBOX(?s:.*)no UIDVALIDITY"):
        source.changes(INBOX, None)


class _Offers:
    def __init__(self, *capabilities):
        self.capabilities = frozenset(capabilities)

    def enable(self, *extensions):
        return frozenset(extensions)


@pytest.mark.parametrize(
    ("host", "offers", "believed"),
    [
        ("imap.posteo.example", (b"CONDSTORE", b"QRESYNC"), Belief.REMOVALS),
        ("imap.gmail.com", (b"CONDSTORE", b"ENABLE"), Belief.FLAGS),
        ("outlook.office365.com", (b"IDLE",), Belief.NOTHING),
        ("imap.mail.me.com", (b"CONDSTORE", b"QRESYNC"), Belief.NOTHING),
        ("p07-imap.mail.me.com", (b"CONDSTORE", b"QRESYNC"), Belief.NOTHING),
        ("imap.notmail.me.company.example", (b"QRESYNC",), Belief.REMOVALS),
    ],
)
def test_how_far_a_server_is_believed(host, offers, believed):
    assert belief(_Offers(*offers), host) is believed
