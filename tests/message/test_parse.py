"""S23 to S27: any bytes give a Message or an Unreadable, and what was mended is remarked."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repliquette import limits
from repliquette.message import parse as parse_module
from repliquette.message.parse import parse
from repliquette.model import NOTHING_CAME, Address, FolderRole, Kind, Message, MessageKey, RawMessage, Unreadable

LETTER = (
    "From: Rosa Klein <Rosa@Frames.example>\n"
    'To: "Owen, the lamp man" <owen@lamp.example>, ned@parish.example\n'
    "Cc: Pia <pia@ferry.example>\n"
    "Reply-To: shop@frames.example\n"
    "Subject: =?utf-8?q?Gl=C3=A4ser?= for the lamp\n"
    "Date: Tue, 5 Mar 2024 09:30:00 +0100\n"
    "Message-ID: <one@frames.example>\n"
    "In-Reply-To: <zero@lamp.example>\n"
    "References: <first@lamp.example>\n <zero@lamp.example>\n"
    "\n"
    "Dear Owen,\n\nwould you like the glass matt or clear?\n\nRosa\n"
)


def test_a_letter(read):
    key = MessageKey("INBOX", 7, 12)

    message = read(
        LETTER, key=key, role=FolderRole.ARCHIVE, flags=frozenset({"\\Seen"}), gmail_thread=5, gmail_message=6
    )

    assert message == Message(
        message_id="one@frames.example",
        date=datetime(2024, 3, 5, 8, 30, tzinfo=UTC),
        utc_offset=timedelta(hours=1),
        sender=Address("rosa@frames.example", "Rosa Klein"),
        to=(Address("owen@lamp.example", "Owen, the lamp man"), Address("ned@parish.example")),
        cc=(Address("pia@ferry.example", "Pia"),),
        reply_to=(Address("shop@frames.example"),),
        subject="Gläser for the lamp",
        fresh="Dear Owen,\n\nwould you like the glass matt or clear?\n\nRosa",
        in_reply_to=("zero@lamp.example",),
        references=("first@lamp.example", "zero@lamp.example"),
        language="en",
        key=key,
        role=FolderRole.ARCHIVE,
        flags=frozenset({"\\Seen"}),
        gmail_thread=5,
        gmail_message=6,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_do_not_matter(read, end):
    assert read(LETTER.replace("\n", end)) == read(LETTER)


def test_an_mbox_line_on_top_is_no_header(read):
    assert read("From rosa@frames.example Tue Mar  5 09:30:00 2024\n" + LETTER) == read(LETTER)


KILLERS = {
    "message-id bracket": b"Message-ID: <[x\n\nhi",
    "open quote in To": b'From: a@b.example\nTo: "\n\nhi',
    "open domain literal": b"From: a@[x\n\nhi",
    "nested comments": b"From: " + b"(" * 5000 + b"a@b.example" + b")" * 5000 + b"\n\nhi",
    "nested multiparts": b"Subject: deep\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1000))
    + b"Content-Type: text/plain\n\nhi",
    "nested messages": b"Subject: deep\n" + b"Content-Type: message/rfc822\n\n" * 2000 + b"hi",
    "unknown charset": b"Subject: =?x-none?q?a?=\nContent-Type: text/plain; charset=x-none\n\nhi",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nhi",
    "addresses": b"From: a@b.example\nTo: " + b"a@b.example, " * 20_000 + b"\n\nhi",
    "path as file name": b"Subject: x\nContent-Type: application/pdf\n"
    b'Content-Disposition: attachment; filename="../../etc/passwd"\n\nhi',
    "codec that is no charset": b"Subject: =?punycode?q?a?=\nContent-Type: text/plain; charset=zlib\n\nhi",
    "date out of range": b"Subject: x\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\nhi",
    "null bytes": b"Subject: a\0b\n\nh\0i",
}


@pytest.mark.parametrize("raw", KILLERS.values(), ids=KILLERS)
def test_what_kills_other_parsers_is_read(lore, raw):
    """security.md, fact 4, with its relatives: read, not merely survived."""
    assert isinstance(parse(RawMessage(raw), lore), Message)


def test_what_came_empty_is_told_from_what_is_no_mail(lore):
    """A server that choked on a message may give it another time; the sync asks again for these alone."""
    key = MessageKey("INBOX", 1, 2)

    assert parse(RawMessage(b"", key), lore) == Unreadable(NOTHING_CAME, key)


@pytest.mark.parametrize("raw", [b"\n\n", b"just words", b"\0\xff" * 50, b": no name\n\nx"])
def test_what_is_no_mail_is_unreadable_with_a_sentence(lore, raw):
    key = MessageKey("INBOX", 1, 2)

    assert parse(RawMessage(raw, key), lore) == Unreadable("This is not a mail message: it has no header.", key)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.binary(max_size=300), body=st.binary(max_size=300))
def test_random_bytes_never_raise(lore, monkeypatch, head, body):
    """Not even inwardly: the guard at the border must have nothing to catch."""
    monkeypatch.setattr(parse_module, "Unreadable", _only_without_header)

    parse(RawMessage(b"Subject: x\nFrom: " + head + b"\n\n" + body), lore)


def _only_without_header(reason, key):
    assert "cannot be read" not in reason
    return Unreadable(reason, key)


def test_a_fault_of_ours_makes_one_message_unreadable(lore, monkeypatch):
    """S23: one poisoned message must not stop the other 999."""
    monkeypatch.setattr(parse_module, "split", lambda *_, **__: 1 / 0)

    found = parse(RawMessage(LETTER.encode()), lore)

    assert found == Unreadable("This message cannot be read (ZeroDivisionError).")


def test_bounds_are_kept_and_told(read):
    message = read(
        "Subject: " + "s" * 2000 + "\nTo: " + ", ".join(f"a{n}@b.example" for n in range(900)) + "\n\n" + "word " * 9000
    )

    assert len(message.subject) == limits.SUBJECT_CHARS
    assert len(message.to) == limits.ADDRESSES
    assert len(message.fresh) == limits.FRESH_CHARS
    assert "truncated" in message.remarks


def test_a_message_cut_by_the_source_says_so(read):
    assert "truncated" in read(LETTER, truncated=True).remarks


def test_no_date_takes_the_servers(read):
    came = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)

    message = read("From: a@b.example\n\nhi", internal_date=came)

    assert (message.date, message.remarks) == (came, {"no_date"})


def test_no_message_id_gives_one_made_of_the_content(read):
    first, again, other = (
        read(f"From: a@b.example\nDate: Tue, 5 Mar 2024 09:30:00 +0100\n\n{t}") for t in ("hi", "hi", "ho")
    )

    assert first.message_id == again.message_id != other.message_id
    assert first.message_id.endswith(".invalid")


def test_exchange_thread_is_the_guid_inside_thread_index(read):
    guid = bytes(range(16))
    index = base64.b64encode(b"\x01" + bytes(5) + guid + b"child").decode()

    assert read(f"Subject: x\nThread-Index: {index}\n\nhi").exchange_thread == guid.hex()


@pytest.mark.parametrize("index", ["", "AQ==", "no base64 at all!", base64.b64encode(bytes(22)).decode()])
def test_no_readable_thread_index_no_exchange_thread(read, index):
    assert read(f"Subject: x\nThread-Index: {index}\n\nhi").exchange_thread == ""


def test_html_is_read_where_the_plain_part_is_empty(read):
    message = read(
        "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\n  \n--b\nContent-Type: text/html\n\n"
        "<p>Shall we <b>sail</b>?</p><p style='display:none'>buy gold</p>\n--b--\n"
    )

    assert message.fresh == "Shall we sail?"
    assert "hidden_text" in message.remarks


def test_attachments_are_named_by_a_visible_base_name(read):
    message = read(
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the plan.\n"
        "--b\nContent-Type: application/pdf; name*=utf-8''pl%C3%A4ne.pdf\nContent-Transfer-Encoding: base64\n\nAAAA\n"
        '--b\nContent-Type: image/png\nContent-Disposition: attachment; filename="C:\\\\tmp\\\\a\u202egnp.exe"\n\nAAAA\n--b--\n'
    )

    assert message.fresh == "See the plan."
    assert message.attachments == ("pläne.pdf", "a gnp.exe")


def test_a_forward_and_nothing_else_has_no_fresh_text(read):
    message = read(
        "From: a@b.example\nSubject: FW: boat\n\n-----Original Message-----\nFrom: Jo\nSent: Monday\nTo: me\n"
        "Subject: boat\n\nThe boat leaks.\n"
    )

    assert message.fresh == ""
    assert "The boat leaks." in message.forwarded


def test_a_directory_export_keeps_the_senders_name(read):
    """Exchange exports hold "Lee, Kim </O=…>" beside a bare address."""
    message = read("From: kim.lee@firm.example\nX-From: Lee, Kim </O=FIRM/OU=EU/CN=KLEE>\n\nhi")

    assert message.sender == Address("kim.lee@firm.example", "Kim Lee")


def test_a_voicemail_notice_is_read(read):
    message = read(
        "From: Voicemail <voicemail@pbx.example>\nSubject: New voice message\n\n"
        'Caller: +44 20 7946 0991\nDuration: 0:21\n\n"Hello, this is Nora Quist, please ring me about the keys"\n'
    )

    assert message.kind is Kind.VOICEMAIL
    assert message.voicemail is not None
    assert (message.voicemail.caller, message.voicemail.number, message.voicemail.duration_s) == (
        "Nora Quist",
        "+44 20 7946 0991",
        21,
    )


@pytest.mark.shared
def test_no_file_of_the_malformed_corpus_raises(lore, shared, monkeypatch):
    monkeypatch.setattr(parse_module, "Unreadable", _only_without_header)
    files = [p for p in (shared / "corpora" / "malformed-mime").rglob("*") if p.suffix in {".eml", ".txt"}]

    kinds = {type(parse(RawMessage(path.read_bytes()), lore)) for path in files}

    assert kinds <= {Message, Unreadable}
    assert len(files) > 300
