"""Sets of UIDs, as IMAP writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repliquette.limits import UIDS_MOST
from repliquette.mailbox.uidset import UidSet

UIDS = st.frozensets(st.integers(1, 60), max_size=40)


@given(UIDS)
def test_what_is_written_is_read_again(uids):
    written = UidSet.of(uids)
    assert frozenset(written) == uids
    assert written.count == len(uids)
    if uids:
        assert UidSet.read(str(written).encode()) == written


@given(UIDS, UIDS, st.integers(1, 61))
def test_it_is_a_set(some, others, end):
    assert frozenset(UidSet.of(some) | UidSet.of(others)) == some | others
    assert frozenset(UidSet.of(some).below(end)) == {uid for uid in some if uid < end}
    assert all((uid in UidSet.of(some)) == (uid in some) for uid in range(62))


@pytest.mark.parametrize(
    ("words", "uids"),
    [
        pytest.param(b"4", [4], id="one"),
        pytest.param(b"3:1,9", [1, 2, 3, 9], id="a range backwards"),
        pytest.param(b"1:3,2:5,6", [1, 2, 3, 4, 5, 6], id="ranges that overlap and touch"),
    ],
)
def test_what_servers_write(words, uids):
    assert list(UidSet.read(words)) == uids


@pytest.mark.parametrize("words", [b"", b"1:", b"a", b"1,,2", b"1:*", b"-3", b"12345678901"])
def test_what_is_no_set(words):
    with pytest.raises(ValueError, match="not a set"):
        UidSet.read(words)


def test_neighbours_are_one_range():
    assert str(UidSet.of([7, 1, 3, 2, 5])) == "1:3,5,7"


def test_a_set_of_all_numbers_takes_no_memory():
    """S20: twelve bytes of a server must not become 100 GB of ours."""
    everything = UidSet.read(b"1:4294967295")
    assert 4_000_000_000 in everything
    assert everything.count > UIDS_MOST
    with pytest.raises(ValueError, match="a set of 4294967295 UIDs"):
        list(everything)
