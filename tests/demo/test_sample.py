"""The sample mailbox: complete, consistent, always fresh, and free of real addresses."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from repliquette.demo import sample
from repliquette.errors import RuleError
from repliquette.model import REASONS, Reason

# Just before midnight by the owner's clock, just after it, and the hour in which the clocks change.
FRIDAY = datetime(2026, 7, 10, 22, 55, tzinfo=UTC)
MOMENTS = {
    "monday-early": datetime(2026, 3, 2, 0, 5, tzinfo=UTC),
    "friday": FRIDAY,
    "clock-change": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
}
NAMED_BY_THE_OWNER = (
    Reason.PRIORITY,
    Reason.TRAVEL,
    Reason.COLD_OUTREACH,
    Reason.FREE_STUFF,
    Reason.COURTEOUS_NO,
)
PEOPLE = """
[owner]
name = "Nora"
address = "nora@a.example"
away = [2, 1]
away_subject = "Away"
away_note = "Away."

[people.bo]
address = "bo@b.example"
"""
CONVERSATION = """
[[conversation]]
id = "one"
standing = "owed"
reason = "ask"
[[conversation.message]]
from = "bo"
ago = "2 hours"
subject = "Tea"
text = "Tea?"
"""


@pytest.fixture(params=MOMENTS.values(), ids=MOMENTS.keys())
def now(request):
    return request.param


# Cached rather than module-scoped: in random order, pytest would set such a fixture up again and again.
@cache
def _mailbox(now):
    return sample.load(now)


@pytest.fixture
def mailbox(now):
    return _mailbox(now)


@dataclass(frozen=True)
class Mail:
    folder: str
    date: datetime
    message: EmailMessage

    @property
    def id(self) -> str:
        return self.message["Message-ID"].strip("<>")

    @property
    def sender(self) -> str:
        return self.message["From"].addresses[0].addr_spec

    @property
    def recipients(self) -> set[str]:
        return {a.addr_spec for name in ("To", "Cc") if self.message[name] for a in self.message[name].addresses}

    @property
    def texts(self) -> list[str]:
        return [part.get_content() for part in self.message.walk() if part.get_content_maintype() == "text"]


@cache
def _mails(now):
    return [
        Mail(folder, date, message_from_bytes(raw, policy=policy.default))
        for folder, messages in _mailbox(now).folders.items()
        for raw, date in messages
    ]


@pytest.fixture
def mails(now):
    return _mails(now)


@pytest.fixture
def written_to(mails):
    """Everybody whom the owner has written to."""
    return {address for mail in mails if mail.folder == sample.SENT for address in mail.recipients}


def _of_reason(mails, mailbox, reason):
    return [m for m in mails if m.id in mailbox.expectations and mailbox.expectations[m.id].reason is reason]


def _while_away(mailbox, mail):
    (absence,) = mailbox.absences
    return absence.start <= mail.date.astimezone(ZoneInfo(mailbox.time_zone)).date() <= absence.end


def test_same_moment_same_bytes(mailbox, now):
    assert sample.load(now) == mailbox


def test_size(mailbox):
    """About 150 conversations and 330 messages."""
    assert 145 <= len(mailbox.expectations) <= 180
    assert 320 <= sum(map(len, mailbox.folders.values())) <= 360


def test_every_reason_occurs(mailbox):
    counts = Counter((e.standing, e.reason) for e in mailbox.expectations.values())
    rare = {pair: counts[pair] for s, rs in REASONS.items() for r in rs if counts[pair := (s, r)] < 4}
    assert not rare
    assert all(sum(n for (_, r), n in counts.items() if r is reason) >= 8 for reason in NAMED_BY_THE_OWNER)


def test_nothing_is_real(mails):
    """Every address, domain and link lies in .example (RFC 2606)."""
    words = [w for mail in mails for w in [*map(str, mail.message.values()), *mail.texts]]
    hosts = {host for text in words for host in re.findall(r"(?:@|://)([\w.-]+\w)", text)}
    assert len(hosts) > 50
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_threads_hold_together(mails):
    """Every identifier is unique; a message refers only to older ones, and replies to the last it names."""
    dates = {f"<{mail.id}>": mail.date for mail in mails}
    assert len(dates) == len(mails)
    for mail in mails:
        references = (mail.message["References"] or "").split()
        assert (mail.message["In-Reply-To"] or "").split() == references[-1:]
        assert [r for r in references if dates[r] >= mail.date] == []


def test_every_conversation_is_expected_once(mails, mailbox):
    assert {mail.id for mail in mails if not mail.message["References"]} == set(mailbox.expectations)


def test_the_date_header_tells_when_it_arrived(mails, now):
    for mail in mails:
        assert mail.message["Date"].datetime == mail.date
        assert mail.date < now


def test_sent_holds_what_the_owner_sent_and_nothing_else(mails, mailbox):
    wrong = [mail.id for mail in mails if (mail.sender == mailbox.address) is not (mail.folder == sample.SENT)]
    assert wrong == []


def test_the_owner_was_really_away(mails, mailbox):
    """While she was away, only her out-of-office note went out."""
    notes = [mail for mail in mails if mail.folder == sample.SENT and _while_away(mailbox, mail)]
    assert len(notes) >= 8
    assert {mail.message["Auto-Submitted"] for mail in notes} == {"auto-replied"}


def test_travel_came_while_she_was_away(mails, mailbox):
    assert all(_while_away(mailbox, mail) for mail in _of_reason(mails, mailbox, Reason.TRAVEL))


def test_plain_questions_came_while_she_was_there(mails, mailbox):
    """A question or an urgent matter that came during the trip would be `travel` (reasons.md, order of the table)."""
    there = [mail for reason in (Reason.ASK, Reason.PRIORITY) for mail in _of_reason(mails, mailbox, reason)]
    assert [mail.id for mail in there if _while_away(mailbox, mail)] == []


def test_strangers_have_no_history(mails, mailbox, written_to):
    """Cold outreach comes from addresses that the owner never wrote to."""
    assert written_to.isdisjoint(mail.sender for mail in _of_reason(mails, mailbox, Reason.COLD_OUTREACH))


def test_always_first_are_people_she_knows(mailbox, written_to):
    assert mailbox.always_first
    assert set(mailbox.always_first) <= written_to


def test_days_are_written_out(mails):
    """No day counted from now is left in braces."""
    assert [mail.id for mail in mails if re.search(r"\{\w+[+-]\d", " ".join(mail.texts))] == []


def test_hostile_mail_is_there(mails):
    """Markup in a subject arrives as it was written, for the panel to be harmless with."""
    assert any(mail.message["Subject"].startswith("<img src=x onerror=alert(1)>") for mail in mails)


def test_delivery_reports_are_well_formed(mails):
    """RFC 3464: a multipart/report whose second part names the recipient and the status."""
    reports = [mail.message for mail in mails if mail.message.get_content_type() == "multipart/report"]
    assert len(reports) >= 4
    for report in reports:
        _, status, lost = report.get_payload()
        assert report.get_param("report-type") == "delivery-status"
        assert status.get_payload()[1]["Action"] == "failed"
        assert report["In-Reply-To"] in lost.get_payload(decode=True).decode()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "people.toml").write_text(PEOPLE, "utf-8")
    return tmp_path


MISTAKES = {
    "unknown-key": (CONVERSATION + 'tetx = "Tea!"', r"talk\.toml:11.*tetx"),
    "unknown-person": (CONVERSATION.replace('"bo"', '"bob"'), r"talk\.toml:7.*'bob' is neither in people\.toml"),
    "real-address": (CONVERSATION.replace('"bo"', '"Bo <bo@b.test>"'), r"talk\.toml:7.*example"),
    "impossible-time": (CONVERSATION.replace("2 hours", "a while"), r"talk\.toml:8.*ago"),
    "no-time": (CONVERSATION.replace("2 hours", ""), r"talk\.toml:8.*ago"),
    "wrong-reason": (CONVERSATION.replace('"ask"', '"bulk"'), r"talk\.toml:2.*bulk is no reason for owed"),
    "id-twice": (CONVERSATION + CONVERSATION, r"talk\.toml:13.*used twice"),
    "nobody-addressed": (CONVERSATION.replace('"bo"', '"me"'), r"talk\.toml:2.*needs `to`"),
    "bad-toml": (CONVERSATION + "=", r"talk\.toml:11"),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_file_and_line(folder, text, told):
    (folder / "talk.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError, match=told):
        sample.load(FRIDAY, folder)


def test_a_faultless_folder_loads(folder):
    (folder / "talk.toml").write_text(CONVERSATION, "utf-8")
    loaded = sample.load(FRIDAY, folder)
    assert list(loaded.expectations) == ["one.1@b.example"]
    ((_, date),) = loaded.folders[sample.INBOX]
    assert date == FRIDAY - timedelta(hours=2)
