r"""Little of each message, from a server that is true to the RFCs and from ones that are not."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from repliquette.errors import ServerError, ThrottledError
from repliquette.limits import FETCH_BYTES, RAW_HEADER_BYTES, TEXT_BYTES
from repliquette.mailbox import fetching
from repliquette.mailbox.connection import ReadingConnection
from repliquette.mailbox.source import everything
from repliquette.model import FolderRole, MessageKey
from support.imapserver import Certificate, Fault, GmailAccount, ImapServer, faults, profiles

PASSWORD = "open-sesame"
HEAD = b"From: Jo <jo@buyer.example>\nTo: kim@fault.example\nMIME-Version: 1.0\nSubject: %s\n"
BODY = b"Could you send me the plan by Friday?\n"
PAGE = b"<p>Could you send me the plan by Friday?</p>\n"


def plain(subject: bytes, body: bytes = BODY) -> bytes:
    return HEAD % subject + b"\n" + body


def alternative(subject: bytes, text: bytes = BODY) -> bytes:
    return HEAD % subject + (
        b'Content-Type: multipart/alternative; boundary="a"\n\n--a\nContent-Type: text/plain\n\n'
        + text
        + b"\n--a\nContent-Type: text/html\n\n"
        + PAGE
        + b"\n--a--\n"
    )


def with_file(subject: bytes) -> bytes:
    return HEAD % subject + (
        b'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: text/plain\n\n'
        + BODY
        + b'\n--m\nContent-Type: application/pdf; name="plan.pdf"\nContent-Transfer-Encoding: base64\n'
        + b"Content-Disposition: attachment\n\n"
        + b"UExBTg==\n" * 2000
        + b"--m--\n"
    )


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def read(trusted):
    """Fetch all of an inbox with these messages, asked for in `order`; gives the messages and the server."""

    def reads(*mails, order=None, wants=everything, gmail=False, **more):
        with ImapServer(trusted, **({"profile": profiles.PLAIN} | more)) as server:
            for raw in mails:
                server.mail["INBOX"].deliver(raw)
            with ReadingConnection(server.account(), PASSWORD) as connection:
                opened = connection.examine("INBOX")
                uids = order or range(1, len(mails) + 1)
                found = list(fetching.fetch(connection, opened, uids, FolderRole.INBOX, wants, gmail=gmail))
        return found, server

    return reads


def fetches(server) -> list[bytes]:
    return [line.partition(b" ")[2].strip() for line in server.heard if b"UID FETCH" in line]


def body(raw) -> bytes:
    return raw.raw.partition(b"\r\n\r\n")[2]


def crlf(raw: bytes) -> bytes:
    return raw.replace(b"\n", b"\r\n")


def test_a_text_is_the_whole_message_and_what_the_server_knows(read):
    (one,), _ = read(plain(b"x"))
    assert one.raw == crlf(plain(b"x"))
    assert one.size == len(one.raw)
    assert one.key == MessageKey("INBOX", 7, 1)
    assert one.internal_date == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (one.flags, one.truncated, one.role) == (frozenset(), False, FolderRole.INBOX)


def test_they_come_in_the_order_asked_for_and_those_that_vanished_do_not(read):
    found, _ = read(plain(b"a"), alternative(b"b"), with_file(b"c"), order=[3, 9, 1, 2])
    assert [raw.key.uid for raw in found] == [3, 1, 2]


def test_two_commands_serve_many_messages(read):
    """One for the heads, one for all that need the same parts; nothing sets a flag (S19)."""
    _, server = read(*[plain(b"%d" % n) for n in range(20)], *[alternative(b"%d" % n) for n in range(20)])
    heads, texts = fetches(server)
    assert heads.startswith(b"UID FETCH 1:40 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.")
    assert texts == b"UID FETCH 1:40 (UID BODY.PEEK[1]<0.%d>)" % TEXT_BYTES
    assert set(server.commands) <= {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID FETCH", "LOGOUT"}


def test_no_byte_of_an_attachment_is_fetched(read):
    (one,), server = read(with_file(b"x"))
    assert b'Content-Type: application/pdf; name="plan.pdf"' in one.raw
    assert b"Content-Disposition: attachment" in one.raw
    assert crlf(BODY) in one.raw
    assert b"UExBTg" not in one.raw
    assert one.size == len(crlf(with_file(b"x"))) > server.bytes_sent
    assert not one.truncated


def test_the_page_is_fetched_only_where_the_text_is_blank(read):
    (words, blank), server = read(alternative(b"a"), alternative(b"b", b" \n"))
    assert (crlf(BODY) in words.raw, crlf(PAGE) in words.raw) == (True, False)
    assert crlf(PAGE).strip() in blank.raw
    assert [line[:12] for line in fetches(server)[1:]] == [b"UID FETCH 1:", b"UID FETCH 2 "]


def test_a_message_that_is_declined_comes_as_its_header(read):
    found, server = read(plain(b"no"), with_file(b"no"), plain(b"yes"), wants=lambda header: b"Subject: yes" in header)
    assert [body(raw) for raw in found] == [b"", b"", crlf(BODY)]
    assert [raw.size > len(raw.raw) for raw in found] == [True, True, False]
    assert fetches(server)[1].startswith(b"UID FETCH 3 ")


def test_a_long_text_is_cut_and_says_so(read):
    (one,), _ = read(plain(b"x", b"word " * 20_000))
    assert (len(body(one)), one.truncated) == (TEXT_BYTES, True)


def test_a_long_header_is_cut_and_says_so(read):
    (one,), _ = read(b"X-Long: " + b"x" * RAW_HEADER_BYTES + b"\n" + plain(b"x"))
    assert one.truncated
    assert len(one.raw) < RAW_HEADER_BYTES + len(plain(b"x")) + 100


def test_many_long_texts_are_fetched_by_portions(read, monkeypatch):
    monkeypatch.setattr(fetching, "FETCH_BATCH_BYTES", 10_000)
    found, server = read(*[plain(b"x", b"%04d " % n * 800) for n in range(8)])
    assert [body(raw)[:4] for raw in found] == [b"%04d" % n for n in range(8)]
    assert len(fetches(server)) == 1 + 4


def test_more_than_a_batch(read, monkeypatch):
    monkeypatch.setattr(fetching, "FETCH_BATCH", 3)
    found, server = read(*[plain(b"%d" % n) for n in range(7)])
    assert [raw.key.uid for raw in found] == list(range(1, 8))
    assert len(fetches(server)) == 2 * 3


def test_gmail_tells_threads_and_labels(trusted):
    mail = GmailAccount()
    with ImapServer(trusted, profile=profiles.GMAIL, mail=mail) as server:
        mail.receive(plain(b"x"), "\\Inbox", "Café & Bar")
        with ReadingConnection(server.account(), PASSWORD) as connection:
            opened = connection.examine("[Gmail]/All Mail")
            (one,) = fetching.fetch(connection, opened, [1], FolderRole.ALL, everything, gmail=True)
            assert connection.fetch_labels([1]) == {1: one.labels}
    assert one.labels == {"\\Inbox", "Café & Bar"}
    assert one.gmail_thread
    assert one.gmail_message


STRAY = b"* 7 EXISTS\r\n* 5 EXPUNGE\r\n* VANISHED 99\r\n* OK [ALERT] tea\r\n* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* FLAGS ()\r\n"


def test_stray_answers_are_passed_over(read):
    mails = [plain(b"a"), alternative(b"b")]
    truth, _ = read(*mails)
    found, _ = read(*mails, faults=[Fault("UID FETCH", faults.stray(STRAY), nth=None)])
    assert [raw.raw for raw in found] == [raw.raw for raw in truth]


def test_the_flags_of_a_message_that_is_gone_are_no_message(read):
    found, _ = read(
        plain(b"a"), order=[1, 2], faults=[Fault("UID FETCH", faults.stray(b"* 2 FETCH (UID 2 FLAGS ())\r\n"))]
    )
    assert [raw.key.uid for raw in found] == [1]


def test_items_in_another_order_and_in_several_answers(read):
    """RFC 9051 §7.5.2 promises neither."""
    split = faults.altered(
        rb"FLAGS \(\) INTERNALDATE (\"[^\"]*\") ", rb"INTERNALDATE \1)\r\n* 1 FETCH (UID 1 FLAGS (x) "
    )
    (one,), _ = read(plain(b"a"), faults=[Fault("UID FETCH", split)])
    assert (one.raw, one.flags) == (crlf(plain(b"a")), {"x"})


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(b"NIL", id="NIL"),
        pytest.param(b'("text" "plain")', id="half"),
        pytest.param(b"(((", id="brackets that never close"),
        pytest.param(b'(NIL "mixed" ("boundary" "m"))', id="a multipart of nothing"),
        pytest.param(b'("text" "plain" NIL NIL "un"quoted" "7bit" 5 1)', id="a quote in a quoted string"),
    ],
)
def test_a_broken_structure_costs_its_neighbours_nothing(read, lie):
    """Pitfall 5: MailKit #919, #1861; vmime #159.  The message comes as its first bytes."""
    mails = [plain(b"a"), alternative(b"b"), plain(b"c")]
    found, server = read(*mails, faults=[Fault("UID FETCH", faults.lying(2, "BODYSTRUCTURE", lie))])
    assert [raw.key.uid for raw in found] == [1, 2, 3]
    assert found[0].raw == crlf(mails[0])
    assert found[1].raw == crlf(mails[1])
    assert not found[1].truncated
    assert b"UID FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.%d>)" % FETCH_BYTES in fetches(server)


