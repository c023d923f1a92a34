"""What need not be fetched: messages that the store holds already, and what its header alone makes mass mail.

A copy in another folder, a letter that was moved, a whole folder after its UIDVALIDITY
changed: the header tells that it is the same letter (Message-ID, sender and date, all
three, for a stranger chooses the first), and only its new place is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from repliquette.mailbox.source import Wants
from repliquette.message import identity, parse
from repliquette.message.addresses import sender
from repliquette.message.headers import split_head
from repliquette.message.lore import Lore
from repliquette.model import Folder, FolderRole, RawMessage
from repliquette.store import Copy, Store
from repliquette.store.mail import Row, other_name

# So many messages ahead: then one look at all names is cheaper than a look for each.
MANY = 2_000
_NAME = re.compile(rb"^message-id:[ \t\r\n]*<([^<>\s]{1,400})>", re.IGNORECASE | re.MULTILINE)


class Known:
    """Answers what is wanted of the messages of one run, and remembers what was declined as known."""

    def __init__(self, store: Store, account_id: int, lore: Lore, *, ahead: int) -> None:
        """`ahead` is how many messages the run is going to look at."""
        self._store = store
        self._account_id = account_id
        self._lore = lore
        self._names = {hash(name) for name in store.names(account_id)} if ahead > MANY else None
        self._declined: dict[bytes, str] = {}

    def wants(self, folder: Folder) -> Wants:
        """Whether a message of this folder must be read further, by its header."""
        return lambda header: self._is_wanted(header, folder)

    def _is_wanted(self, header: bytes, folder: Folder) -> bool:
        try:
            name = self._known_as(header, folder)
        except Exception:  # noqa: BLE001 - S23: what a hostile header says is found out by reading it
            name = ""
        if name:
            self._declined[header.rstrip()] = name
            return False
        return parse.needs_text(header, self._lore)

    def _known_as(self, header: bytes, folder: Folder) -> str:
        """The name under which the store holds this letter, whole; "" where it does not."""
        found = _NAME.search(header)
        name = found[1].decode("utf-8", "replace") if found else ""
        if not name or (self._names is not None and hash(name) not in self._names):
            return ""
        head, _ = split_head(parse.unix(header), set())
        remarks: set[str] = set()
        date, _ = identity.sent_at(head, None, remarks)
        if "no_date" in remarks or identity.message_id(head) != name:
            return ""
        return self._same_letter(name, sender(head, set()).email, date, folder)

    def _same_letter(self, name: str, email: str, date: datetime, folder: Folder) -> str:
        other = other_name(name, email, date)
        rows = self._store.named(self._account_id, [name, other])
        fits = next((n for n in (name, other) if n in rows and _is_of(rows[n], email, date)), "")
        if fits and folder.role is FolderRole.SENT:
            # What a list made of my letter gives way to the letter itself.
            held = self._store.stored(self._account_id, fits)
            return fits if held is not None and held.role is FolderRole.SENT else ""
        return fits

    def take(self, raw: RawMessage) -> Copy | None:
        """The copy that a fetched message is, where it was declined as known."""
        name = self._declined.pop(raw.raw.rstrip(), "") if self._declined else ""
        return Copy(name, raw.key, raw.flags) if name and raw.key else None

    def learn(self, names: Iterable[str]) -> None:
        """Note what this run has stored."""
        if self._names is not None:
            self._names.update(map(hash, names))


def _is_of(row: Row, email: str, date: datetime) -> bool:
    return not row.gone and (row.sender, row.date) == (email, date.timestamp())
