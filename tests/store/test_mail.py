"""Messages in the store: once each, in the right conversation, whatever the order and the crashes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from repliquette.mailbox.source import Changes, Cursor
from repliquette.model import DraftReceipt, Folder, FolderRole, Kind, MessageKey, Unreadable
from repliquette.store.schema import drafts
from support.mail import ANA, BEN, ME, NOW, OWNER, message

INBOX = Folder("INBOX", FolderRole.INBOX)


def at(uid, folder="INBOX", uidvalidity=1):
    return MessageKey(folder, uidvalidity, uid)


def changes(*uids, uidvalidity=1, reset=False):
    return Changes(INBOX, tuple(uids), Cursor(uidvalidity, max(uids) + 1), len(uids), reset=reset)


@pytest.fixture
def account(store):
    return store.account_id(ME.email)


def gather_all(store, account):
    """The conversations touched since they were last judged."""
    return set(store.pending(account))


def talks(store, account, ids):
    return sorted([m.message_id for m in c.messages] for c in store.load(account, ME.email, ids))


def test_a_message_comes_back_as_it_went_in(store, account):
    original = message("Could you come?", message_id="a", key=at(1), flags=frozenset({"\\Seen"}), references=("r",))
    store.add(account, [original])

    [talk] = store.load(account, ME.email, gather_all(store, account))

    assert talk.messages == (original,)


def test_a_copy_in_another_folder_is_not_a_second_message(store, account):
    assert store.add(account, [message(message_id="a", key=at(1))]) == 1
    assert store.add(account, [message(message_id="a", key=at(9, "Archive"))]) == 0
    assert talks(store, account, gather_all(store, account)) == [["a"]]


def test_two_letters_with_one_message_id_are_both_kept(store, account):
    """Whoever chooses the Message-ID of another letter must not hide it."""
    store.add(account, [message("the first", message_id="a", key=at(1))])
    store.add(account, [message("the second", message_id="a", sender=BEN, ago=3, key=at(2))])
    store.add(account, [message("the second", message_id="a", sender=BEN, ago=3, key=at(7, "Archive"))])

    texts = [m.fresh for c in store.load(account, ME.email, gather_all(store, account)) for m in c.messages]
    assert sorted(texts) == ["the first", "the second"]


def test_my_own_copy_in_sent_wins_over_what_a_list_made_of_it(store, account):
    mine = message("Who has a ladder?", message_id="a", sender=ME, to=(ANA,), key=at(1, "Sent"), role=FolderRole.SENT)
    from_list = replace(mine, kind=Kind.BULK, key=at(1), role=FolderRole.INBOX)
    store.add(account, [from_list])
    ids = gather_all(store, account)

    assert store.add(account, [mine]) == 0

    [talk] = store.load(account, ME.email, ids)
    assert talk.messages == (mine,)
    assert store.to_judge(account, NOW, timedelta(hours=1)) == sorted(ids)


def test_a_draft_moves_along_when_conversations_are_joined(store, account):
    store.add(account, [message(message_id="a", ago=9, subject="A"), message(message_id="b", ago=8, subject="B")])
    for id_ in gather_all(store, account):
        store.record_draft(id_, "b", DraftReceipt(f"d-{id_}", "Drafts"), NOW)
    store.add(account, [message(message_id="c", ago=7, subject="C", references=("a", "b"))])

    [joined] = gather_all(store, account)

    with store._reading() as connection:
        assert {*connection.execute(select(drafts.c.conversation_id)).scalars()} == {joined}


def test_only_what_is_missing_is_fetched_again_after_a_crash(store, account):
    store.add(account, [message(message_id="a", key=at(3)), Unreadable("no header", at(2))])

    assert store.places.missing(account, changes(4, 3, 2, 1)) == {4, 1}


def test_the_cursor_moves_only_when_told(store, account):
    """While a folder is being read, nothing is known of it: the next run must look at all of it."""
    assert store.places.cursor(account, "INBOX") is None
    store.places.begin(account, [changes(7)])
    assert store.places.cursor(account, "INBOX") is None
    store.places.settle(account, changes(7), {}, (), NOW)
    assert store.places.cursor(account, "INBOX") == Cursor(1, 8)


def test_s21_a_new_uidvalidity_forgets_places_but_no_message(store, account):
    store.add(account, [message(message_id="a", key=at(3))])
    before = gather_all(store, account)
    renumbered = changes(1, uidvalidity=2, reset=True)

    assert store.places.missing(account, renumbered) == {1}
    assert store.add(account, [message(message_id="a", key=at(1, uidvalidity=2))]) == 0
    store.places.settle(account, renumbered, {}, (), NOW)
    store.places.sweep(account, ["INBOX"])
    assert store.coverage()[0].read == 1
    assert talks(store, account, before) == [["a"]]


def test_any_order_of_arrival_gives_the_same_conversations(store, account, tmp_path):
    """Newest first is how a mailbox is read; threads must not depend on it."""
    mail = [
        message(message_id="1", ago=90),
        message(message_id="2", ago=80, sender=ME, to=(ANA,), subject="Re: Plans"),
        message(message_id="3", ago=70, in_reply_to=("2",)),
        message(message_id="4", ago=60, subject="Other"),
        message(message_id="5", ago=50, references=("gone",), subject="X"),
        message(message_id="6", ago=40, references=("gone",), subject="Y"),
        message(message_id="7", ago=30, sender=BEN, gmail_thread=5, subject="G"),
        message(message_id="8", ago=20, sender=BEN, gmail_thread=5, subject="H"),
    ]
    for seed in range(6):
        order = random.Random(seed).sample(mail, len(mail))
        number = store.account_id(f"{seed}@northwind.example")
        for item in order:
            store.add(number, [item])
        ids = store.to_judge(number, NOW, timedelta(hours=1))
        assert talks(store, number, ids) == [["1", "2", "3"], ["4"], ["5", "6"], ["7", "8"]]


def test_a_message_that_joins_two_conversations_leaves_one(store, account):
    store.add(account, [message(message_id="a", ago=9, subject="A"), message(message_id="b", ago=8, subject="B")])
    first = gather_all(store, account)
    store.add(account, [message(message_id="c", ago=7, subject="C", references=("a", "b"))])

    assert len(first) == 2
    assert gather_all(store, account) < first
    assert talks(store, account, store.to_judge(account, NOW, timedelta(0))) == [["a", "b", "c"]]


def test_two_accounts_are_kept_apart(store, account):
    other = store.account_id("kim@second.example")
    store.add(account, [message(message_id="a", ago=9)])
    store.add(other, [message(message_id="b", ago=8, in_reply_to=("a",))])

    assert gather_all(store, account).isdisjoint(gather_all(store, other))
    assert store.account_id("KIM@second.example") == other


def test_the_ledger_leaves_out_the_conversation_itself(store, account):
    store.add(
        account,
        [
            message(message_id="1", ago=500, subject="Old"),
            message(message_id="2", ago=490, sender=ME, to=(ANA, BEN), subject="Older still"),
            message(message_id="3", ago=9),
            message(message_id="4", ago=8, sender=ME, to=(ANA,), in_reply_to=("3",)),
        ],
    )
    found = store.load(account, ME.email, gather_all(store, account))
    talk = next(c for c in found if len(c.messages) == 2)

    person = store.ledgers(account, OWNER, found)[talk.id].person(ANA.email)

    assert (person.received, person.sent) == (1, 1)
    assert person.first == NOW - timedelta(hours=500)


def test_unreadable_messages_are_listed_with_their_place(store, account):
    store.add(account, [Unreadable("its header never ends", at(17)), message(message_id="a", key=at(18))])
    store.places.settle(account, changes(17, 18), {}, (), NOW)

    [coverage] = store.coverage()

    assert (coverage.read, coverage.total) == (1, 2)
    assert coverage.unreadable == (("INBOX 17", "its header never ends"),)
