"""The scripted server tells the truth where nothing is scripted: two clients, and Dovecot beside it."""

from __future__ import annotations

import imaplib
import ssl
import threading
from datetime import UTC, datetime

import imapclient
import pytest

from support.dovecot import Mail
from support.imapserver import Account, Certificate, Fault, GmailAccount, ImapServer, faults, profiles
from support.imapserver.grammar import BadCommandError, parse_set, tokens, write_set

PLAIN = b"From: Jo <jo@buyer.example>\r\nSubject: One\r\n\r\nHello Kim\r\nBye\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def served(certificate):
    """Start a server with these messages in the inbox."""
    servers = []

    def start(*messages, **more):
        server = ImapServer(certificate, **more)
        for raw in messages:
            server.mail["INBOX"].deliver(raw)
        servers.append(server.__enter__())
        return server

    yield start
    for server in servers:
        server.__exit__()


def context_for(server):
    return ssl.create_default_context(cafile=server.account().ca_file)


def client_of(server, user="kim@fault.example"):
    """An IMAPClient, logged in; `server` may be a user of Dovecot's."""
    client = imapclient.IMAPClient(server.host, server.port, ssl_context=context_for(server), timeout=20)
    client.login(user, "open-sesame")
    return client


def both(inner: bytes, head: bytes = b"") -> bytes:
    return b"From: Jo <jo@buyer.example>\nTo: kim@fault.example\nMIME-Version: 1.0\n" + head + inner