def test_a_structure_with_parts_that_are_not_there_is_not_believed(read):
    lie = b'(("text" "plain" NIL NIL NIL "7bit" 40 1)("text" "plain" NIL NIL NIL "7bit" 9 1) "mixed" ("boundary" "m"))'
    (one,), _ = read(plain(b"a"), faults=[Fault("UID FETCH", faults.lying(1, "BODYSTRUCTURE", lie))])
    assert one.raw == crlf(plain(b"a"))


@pytest.mark.parametrize("words", [b"NO some messages could not be FETCHed", b"BAD command Error. 10"])
def test_one_message_that_the_server_refuses_is_counted_and_not_lost(read, words):
    """Pitfall 5: the batch is halved until the broken one stands alone."""
    mails = [plain(b"%d" % n) for n in range(12)]
    found, server = read(*mails, faults=[Fault("UID FETCH", faults.choking(5, words), nth=None)])
    assert [raw.key.uid for raw in found] == list(range(1, 13))
    assert [raw.raw for raw in found] == [b"" if n == 4 else crlf(mails[n]) for n in range(12)]
    assert len(fetches(server)) < 16


def test_a_message_whose_structure_is_refused_comes_as_its_first_bytes(read):
    choke = Fault("UID FETCH", faults.choking(2, b"NO broken"), nth=None, naming=b"BODYSTRUCTURE")
    found, _ = read(plain(b"a"), with_file(b"b"), faults=[choke])
    assert found[1].raw == crlf(with_file(b"b"))


