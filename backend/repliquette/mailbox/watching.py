"""Waiting for mail: the one folder that is idled on, the others looked at every minute.

One connection an account reads and waits by turns, as Microsoft's limits want it.
IDLE (RFC 2177) is begun anew every nine minutes, or sooner where this server has hung
up sooner before; a NOOP with a deadline proves each time that the connection lives.
Without IDLE, NOOP asks every minute.  After a sleep of the machine, or on another
network, the connection is asked at once.  A watch tells which folders to read again
and never what happened in them: `Source.changes` alone knows that.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from repliquette.errors import ServerError, ThrottledError
from repliquette.limits import POLL_S, WAIT_SLICE_S
from repliquette.mailbox.connection import RefusedError
from repliquette.mailbox.idling import Look, WaitingConnection
from repliquette.mailbox.patience import CLOCKS, Address, Clock, Habit, Nap, Stop, way_out
from repliquette.model import Folder, FolderRole

Folders = tuple[Folder, ...]


class Watch(Protocol):
    """Tells when to read again."""

    def look(self, folders: Sequence[Folder]) -> Folders:
        """Watch these from now on: which of them differ from the last look, all of them at the first."""

    def wait(self, stop: Stop, seconds: float) -> Folders:
        """Until something happened, `stop` or the end of the time: the folders to read again, first the busiest."""

    @property
    def was_disturbed(self) -> bool:
        """Whether the machine slept or changed its network, and the connection has not proved itself since."""

    @property
    def server(self) -> Address | None:
        """Where the server is; None for files."""

    def hang_up(self) -> None:
        """End whatever the connection waits for; from any thread, never raises."""


def main_folder(folders: Sequence[Folder]) -> Folder | None:
    """The folder that new mail arrives in: Gmail's All Mail where it is read, else the inbox."""
    order = (FolderRole.ALL, FolderRole.INBOX)
    by_role = {f.role: f for f in reversed(folders)}
    return next((by_role[role] for role in order if role in by_role), folders[0] if folders else None)


class ServerWatch:
    """Waits on the connection of an account; raises ServerError when that is lost."""

    def __init__(
        self,
        line: WaitingConnection,
        habit: Habit,
        *,
        clocks: Sequence[Clock] = CLOCKS,
        way: Callable[[Address], str] = way_out,
    ) -> None:
        """`habit` outlives connections: what the server taught by hanging up."""
        self._line = line
        self._habit = habit
        self._clocks = clocks
        self._way = way
        self.server = line.watched_over()
        self._way_seen = way(self.server)
        self._folders: Folders = ()
        self._seen: dict[str, Look] = {}
        self._looked_at = -POLL_S
        self.was_disturbed = False

    def look(self, folders: Sequence[Folder]) -> Folders:
        """Watch these from now on: which of them differ from the last look, all of them at the first."""
        self._folders = tuple(folders)
        with self._line.brisk():
            return self._others_changed(self._folders)

    def wait(self, stop: Stop, seconds: float) -> Folders:
        """Until something happened, `stop` or the end of the time: the folders to read again, first the busiest."""
        main = main_folder(self._folders)
        if main is None:
            self._sit(stop, None, seconds)
            return ()
        end = time.monotonic() + seconds
        with self._line.brisk():
            # Whatever came while we read shows here, and from here on the server tells.
            changed = self._differing([main], self._line.state)
            while not changed and not stop.is_set() and (left := end - time.monotonic()) > 0:
                if self.was_disturbed or time.monotonic() - self._looked_at >= POLL_S:
                    changed = self._others_changed([f for f in self._folders if f != main])
                    self.was_disturbed = False
                elif self._has_news(stop, min(left, self._patience())) and not stop.is_set():
                    self._differing([main], self._line.state)  # what is read next is no news any more
                    self._looked_at = -POLL_S  # an answer is marked in one folder and laid into another
                    changed = (main,)
        return changed

    def hang_up(self) -> None:
        """End whatever the connection waits for."""
        self._line.hang_up()

    def _has_news(self, stop: Stop, seconds: float) -> bool:
        """Wait for news of the open folder; but for a stop, the connection is known to live afterwards."""
        if not self._line.can_idle:
            self._sit(stop, None, seconds)
            return not stop.is_set() and self._line.has_news()
        began = time.monotonic()
        try:
            news = self._line.has_news_while(lambda on: self._sit(stop, on, began + seconds - time.monotonic()))
        except ThrottledError:
            raise
        except ServerError:
            if not self.was_disturbed:
                self._habit.dropped(time.monotonic() - began)
            raise
        # Some servers forget an IDLE without a word; NOOP makes them look.
        return news or (not stop.is_set() and self._line.has_news())

    def _sit(self, stop: Stop, on: socket.socket | None, seconds: float) -> bool:
        """Wait in slices until bytes, `stop`, the end of the time, a sleep or another network; whether there are bytes."""
        end = time.monotonic() + seconds
        while not (stop.is_set() or self.was_disturbed) and (left := end - time.monotonic()) > 0:
            slice_s = min(left, WAIT_SLICE_S)
            nap = Nap(self._clocks)
            has_bytes = stop.wait(slice_s, on)
            self.was_disturbed = nap.slept(slice_s) or self._has_moved()
            if has_bytes:
                return True
        return False

    def _has_moved(self) -> bool:
        before, self._way_seen = self._way_seen, self._way(self.server)
        return self._way_seen != before

    def _patience(self) -> float:
        """Seconds to wait before something has to be said: one folder alone is idled on for as long as the habit is."""
        if self._line.can_idle and len(self._folders) == 1:
            return self._habit.idle_s
        return min(self._habit.idle_s, max(0.0, self._looked_at + POLL_S - time.monotonic()))

    def _others_changed(self, folders: Sequence[Folder]) -> Folders:
        self._looked_at = time.monotonic()
        return self._differing(folders, self._line.status)

    def _differing(self, folders: Sequence[Folder], ask: Callable[[str], Look]) -> Folders:
        """Which of the folders are another than when last asked; all are asked."""
        return tuple(f for f in folders if self._is_other(f, ask))

    def _is_other(self, folder: Folder, ask: Callable[[str], Look]) -> bool:
        before = self._seen.get(folder.name)
        try:
            now = ask(folder.name)
        except RefusedError:  # gone, or not for our eyes: the next reading of everything lists the folders anew
            now = before or Look(0, None, 0)
        self._seen[folder.name] = now
        return before is None or now.differs(before)


class ArchiveWatch:
    """Files tell nobody that they changed: they are read again every few minutes."""

    server: Address | None = None
    was_disturbed = False

    def __init__(self, every_s: float) -> None:
        """Every `every_s` seconds."""
        self._every_s = every_s
        self._folders: Folders = ()

    def look(self, folders: Sequence[Folder]) -> Folders:
        """Watch these: all of them may have changed."""
        self._folders = tuple(folders)
        return self._folders

    def wait(self, stop: Stop, seconds: float) -> Folders:
        """Until it is time to look again."""
        stop.wait(min(seconds, self._every_s))
        return () if stop.is_set() or seconds < self._every_s else self._folders

    def hang_up(self) -> None:
        """Nothing to end."""