SHAPES = {
    "no-type": both(b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nHello\n"),
    "charset": both(
        b'Content-Type: text/plain; charset="UTF-8"; format=flowed\nContent-Transfer-Encoding: 8BIT\n\nHi\n'
    ),
    "html": both(
        b"Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<p>=E9\n"
    ),
    "alternative": both(
        b'Content-Type: multipart/alternative; boundary="a=b"\n\nA preamble.\n--a=b\n\nplain\n--a=b\n'
        b"Content-Type: text/html\nContent-ID: <p@x.example>\n\n<p>rich</p>\n\n--a=b--\nepilogue\n"
    ),
    "attachment": both(
        b"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/alternative; boundary=n\n\n"
        b"--n\nContent-Type: text/plain\n\nplain\n--n\nContent-Type: text/html\n\n<b>rich</b>\n--n--\n\n--m\n"
        b'Content-Type: application/pdf; name="a \\"b\\".pdf"\nContent-Description: the plan\n'
        b"Content-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment;\n size=9; filename*=utf-8''Pl%C3%A4ne.pdf\nContent-Language: de, en\n\n"
        b"SGVsbG8gS2lt\n--m--\n"
    ),
    "forward": both(
        b"Content-Type: multipart/mixed; boundary=m\n\n--m\n\nsee below\n--m\nContent-Type: message/rfc822\n\n"
        b"Date: Mon, 2 Mar 2026 09:00:00 +0000\nFrom: Ana Ruiz <ana@client.example>\nTo: jo@buyer.example,\n "
        b'"Ode, Ben" <ben@other.example>\nSubject: Old "plans"\nMessage-ID: <old@client.example>\n'
        b"Content-Type: multipart/mixed; boundary=q\n\n--q\n\ninner\n--q\nContent-Type: image/png\n\nx\n--q--\n\n--m--\n"
    ),
    "report": both(
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\nnot delivered\n--r\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nAction: failed\n\n--r\n"
        b"Content-Type: text/rfc822-headers\n\nSubject: x\n\n--r--\n"
    ),
    "unclosed": both(
        b"Content-Type: multipart/mixed; boundary=u\n\n--u\n\nfirst\n--u\nContent-Type: text/html\n\n<p>x\n"
    ),
    "empty-part": both(b"Content-Type: multipart/mixed; boundary=e\n\n--e\nContent-Type: text/plain\n\n\n--e--\n"),
    "digest": both(b"Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: a\n\nin it\n--d--\n"),
    "no-body": both(b"Subject: nothing\n\n"),
}
SECTIONS = [
    "",
    "HEADER",
    "TEXT",
    "1",
    "1.MIME",
    "2",
    "2.MIME",
    "1.1",
    "1.2",
    "2.1",
    "2.2",
    "2.HEADER",
    "2.TEXT",
    "2.1.MIME",
    "9",
]
ITEMS = [
    "FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODYSTRUCTURE", "ENVELOPE", "BODY.PEEK[HEADER.FIELDS (Subject FROM)]",
    *(f"BODY.PEEK[{section}]" for section in SECTIONS), "BODY.PEEK[]<5.20>", "BODY.PEEK[1]<0.3>",
]  # fmt: skip


def plain(value):
    """Types and parameter names have no case."""
    if isinstance(value, (tuple, list)):
        return tuple(plain(one) for one in value)
    return value.upper() if isinstance(value, bytes) else value


def answers(client, count):
    r"""Items that are there, without the session's \\Recent; an absent part is "" with both, but for a leniency of Dovecot."""
    client.normalise_times = False
    client.select_folder("INBOX", readonly=True)
    fetched = client.fetch(list(range(1, count + 1)), ITEMS)
    return {
        uid: {i: plain(v) for i, v in items.items() if i not in {b"FLAGS", b"SEQ"}} for uid, items in fetched.items()
    }


@pytest.mark.server
def test_dovecot_says_the_same_of_the_same_messages(served, dovecot):
    """The fake is honest: structure, envelope, sections and sizes are those of a real server, byte by byte."""
    day = datetime(2026, 3, 2, 9, tzinfo=UTC)
    user = dovecot.add_user("shapes@mail.example", {"INBOX": [Mail(raw, day) for raw in SHAPES.values()]})
    with client_of(user, user.address) as real, client_of(served(*SHAPES.values())) as fake:
        truth, said = answers(real, len(SHAPES)), answers(fake, len(SHAPES))
    for uid, shape in enumerate(SHAPES, 1):
        assert {item: value for item, value in said[uid].items() if value != b""} == {
            item: value for item, value in truth[uid].items() if said[uid][item] != b""
        }, shape


def test_what_is_seen_and_flagged_is_told_and_examine_leaves_no_trace(served):
    server = served(PLAIN, PLAIN)
    with client_of(server) as client:
        client.select_folder("INBOX", readonly=True)
        client.fetch([1], ["BODY[]"])
        assert server.mail["INBOX"].letters[1].flags == frozenset()
        client.select_folder("INBOX")
        client.fetch([1], ["BODY[1]"])
        server.mail["INBOX"].flag(2, "\\Answered", "$Todo")
        assert client.fetch([1, 2], ["FLAGS"]) == {
            1: {b"SEQ": 1, b"FLAGS": (b"\\Seen",)},
            2: {b"SEQ": 2, b"FLAGS": (b"$Todo", b"\\Answered")},
        }


def test_what_happens_meanwhile_is_told_by_message_numbers(served):
    """RFC 9051 §7.5.1: each EXPUNGE counts after the one before."""
    server = served(PLAIN, PLAIN, PLAIN)
    with client_of(server) as client:
        client.select_folder("INBOX", readonly=True)
        inbox = server.mail["INBOX"]
        inbox.expunge(1, 3)
        inbox.deliver(PLAIN)
        inbox.flag(2, "\\Flagged")
        assert client.noop()[1] == [
            (3, b"EXPUNGE"),
            (1, b"EXPUNGE"),
            (1, b"FETCH", (b"UID", 2, b"FLAGS", (b"\\Flagged",))),
            (2, b"EXISTS"),
            (0, b"RECENT"),
        ]
        assert client.search("ALL") == [2, 4]


def test_idle_tells_at_once_and_ends_by_done(served):
    server = served(PLAIN, profile=profiles.PLAIN)
    with client_of(server) as client:
        client.select_folder("INBOX", readonly=True)
        client.idle()
        threading.Timer(0.05, server.mail["INBOX"].deliver, [PLAIN]).start()
        assert client.idle_check(timeout=20) == [(2, b"EXISTS"), (0, b"RECENT")]
        assert client.idle_done()[0] == b"done"


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (["ALL"], [1, 2, 3]),
        (["UID", "2:*"], [2, 3]),
        (["UID", "9:*"], [3]),
        (["SINCE", "3-Mar-2026"], [2, 3]),
        (["BEFORE", "3-Mar-2026"], [1]),
        (["ANSWERED"], [2]),
        (["UNDELETED", "UNDRAFT"], [1, 2]),
        (["NOT", "DELETED", "UNANSWERED"], [1]),
        (["OR", "DELETED", "ANSWERED"], [2, 3]),
        (["HEADER", "Message-ID", "<b@"], [2]),
    ],
)
def test_search(served, criteria, found):
    server = served()
    inbox = server.mail["INBOX"]
    for n, flags in enumerate([(), ("\\Answered",), ("\\Deleted", "\\Draft")]):
        raw = b"Message-ID: <%c@x.example>\n\nx\n" % (97 + n)
        inbox.deliver(raw, flags=flags, date=datetime(2026, 3, 2 + n, 23, tzinfo=UTC))
    with client_of(server) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(criteria) == found


