r"""Gmail from its labels to the lists: each mail once, mail that is none of the owner's left out, in daily shares.

What its source gives is in `test_imap_gmail`; here it goes all the way into a store.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import timedelta

import pytest

from repliquette.mailbox.budget import GMAIL_DAY_BYTES, Budget
from repliquette.pipeline.knowledge import know
from repliquette.pipeline.sync import Pace
from repliquette.store import Store
from support.imapserver import ALL_MAIL, Certificate, GmailAccount, ImapServer, profiles
from support.imapserver.server import ADDRESS
from support.mail import ANA, BEN, NOW
from support.mailroom import KIM, Mailroom, content, letter


@pytest.fixture(scope="module")
def knowledge():
    return know()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def mail():
    """A question under four labels and its answer; a half-written one; spam; and what was thrown away."""
    account = GmailAccount()

    def receive(raw_and_date, *labels, **more):
        raw, date = raw_and_date
        return account.receive(raw, *labels, date=date, **more)

    account.first = receive(
        letter("skiff", "May I borrow the skiff on Saturday?", ago=60), "\\Inbox", "\\Important", "\\Starred", "Boats"
    )
    # Another subject, no reference: X-GM-THRID alone says that it belongs there.
    receive(
        letter("keys", "Yes, the keys hang by the door.", sender=KIM, to=ANA, ago=50), "\\Sent", thread=account.first
    )
    receive(letter("filed", "Which sail shall I bring?", sender=BEN, ago=40), "Boats")
    receive(letter("draft", "Dear Ben, I think", sender=KIM, to=BEN, ago=5), "\\Draft", flags={"\\Draft"})
    receive(letter("spam", "Could you answer me about your prize?", ago=4), "\\Spam")
    receive(letter("trash", "Could you call me back?", ago=3), "\\Trash")
    return account


@pytest.fixture
def new_room(tmp_path, certificate, knowledge, mail):
    with ExitStack() as stack:
        server = stack.enter_context(ImapServer(certificate, profiles.GMAIL, mail))
        numbers = iter(range(9))

        def room():
            store = stack.enter_context(closing(Store(tmp_path / f"{next(numbers)}.sqlite")))
            return Mailroom(server, store, knowledge)

        yield room


def names(known):
    return {message.partition("@")[0] for message in known["messages"]}


def test_mail_under_several_labels_is_read_once_and_drafts_spam_and_trash_not_at_all(new_room):
    room = new_room()
    assert room.read().new == 3
    known = content(room.store)
    assert names(known) == {"skiff", "keys", "filed"}
    assert {folder for folder, *_ in known["places"]} == {ALL_MAIL}
    assert len(known["places"]) == 3
    assert all(ALL_MAIL.encode() in line for line in room.server.heard if b" EXAMINE " in line)


def test_the_thread_is_gmails(new_room):
    """Its web page shows these two as one; so do we, and the answer settles the question."""
    room = new_room()
    room.read()
    talks = {
        frozenset(m.partition("@")[0] for m in talk): verdict
        for talk, verdict in content(room.store)["conversations"].items()
    }
    assert talks.keys() == {frozenset({"skiff", "keys"}), frozenset({"filed"})}
    assert talks[frozenset({"skiff", "keys"})][0] == "settled"
    assert talks[frozenset({"filed"})][0] == "owed"


def test_other_labels_are_no_other_mail(new_room, mail):
    """Archived, filed, starred: nothing is downloaded anew and nothing is doubled."""
    room = new_room()
    room.read()
    before = content(room.store)
    for labels in (("Boats",), ("\\Inbox",), ("\\Starred", "Elsewhere")):
        mail.relabel(mail.first, *labels)
        room.server.heard.clear()
        assert room.read().new == 0
        assert [line for line in room.server.heard if b"BODY" in line] == []
    after = content(room.store)
    assert (after["messages"], after["places"]) == (before["messages"], before["places"])


def test_what_becomes_spam_or_is_thrown_away_is_gone(new_room, mail):
    room = new_room()
    room.read()
    mail.relabel(mail.first, "\\Trash")
    room.read()
    assert len(content(room.store)["places"]) == 2
    mail.relabel(mail.first, "\\Inbox")
    room.read()
    assert names(content(room.store)) >= {"skiff", "keys", "filed"}


def test_a_days_share_is_kept_between_runs_and_the_rest_follows(new_room, monkeypatch):
    """Gmail closes accounts that download too much: the store knows what today's runs have spent, and one stops in its middle."""
    monkeypatch.setenv("REPLIQUETTE_NOW", NOW.isoformat())
    undisturbed, room = new_room(), new_room()
    undisturbed.read()
    account = room.store.account_id(ADDRESS)
    room.store.accounts.keep_budget(account, Budget(spent=GMAIL_DAY_BYTES - 1, day=NOW.date()).to_text())
    room.pace = Pace(batch=1)

    report = room.read()

    assert report.new == 1
    assert NOW < report.rests_until <= NOW + timedelta(days=1)
    assert "rest follows tomorrow" in report.why
    monkeypatch.setenv("REPLIQUETTE_NOW", report.rests_until.isoformat())
    room.is_well_again()
    room.read()
    assert content(room.store) == content(undisturbed.store)
