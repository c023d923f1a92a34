"""Waiting well: a stop that ends any wait, sleep noticed, back-off, and what a server's silence taught us.

`time.monotonic` stands still while a Linux or macOS machine sleeps, so that a wait
of nine minutes may last a night.  Waits are cut into slices; a slice that took
much longer by any clock (boot time, wall) was slept through.  A changed way to the
server (another network) is seen by the address that packets would leave from.
"""

from __future__ import annotations

import random
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from typing import Self

from repliquette.limits import IDLE_LEAST_S, IDLE_MOST_S, RECONNECT_FIRST_S, RECONNECT_MOST_S, SLEEP_SLACK_S

Clock = Callable[[], float]
Address = tuple[str, int]


def _clocks() -> tuple[Clock, ...]:
    """Seconds by every clock of this machine; the wall clock may be set, which costs a needless look."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone; goes on in sleep
    steady = (lambda: time.clock_gettime(boot),) if boot is not None else ()
    return (time.monotonic, time.time, *steady)


CLOCKS = _clocks()


class Nap:
    """Tells whether the machine slept while we waited; start it, wait, then ask."""

    def __init__(self, clocks: Sequence[Clock] = CLOCKS) -> None:
        """Note the time by every clock."""
        self._clocks = clocks
        self._began = [clock() for clock in clocks]

    def slept(self, asked_s: float) -> bool:
        """Whether a wait of at most `asked_s` seconds took far longer by any clock."""
        gone = (clock() - began for clock, began in zip(self._clocks, self._began, strict=True))
        return max(gone) > asked_s + SLEEP_SLACK_S


class Stop:
    """An event that a wait on a socket can wait for as well."""

    def __init__(self) -> None:
        """Not asked yet."""
        self._hears, self._says = socket.socketpair()
        self._is_set = False

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release the descriptors."""
        self.close()

    def set(self) -> None:
        """End every wait, now and from now on."""
        if not self._is_set:
            self._is_set = True
            self._says.send(b"!")

    def is_set(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._is_set

    def wait(self, seconds: float, on: socket.socket | None = None) -> bool:
        """Until the stop or `seconds` or, where a socket is given, bytes on it: whether there are some."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._hears, selectors.EVENT_READ)
            if on is not None:
                selector.register(on, selectors.EVENT_READ)
            return any(key.fileobj is on for key, _ in selector.select(max(0.0, seconds)))

    def close(self) -> None:
        """Release the descriptors; nobody may wait any more."""
        self._hears.close()
        self._says.close()


class Backoff:
    """Pauses between attempts: 1 s, doubled up to 5 minutes, each shortened by up to half at random.

    Many machines lose a server at one instant; they should not come back at one.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """`chance` gives a number from 0 to below 1."""
        self._chance = chance
        self._next_s = RECONNECT_FIRST_S

    def pause(self) -> float:
        """How many seconds to wait before the next attempt."""
        now = self._next_s
        self._next_s = min(RECONNECT_MOST_S, 2 * now)
        return now * (1 - self._chance() / 2)

    def reset(self) -> None:
        """Start anew: a connection held, or the machine woke up."""
        self._next_s = RECONNECT_FIRST_S


class Habit:
    """How long a server lets a connection idle, learned from when it hung up.

    RFC 2177 asks for a new IDLE every 29 minutes; servers and the boxes between are less
    patient, and many die without a word.
    """

    def __init__(self) -> None:
        """Nine minutes, until the server teaches otherwise."""
        self.idle_s = IDLE_MOST_S

    def dropped(self, after_s: float) -> None:
        """The server hung up `after_s` seconds after our last word."""
        self.idle_s = min(self.idle_s, max(IDLE_LEAST_S, 0.8 * after_s))


def way_out(server: Address) -> str:
    """The address of ours that packets to `server` would leave from, "" where there is no way; sends nothing."""
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(server)
        except OSError:
            return ""
        own: str = probe.getsockname()[0]
        return own