def talk(server, *lines):
    """What the server answers to bare lines after the login, by a client that reads nothing into it."""
    with imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context_for(server), timeout=20) as client:
        client.login("kim", "open-sesame")
        said = b""
        for number, line in enumerate(lines):
            client.send(b"T%d %s\r\n" % (number, line))
            while True:
                answer = client.readline()
                said += answer
                if answer.startswith(b"T%d " % number):
                    break
        return said


def test_condstore_and_qresync_tell_what_changed_and_what_vanished(served):
    server = served(*[PLAIN] * 5, profile=profiles.QRESYNC)
    inbox = server.mail["INBOX"]
    known = inbox.modseq
    inbox.flag(2, "\\Answered")
    inbox.expunge(1, 4)
    said = talk(
        server, b"ENABLE QRESYNC CONDSTORE", b"EXAMINE INBOX (QRESYNC (7 %d 1:5))" % known,
        b"UID FETCH 1:* (FLAGS) (CHANGEDSINCE %d VANISHED)" % known, b"EXAMINE INBOX (QRESYNC (7 %d 1:*))" % known,
    )  # fmt: skip
    changed = b"* VANISHED (EARLIER) 1,4\r\n* 1 FETCH (UID 2 FLAGS (\\Answered) MODSEQ (7))\r\n"
    assert b"* ENABLED QRESYNC CONDSTORE\r\n" in said
    assert b"[HIGHESTMODSEQ 9]" in said
    assert said.count(changed) == 2
    assert b"T3 BAD" in said


def test_what_is_not_offered_is_bad(served):
    server = served(PLAIN)
    said = talk(
        server, b"ENABLE CONDSTORE", b"EXAMINE INBOX", b"UID SEARCH RETURN (ALL) ALL", b"UID FETCH 1 (X-GM-MSGID)",
        b"UID FETCH 1 (FLAGS) (CHANGEDSINCE 1)", b"STATUS INBOX (HIGHESTMODSEQ)", b"UID STORE 1 +FLAGS (x)", b"UID FETCH 1 (",
    )  # fmt: skip
    assert [line.split()[1] for line in said.splitlines() if line.startswith(b"T")] == [b"BAD", b"OK", *[b"BAD"] * 6]
    assert b"[HIGHESTMODSEQ" not in said


def test_esearch(served):
    server = served(*[PLAIN] * 4, profile=profiles.WINDOWS)
    server.mail["INBOX"].expunge(3)
    said = talk(server, b"EXAMINE INBOX", b"UID SEARCH RETURN (MIN MAX ALL COUNT) ALL", b"UID SEARCH RETURN () DELETED")
    assert b'* ESEARCH (TAG "T1") UID MIN 1 MAX 4 ALL 1:2,4 COUNT 3\r\n' in said
    assert b'* ESEARCH (TAG "T2") UID\r\n' in said


def test_append_and_status(served):
    server = served(profile=profiles.CONDSTORE)
    with client_of(server) as client:
        said = client.append("Drafts", b"Subject: x\r\n\r\nHi\r\n", [b"\\Draft"], datetime(2026, 3, 3, 8, tzinfo=UTC))
        assert said == b"[APPENDUID 7 1] saved"
        assert client.folder_status("Drafts", ["MESSAGES", "UIDNEXT", "HIGHESTMODSEQ"]) == {
            b"MESSAGES": 1, b"UIDNEXT": 2, b"HIGHESTMODSEQ": 2,
        }  # fmt: skip
    assert server.mail["Drafts"].letters[1].flags == {"\\Draft"}


