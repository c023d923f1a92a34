"""Clocks that jump, pauses that grow, and waits that end when they are asked to."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from repliquette.mailbox.patience import Backoff, Habit, Nap, Stop, way_out


@pytest.mark.parametrize(
    ("monotonic_s", "wall_s", "slept"),
    [(10, 10, False), (25, 25, False), (10, 28_800, True), (10, -3600, False), (28_800, 28_800, True)],
    ids=["awake", "busy_machine", "a_night", "clock_set_back", "clocks_that_go_on_in_sleep"],
)
def test_a_wait_that_took_far_too_long_was_slept_through(monotonic_s, wall_s, slept):
    times = iter([0.0, 1000.0, float(monotonic_s), 1000.0 + wall_s])
    nap = Nap([lambda: next(times)] * 2)

    assert nap.slept(10) is slept


def test_pauses_double_up_to_five_minutes_and_begin_anew():
    backoff = Backoff(chance=lambda: 0.0)
    pauses = [backoff.pause() for _ in range(12)]
    backoff.reset()

    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == 300
    assert backoff.pause() == 1


def test_pauses_are_spread():
    """Many machines that lost a server together come back apart."""
    assert Backoff(chance=lambda: 0.999).pause() < 0.51
    assert len({Backoff().pause() for _ in range(20)}) > 15


@pytest.mark.parametrize(("drops", "idle_s"), [([], 540), ([300], 240), ([300, 600], 240), ([5], 60)], ids=str)
def test_a_server_that_hangs_up_is_asked_sooner_but_once_a_minute_at_most(drops, idle_s):
    habit = Habit()
    for after_s in drops:
        habit.dropped(after_s)

    assert habit.idle_s == idle_s


def test_a_stop_ends_a_wait_that_has_begun_and_every_later_one():
    with Stop() as stop:
        threading.Timer(0.05, stop.set).start()
        began = time.monotonic()
        stop.wait(60)
        stop.wait(60)
        stop.set()

        assert stop.is_set()
        assert time.monotonic() - began < 30


def test_a_wait_tells_bytes_from_a_stop():
    ours, theirs = socket.socketpair()
    with Stop() as stop, ours, theirs:
        nothing = stop.wait(0, ours)
        theirs.send(b"* 1 EXISTS\r\n")
        something = stop.wait(60, ours)
        ours.recv(100)
        stop.set()

        assert (nothing, something, stop.wait(60, ours)) == (False, True, False)


def test_the_way_to_a_server(free_port):
    assert way_out(("127.0.0.1", free_port)) == "127.0.0.1"
