"""SQLite behind a door: schema, migrations, queries; one writer."""

from __future__ import annotations

from repliquette.store.keys import Client, Keys
from repliquette.store.lists import Page, Wanted
from repliquette.store.mail import Copy
from repliquette.store.store import Store

__all__ = ["Client", "Copy", "Keys", "Page", "Store", "Wanted"]