@pytest.mark.parametrize(
    ("profile", "right", "wrong"),
    [
        pytest.param(profiles.BARE, lambda c: c.login("kim", "pass"), lambda c: c.login("kim", "no"), id="login"),
        pytest.param(
            profiles.PLAIN, lambda c: c.plain_login("kim", "pass"), lambda c: c.plain_login("kim", "no"), id="plain"
        ),
        pytest.param(
            profiles.GMAIL, lambda c: c.oauth2_login("kim", "t"), lambda c: c.oauth2_login("kim", "no"), id="xoauth2"
        ),
        pytest.param(
            profiles.GMAIL,
            lambda c: c.oauthbearer_login("kim", "t"),
            lambda c: c.oauthbearer_login("kim", "no"),
            id="oauthbearer",
        ),
    ],
)
def test_logins(served, profile, right, wrong):
    server = served(profile=profile, password="pass", token="t")
    for login in (right, wrong):
        client = imapclient.IMAPClient(server.host, server.port, ssl_context=context_for(server), timeout=20)
        if login is wrong:
            with pytest.raises(imapclient.exceptions.LoginError, match="Invalid credentials"):
                login(client)
            client.shutdown()
        else:
            login(client)
            assert client.has_capability("X-GM-EXT-1") is (profile is profiles.GMAIL)
            client.logout()


def test_gmail_shows_one_message_under_each_of_its_labels(served):
    mail = GmailAccount()
    first = mail.receive(PLAIN, "\\Inbox", "Clients & co")
    mail.receive(PLAIN, "\\Sent", thread=first)
    mail.receive(PLAIN, "\\Spam")
    server = served(mail=mail, profile=profiles.GMAIL)
    items = ["X-GM-MSGID", "X-GM-THRID", "X-GM-LABELS"]
    with client_of(server) as client:
        folders = {name: flags for flags, _, name in client.list_folders()}
        client.select_folder("[Gmail]/All Mail", readonly=True)
        everything = client.fetch([1, 2, 3], items)
        client.select_folder("Clients & co", readonly=True)
        labelled = client.fetch([1], items)
        mail.relabel(first, "\\Starred")
        client.select_folder("[Gmail]/All Mail", readonly=True)
        assert client.fetch([1], items)[1][b"X-GM-LABELS"] == (b"\\Starred",)
    assert b"\\All" in folders["[Gmail]/All Mail"]
    assert [one[b"X-GM-THRID"] for one in everything.values()] == [first, first]
    assert labelled[1] == everything[1]
    assert set(labelled[1][b"X-GM-LABELS"]) == {b"\\Inbox", b"Clients & co"}
    assert [len(mail[name].letters) for name in ("INBOX", "[Gmail]/Starred", "[Gmail]/Spam")] == [0, 1, 1]


def test_a_moved_message_has_a_new_uid_and_a_renumbered_folder_other_ones():
    mail = Account()
    inbox = mail["INBOX"]
    first, second = (inbox.deliver(b"Subject: %d\n\nx\n" % n) for n in (1, 2))
    assert mail.move(first, "INBOX", "Archive") == 1
    assert (list(inbox.letters), inbox.gone.keys()) == ([second], {first})
    inbox.deliver(b"Subject: 3\n\nx\n")
    inbox.renumber(shuffled=True)
    assert (inbox.uidvalidity, inbox.uidnext) == (8, 3)
    assert [b"3" in inbox.letters[1].raw, b"2" in inbox.letters[2].raw] == [True, True]


def test_faults_come_when_they_are_due(served):
    """The second NOOP of all connections, and every LIST that names a folder."""
    server = served(
        faults=[
            Fault("NOOP", faults.refused(b"NO later"), nth=2),
            Fault("LIST", faults.altered(rb"INBOX", b"OUTBOX"), nth=None, naming=b"INB"),
        ]
    )
    said = talk(server, b"NOOP", b'LIST "" INBOX', b'LIST "" *') + talk(server, b"NOOP", b"NOOP", b'LIST "" INBOX')
    assert [line.split(b" ", 1)[1] for line in said.splitlines() if b" NO later" in line] == [b"NO later"]
    assert said.count(b"OUTBOX") == 2


def test_the_grammar():
    assert tokens(b'A "b \\"c" (d (e)) BODY[HEADER.FIELDS (X Y)]<0.9> {3}\r\nx y z') == [
        b"A", b'b "c', [b"d", [b"e"]], b"BODY[HEADER.FIELDS (X Y)]<0.9>", b"x y", b"z",
    ]  # fmt: skip
    assert parse_set(b"9:7,2,*", [2, 5, 8, 30]) == [2, 8, 30]
    assert write_set([5, 1, 2, 3, 9]) == b"1:3,5,9"
    for bad in (b"(", b")", b'"open', b"{x}"):
        with pytest.raises(BadCommandError):
            tokens(bad)
    with pytest.raises(BadCommandError):
        parse_set(b"0:3", [1])