def test_a_message_whose_texts_are_refused_comes_as_its_first_bytes(read):
    choke = Fault("UID FETCH", faults.choking(2, b"NO broken"), nth=None, naming=b"PEEK[1]")
    found, _ = read(plain(b"a"), with_file(b"b"), faults=[choke])
    assert [raw.raw for raw in found] == [crlf(plain(b"a")), crlf(with_file(b"b"))]


def test_a_message_that_is_gone_after_its_head_is_left_out(read):
    gone = faults.then(lambda account: account["INBOX"].expunge(1))
    found, _ = read(plain(b"a"), plain(b"b"), faults=[Fault("UID FETCH", gone)])
    assert [raw.key.uid for raw in found] == [2]


def test_a_server_that_refuses_everything_is_told(read, monkeypatch):
    """A mailbox must not turn into thousands of unreadable messages because a server is out of order."""
    monkeypatch.setattr(fetching, "REFUSALS_MOST", 10)
    with pytest.raises(ServerError, match=r"did not hand out(?s:.*)NO tired"):
        read(*[plain(b"x")] * 12, faults=[Fault("UID FETCH", faults.refused(b"NO tired"), nth=None)])


def test_a_server_that_asks_for_a_pause_is_obeyed_at_once(read):
    with pytest.raises(ThrottledError, match="left alone") as caught:
        read(*[plain(b"x")] * 9, faults=[Fault("UID FETCH", faults.refused(b"NO [THROTTLED] slower"), nth=None)])
    assert caught.value.retry_after_s == 600


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.bye(b"restarting"), id="bye in the middle"),
        pytest.param(faults.cut(portion=0.6), id="cut in the middle"),
        pytest.param(faults.half_a_literal(), id="half a literal"),
        pytest.param(faults.swollen_literal(), id="a literal of 4 GiB"),
        pytest.param(faults.endless(b"* 1 FETCH ("), id="a line without end"),
        pytest.param(faults.instead(b"X OK done\r\n"), id="another tag"),
    ],
)
@pytest.mark.parametrize("nth", [1, 2], ids=["heads", "texts"])
def test_a_server_that_fails_is_told(read, fault, nth):
    """S20: bounded memory, clear words."""
    with pytest.raises(ServerError, match="did not hand out 3 messages") as caught:
        read(*[plain(b"x")] * 3, faults=[Fault("UID FETCH", fault, nth=nth)])
    assert caught.value.seen


@pytest.mark.parametrize(
    ("said", "when"),
    [
        (b"02-Mar-2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (b" 2-mar-2026 10:00:00 -0330", datetime(2026, 3, 2, 13, 30, tzinfo=UTC)),
        (b"02-Foo-2026 10:00:00 +0100", None),
        (b"31-Feb-2026 10:00:00 +0100", None),
        (b"01-Jan-0001 00:00:00 +0100", None),
        (b"yesterday", None),
        (None, None),
    ],
)
def test_dates_of_the_server(said, when):
    assert fetching._when(said) == when


def test_the_whole_of_a_mailbox_by_other_means_is_never_asked_for(read):
    """S19: each FETCH peeks, and names a bound."""
    _, server = read(plain(b"a"), alternative(b"b", b" "), with_file(b"c"))
    for line in fetches(server):
        for body_item in re.findall(rb"BODY\S*(?=[ )])", line):
            assert body_item == b"BODYSTRUCTURE" or re.fullmatch(rb"BODY\.PEEK\[[A-Z0-9.]*\]<0\.\d+>", body_item)
