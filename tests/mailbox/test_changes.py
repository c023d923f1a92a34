"""How much of what a server says of the past is believed, and how many searches a folder takes."""

from __future__ import annotations

import pytest

from repliquette.mailbox.changes import Past, Seen, everywhere, flagged, is_credible, resynced, uids_from, windows
from repliquette.mailbox.heard import FlagNews, Opened
from repliquette.mailbox.source import Cursor
from repliquette.mailbox.uidset import UidSet

KNOWN = Cursor(7, 10, 50)
SEEN_FLAG = frozenset({"\\Seen"})


def opened(*, modseq=60, total=5, uidnext=10, vanished=(), **more):
    return Opened("INBOX", 7, uidnext, total, modseq, vanished=UidSet.of(vanished), **more)


class Folder:
    """Messages by UID; answers searches by message number and UID as a server does."""

    def __init__(self, uids):
        self.uids = sorted(uids)
        self.asked = []

    def search(self, window, *criteria):
        self.asked.append((window, *criteria))
        low, high = window.split(":")
        chosen = self.uids[int(low) - 1 : None if high == "*" else int(high)]
        if criteria[:1] == ("UID",):
            first = min(int(criteria[1].partition(":")[0]), self.uids[-1])  # "n:*" names the last one below n too
            chosen = [uid for uid in chosen if uid >= first]
        return chosen


@pytest.fixture(autouse=True)
def _small_window(monkeypatch):
    monkeypatch.setattr("repliquette.mailbox.changes.UID_WINDOW", 100)


@pytest.mark.parametrize(
    ("total", "ranges"),
    [
        (0, []),
        (1, ["1:*"]),
        (100, ["1:*"]),
        (101, ["2:*", "1:1"]),
        (250, ["151:*", "51:150", "1:50"]),
    ],
)
def test_windows_hold_every_message_once(total, ranges):
    assert list(windows(total)) == ranges


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 350])
def test_all_are_found_newest_first(count):
    uids = [3 * n + 1 for n in range(count)]
    folder = Folder(uids)
    found = uids_from(folder.search, 1, opened(total=count, uidnext=3 * count + 1))
    assert found == uids[::-1]
    assert everywhere(folder.search, count) == set(uids)


@pytest.mark.parametrize("uidnext", [2**31, None, 401], ids=["false", "missing", "true"])
def test_a_false_uidnext_makes_no_search_more(uidnext):
    """Not thousands of windows of numbers that nobody has."""
    folder = Folder([*range(1, 90), 400])
    assert uids_from(folder.search, 1, opened(total=90, uidnext=uidnext))[0] == 400
    assert len(folder.asked) == 1


@pytest.mark.parametrize(
    ("first", "uidnext", "new", "searches"),
    [
        (301, 301, [], 0),
        (301, None, [], 1),
        (301, 2**31, [], 1),
        (300, 301, [300], 1),
        (290, 301, [*range(300, 289, -1)], 1),
        (101, 301, [*range(300, 100, -1)], 3),
    ],
    ids=["nothing", "no-uidnext", "false-uidnext", "one", "some", "more-than-a-window"],
)
def test_what_is_new_takes_few_searches(first, uidnext, new, searches):
    folder = Folder(range(1, 301))
    assert uids_from(folder.search, first, opened(total=300, uidnext=uidnext)) == new
    assert len(folder.asked) == searches


@pytest.mark.parametrize(
    ("modseq", "known", "added", "credible"),
    [
        (60, 50, (), True),
        (50, 50, (), True),
        (51, 50, (10,), True),
        (60, None, (), True),
        (None, 50, (), False),
        (None, None, (), False),
        (49, 50, (), False),
        (50, 50, (10,), False),
        (50, 50, (11,), True),
    ],
    ids=[
        "grown",
        "the-same",
        "with-mail",
        "first",
        "none-now",
        "none-ever",
        "backwards",
        "mail-not-counted",
        "mail-came-after-opening",
    ],
)
def test_a_mod_sequence_never_falls_and_grows_with_mail(modseq, known, added, credible):
    assert is_credible(opened(modseq=modseq, uidnext=11), Cursor(7, 10, known), added) is credible


def test_what_the_server_tells_of_the_past_is_told():
    said = opened(vanished=(3, 4), flags={5: SEEN_FLAG, 12: SEEN_FLAG})
    assert resynced(said, KNOWN, (), None) == Past(60, {5: SEEN_FLAG}, (3, 4), told=True)


@pytest.mark.parametrize(
    "said",
    [
        opened(vanished=(3,), flags={3: SEEN_FLAG}),
        opened(garbled=True),
    ],
    ids=["gone-and-there", "garbled"],
)
def test_what_makes_no_sense_is_not_believed(said):
    assert resynced(said, KNOWN, (), None) == Past()


def test_a_set_too_large_to_be_true_is_not_believed():
    """It takes a few bytes to say: VANISHED 1:4294967295."""
    said = Opened("INBOX", 7, 10, 5, 60, vanished=UidSet(((1, 2**32 - 1),)))
    assert resynced(said, Cursor(7, 2**32 - 1, 50), (), None) == Past()
    assert resynced(said, KNOWN, (), None).vanished == tuple(range(1, 10))


@pytest.mark.parametrize(
    ("before", "vanished", "added", "total", "told"),
    [
        (5, (), (), 5, True),
        (6, (3,), (), 5, True),
        (5, (3,), (10,), 5, True),
        (7, (3,), (), 5, False),
        (5, (), (10,), 5, False),
    ],
    ids=["nothing", "one-gone", "one-for-another", "one-gone-unsaid", "one-too-few"],
)
def test_a_count_that_does_not_add_up_is_not_the_whole_truth(before, vanished, added, total, told):
    said = opened(vanished=vanished, total=total, uidnext=11)
    assert resynced(said, KNOWN, added, Seen(KNOWN, before)).told is told


def test_a_count_at_another_cursor_proves_nothing():
    assert resynced(opened(), KNOWN, (), Seen(Cursor(7, 9, 50), 400)).told


@pytest.mark.parametrize(
    ("seen", "told"),
    [(None, False), (Seen(KNOWN, 5), True), (Seen(KNOWN, 6), False), (Seen(Cursor(7, 10, 49), 5), False)],
    ids=["not-counted", "as-many", "fewer", "counted-elsewhere"],
)
def test_without_qresync_removals_are_known_by_the_count_alone(seen, told):
    news = FlagNews({5: SEEN_FLAG, 10: SEEN_FLAG}, UidSet(), 60)
    assert flagged(opened(), KNOWN, (), seen, news) == Past(60, {5: SEEN_FLAG}, (), told)
