"""What was downloaded today of an account whose provider limits it, kept beside the store.

Every connection of every run counts into one file, so that neither a reconnect nor a
restart begins the day anew.  The file holds a day and a number.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from repliquette.mailbox.budget import Budget, Meter


class KeptMeter(Meter):
    """A meter that remembers."""

    def __init__(self, data: Path, account: str) -> None:
        """In the folder of the program's data, under a name made from the address."""
        self._path = data / f"downloaded-{hashlib.sha256(account.encode()).hexdigest()[:12]}.txt"
        super().__init__(self._kept())

    def count(self, octets: int) -> None:
        """Note a download, and keep it; a disk that is full must not stop the reading."""
        super().count(octets)
        with suppress(OSError):
            self._path.write_text(self.budget.to_text(), "utf-8")

    def _kept(self) -> Budget:
        try:
            return Budget.from_text(self._path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return Budget()
