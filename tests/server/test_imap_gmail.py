r"""Gmail's picture of a mailbox: read once, by its labels, without drafts; gently."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from repliquette.errors import ThrottledError
from repliquette.mailbox.budget import Budget, Meter
from repliquette.mailbox.imap import ImapSource
from support.imapserver import ALL_MAIL, Certificate, Fault, GmailAccount, ImapServer, profiles
from support.imapserver.faults import altered, refused

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def letter(subject: str) -> bytes:
    return f"From: Jo <jo@buyer.example>\nSubject: {subject}\n\nDo you still have crates?\n".encode()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def gmail(certificate):
    """One message of each sort."""
    mail = GmailAccount()
    mail.receive(letter("asked"), "\\Inbox", "\\Important")
    mail.receive(letter("answered"), "\\Sent", flags={"\\Seen"})
    mail.receive(letter("half done"), "\\Draft", flags={"\\Draft"})
    mail.receive(letter("to myself"), "\\Inbox", "\\Sent")
    mail.receive(letter("filed"), "Clients")
    mail.receive(letter("win a boat"), "\\Spam")
    mail.receive(letter("thrown away"), "\\Trash")
    with ImapServer(certificate=certificate, profile=profiles.GMAIL, mail=mail) as server:
        yield server


@pytest.fixture
def connect():
    sources = []

    def connected(server):
        sources.append(ImapSource.connect(server.account(), "secret"))
        return sources[-1]

    yield connected
    for source in sources:
        source.close()


def subject(message) -> str:
    return re.search(rb"Subject: ([^\r\n]*)", message.raw)[1].decode()


def read(source, cursor=None):
    (folder,) = source.folders()
    changes = source.changes(folder, cursor)
    return changes, {subject(m): m for m in source.fetch(folder, changes.added)}


def test_each_message_is_read_once_with_the_role_of_its_labels(gmail, connect):
    source = connect(gmail)
    changes, found = read(source)
    assert {name: message.role.value for name, message in found.items()} == {
        "asked": "inbox",
        "answered": "sent",
        "to myself": "sent",
        "filed": "other",
    }
    assert {message.key.folder for message in found.values()} == {ALL_MAIL}
    assert all(message.gmail_thread and message.gmail_message for message in found.values())
    assert changes.total == len(found)
    assert source.notes == ()


def test_a_draft_is_in_no_list(gmail, connect):
    source = connect(gmail)
    (folder,) = source.folders()
    draft = next(uid for uid, one in gmail.mail[ALL_MAIL].letters.items() if "\\Draft" in one.flags)
    assert draft not in source.changes(folder, None).added
    assert draft not in source.census(folder).present
    assert draft not in source.since(folder, date(2020, 1, 1))
    assert list(source.fetch(folder, [draft])) == []


def test_a_draft_that_the_flag_does_not_tell_is_told_by_its_label(gmail, connect):
    gmail.mail.receive(letter("half done too"), "\\Draft")
    _, found = read(connect(gmail))
    assert found.keys() & {"half done", "half done too"} == set()


def test_labels_tell_removals_by_the_census_and_flags_by_condstore(gmail, connect):
    source = connect(gmail)
    first, found = read(source)
    box = gmail.mail[ALL_MAIL]
    box.flag(found["asked"].key.uid, "\\Answered")
    box.expunge(found["filed"].key.uid)
    (folder,) = source.folders()
    second = source.changes(folder, first.cursor)
    assert second.flags == {found["asked"].key.uid: {"\\Answered"}}
    assert (second.told, second.added, second.total) == (False, (), 3)
    census = source.census(folder)
    assert found["filed"].key.uid not in census.present
    assert census.answered == {found["asked"].key.uid}


def test_where_all_mail_is_hidden_inbox_and_sent_are_read_and_it_is_said(gmail, connect):
    gmail.faults = [Fault("LIST", altered(rb'\* LIST \([^)]*\) "/" "?\[Gmail\]/All Mail"?\r\n', b""), nth=None)]
    source = connect(gmail)
    folders = source.folders()
    assert [folder.name for folder in folders] == ["INBOX", "[Gmail]/Sent Mail"]
    assert "Show in IMAP" in source.notes[0]
    roles = {m.role.value for m in source.fetch(folders[0], source.changes(folders[0], None).added)}
    assert roles == {"inbox"}


def test_a_days_share_is_not_exceeded(gmail, connect):
    source = connect(gmail)
    now = [NOON]
    source.meter = Meter(Budget(2000), lambda: now[0])
    (folder,) = source.folders()
    added = source.changes(folder, None).added
    assert len(list(source.fetch(folder, added))) == len(added)
    assert source.meter.budget.spent > 2000
    with pytest.raises(ThrottledError, match="rest follows tomorrow"):
        list(source.fetch(folder, added))
    kept = Budget.from_text(source.meter.budget.to_text(), 2000)
    source.meter = Meter(kept, lambda: now[0])
    with pytest.raises(ThrottledError):
        list(source.fetch(folder, added))
    now[0] = datetime(2026, 3, 3, tzinfo=UTC)
    assert list(source.fetch(folder, added))


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (b"NO [THROTTLED] Account exceeded rate limits", 600),
        (b"NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", 3600),
        (b"BAD Request is throttled. Suggested Backoff Time: 45000 milliseconds", 45),
    ],
    ids=["gmail-rate", "gmail-bandwidth", "microsoft"],
)
def test_a_server_that_asks_for_a_pause_gets_it(gmail, connect, words, seconds):
    source = connect(gmail)
    (folder,) = source.folders()
    gmail.faults = [Fault("EXAMINE", refused(words))]
    with pytest.raises(ThrottledError) as told:
        source.changes(folder, None)
    assert told.value.retry_after_s == seconds
