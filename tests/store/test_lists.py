"""Verdicts listed most pressing first, in pieces, searched and counted."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from repliquette.errors import UnknownError
from repliquette.model import DraftReceipt, Entry, Reason, Standing, Tier, Verdict
from repliquette.store import Wanted
from support.mail import ANA, BEN, ME, NOW


def entry(id_, reason, *, standing=Standing.OWED, tier=Tier.STRANGER, due=1, who=ANA, words="the tickets", last=1):
    when = NOW - timedelta(hours=last)
    verdict = Verdict(standing, reason, f"m-{id_}", when, due=NOW + timedelta(hours=due) if due is not None else None)
    return Entry(id_, ME.email, f"About {id_}", who, tier, words, verdict, when)


@pytest.fixture
def account(store):
    return store.account_id(ME.email)


@pytest.fixture
def filled(store, account):
    store.save(
        account,
        [
            entry("ask-late", Reason.ASK, due=-5),
            entry("ask-early", Reason.ASK, due=5),
            entry("ask-friend", Reason.ASK, due=9, tier=Tier.FRIEND),
            entry("hard", Reason.HARD_JOURNEY, due=50),
            entry("cold", Reason.COLD_OUTREACH, due=-90, who=BEN, words="Growth HACKING for you"),
            entry("wait", Reason.OVERDUE, standing=Standing.AWAITING, due=None),
            entry("old", Reason.FYI, standing=Standing.SETTLED, due=None, last=9),
            entry("new", Reason.FYI, standing=Standing.SETTLED, due=None, last=2),
        ],
        NOW,
    )
    return store


def ids(page):
    return [e.id for e in page.entries]


def test_the_most_pressing_comes_first(filled):
    page = filled.page(Wanted(standing=Standing.OWED), NOW)

    assert ids(page) == ["hard", "ask-friend", "ask-late", "ask-early", "cold"]
    assert (page.total, page.cursor) == (5, None)


def test_an_old_backlog_stands_behind_what_is_late_now(store, account):
    days = {"yesterday": -1, "tomorrow": 1, "last year": -365, "long ago": -3000, "a month and a day": -31}
    store.save(account, [entry(name, Reason.ASK, due=24 * day) for name, day in days.items()], NOW)
    expected = ["yesterday", "tomorrow", "a month and a day", "last year", "long ago"]

    first = store.page(Wanted(), NOW, limit=3)
    rest = store.page(Wanted(), NOW, cursor=first.cursor)

    assert ids(first) + ids(rest) == expected


def test_settled_ones_are_listed_newest_first(filled):
    assert ids(filled.page(Wanted(standing=Standing.SETTLED), NOW)) == ["new", "old"]


def test_pieces_add_up_to_the_whole(filled):
    pieces, cursor = [], None
    while True:
        page = filled.page(Wanted(), NOW, cursor=cursor, limit=3)
        pieces.append(ids(page))
        if not (cursor := page.cursor):
            break

    assert [len(p) for p in pieces] == [3, 3, 2]
    assert [i for p in pieces for i in p] == ids(filled.page(Wanted(), NOW))


HUGE = base64.urlsafe_b64encode(b'["owed", 99999999999999999999, 0, 1.0, "c"]').decode()


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd", "eyJhIjoxfQ", "ÿ", HUGE])
def test_a_foreign_cursor_is_refused(filled, cursor):
    with pytest.raises(UnknownError, match="cursor"):
        filled.page(Wanted(), NOW, cursor=cursor)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(query="hacking growth"), ["cold"]),
        (Wanted(query="ben@other"), ["cold"]),
        (Wanted(query="%"), []),
        (Wanted(reason=Reason.FYI), ["new", "old"]),
        (Wanted(accounts=frozenset({"nobody@northwind.example"})), []),
        (Wanted(accounts=frozenset({ME.email}), reason=Reason.HARD_JOURNEY), ["hard"]),
    ],
)
def test_filters(filled, wanted, expected):
    assert ids(filled.page(wanted, NOW)) == expected


def test_counts(filled):
    assert dict(filled.counts()) == {Standing.OWED: 5, Standing.AWAITING: 1, Standing.SETTLED: 2}


def test_a_verdict_made_again_replaces_the_old_one(filled, account):
    filled.save(account, [entry("hard", Reason.CLOSING, standing=Standing.SETTLED)], NOW)

    assert filled.entry("hard").verdict.reason == Reason.CLOSING
    assert filled.counts()[Standing.OWED] == 4


def test_an_unknown_id_says_what_to_do(filled):
    with pytest.raises(UnknownError, match="no conversation c404") as caught:
        filled.entry("c404")

    assert "repliquette owed" in caught.value.hint


def test_only_awaiting_verdicts_grow_stale(filled, account):
    later = NOW + timedelta(hours=7)

    assert filled.to_judge(account, later, timedelta(hours=6)) == ["wait"]
    assert filled.to_judge(account, NOW, timedelta(hours=6)) == []


def test_a_saved_draft_shows_in_the_list_until_they_write_again(filled, account):
    filled.record_draft("hard", "m-hard", DraftReceipt("d1", "Drafts", 4), NOW)
    assert filled.entry("hard").draft_saved

    newer = entry("hard", Reason.HARD_JOURNEY)
    verdict = Verdict(Standing.OWED, Reason.HARD_JOURNEY, "m-next", NOW)
    filled.save(account, [Entry(newer.id, newer.account, "s", ANA, Tier.STRANGER, "", verdict, NOW)], NOW)

    assert not filled.entry("hard").draft_saved
