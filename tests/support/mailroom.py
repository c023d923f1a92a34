r"""A mailbox on the scripted server, read into a real store as `repliquette sync` does.

room = Mailroom(server, Store(path), knowledge)
room.read()                                   # one sync; raises what goes wrong
assert content(room.store) == content(another)
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, TypeVar

from repliquette.mailbox.imap import ImapSource
from repliquette.model import Address, Owner
from repliquette.pipeline.knowledge import Knowledge
from repliquette.pipeline.sync import Intake, Pace, SyncReport
from repliquette.store import Store
from support.imapserver import Account, ImapServer
from support.imapserver.server import ADDRESS
from support.mail import ANA, BEN, NOW

KIM = Address(ADDRESS, "Kim Lee")
OWNER = Owner(frozenset({ADDRESS}), "Kim Lee", "Europe/Berlin")
PATIENCE_S = 30.0  # a healthy read takes a fraction of a second, and a faulty one must give up long before
Result = TypeVar("Result")


def letter(
    key: str, text: str, *, sender: Address = ANA, to: Address = KIM, ago: float = 40, page: str = "", **headers: str
) -> tuple[bytes, datetime]:
    """A message `ago` hours old and its date; its Message-ID is made from `key`."""
    mail = EmailMessage()
    date = NOW - timedelta(hours=ago)
    mail["From"], mail["To"] = f"{sender.name} <{sender.email}>", to.email
    mail["Date"], mail["Message-ID"] = format_datetime(date), f"<{key}@letters.example>"
    for name, value in {"Subject": key.title(), **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if page:
        mail.add_alternative(page, subtype="html")
    return mail.as_bytes(), date


def _with_attachments() -> tuple[bytes, datetime]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{BEN.name} <{BEN.email}>", KIM.email, "The tender"
    mail["Message-ID"], mail["Date"] = "<tender@letters.example>", format_datetime(NOW - timedelta(hours=70))
    mail.set_content("Kim, could you sign page 3 and send it back to me this week?\n")
    mail.add_attachment(b"%PDF-" + bytes(20_000), maintype="application", subtype="pdf", filename="tender.pdf")
    old = EmailMessage()
    old["From"], old["Subject"] = "clerk@council.example", "Tender 9"
    old.set_content("The tender closes on Friday.\n")
    mail.add_attachment(old)
    return mail.as_bytes(), NOW - timedelta(hours=70)


INBOX = (
    letter("lease", "Dear Kim,\n\nwould you extend the lease until May? We have found nothing yet.\n\nAna", ago=130),
    letter("stones", "When may we collect the stones? The lorry is free on Tuesday.", sender=BEN, ago=96),
    _with_attachments(),
    letter(
        "choir", "We sing on Sunday. Are you with us?", ago=66, page="<p>We sing on Sunday.</p><p>Are you with us?</p>"
    ),
    letter("thanks", "Thank you, that was all I needed.", sender=BEN, ago=50),
    letter("invoice", "The invoice is still open. Could you pay it before Monday?", ago=30),
    letter("garden", "Shall I bring the ladder along?", sender=BEN, ago=9),
)
SENT = (
    letter("deposit", "Could you send me the deposit back?", sender=KIM, to=ANA, ago=200),
    letter(
        "stones-2", "On Tuesday at ten.", sender=KIM, to=BEN, ago=90, Subject="Re: Stones",
        In_Reply_To="<stones@letters.example>", References="<stones@letters.example>",
    ),
)  # fmt: skip
LATE = letter("late", "One more thing: where did you leave the key to the shed?", sender=BEN, ago=1)


def usual(account: Account | None = None) -> Account:
    """A mailbox with these letters."""
    account = account or Account()
    for folder, letters in (("INBOX", INBOX), ("Sent", SENT)):
        for raw, date in letters:
            account[folder].deliver(raw, date=date)
    return account


def news(account: Account) -> None:
    """What may happen between two syncs: mail comes, is answered elsewhere, goes, is filed."""
    inbox = account["INBOX"]
    inbox.deliver(LATE[0], date=LATE[1])
    inbox.flag(1, "\\Answered", "\\Seen")
    inbox.expunge(5)
    account.move(4, "INBOX", "Archive")


@dataclass
class Mailroom:
    """A server, and a store that is filled from it."""

    server: ImapServer
    store: Store
    knowledge: Knowledge
    pace: Pace = field(default=Pace())

    def read(self, *, told: bool = False) -> SyncReport:
        """One sync by a new connection; `told` raises a wish to be left alone, as the one who waits does."""
        source = ImapSource.connect(self.server.account(), "open-sesame")
        try:
            report = self._intake().read(source)
        finally:
            source.close()
        if told:
            self._intake().check_rest()
        return report

    def _intake(self) -> Intake:
        return Intake(self.store, ADDRESS, OWNER, self.knowledge, NOW, pace=self.pace)

    def is_well_again(self) -> None:
        """No faults any more, and the time that the server asked for has passed."""
        self.server.heal()
        self.store.accounts.rest(self.store.account_id(ADDRESS), NOW)

    def watched(self, does: Callable[[], Result]) -> Result:
        """Do it; where it hangs, the server is unplugged and the test fails."""
        unplugged = threading.Event()

        def unplug() -> None:
            unplugged.set()
            self.server.hang_up()

        timer = threading.Timer(PATIENCE_S, unplug)
        timer.start()
        try:
            return does()
        finally:
            timer.cancel()
            assert not unplugged.is_set(), "it would have waited for ever"


def content(store: Store) -> dict[str, Any]:
    """All that a store knows of a mailbox, without the numbers of its own rows."""
    with closing(sqlite3.connect(store.path)) as database:
        database.row_factory = sqlite3.Row
        messages = {row["id"]: row for row in database.execute("SELECT * FROM messages")}
        talks = {row["id"]: row for row in database.execute("SELECT * FROM conversations")}
        return {
            "messages": {row["message_id"]: _document(row["document"]) for row in messages.values()},
            "places": sorted(
                (p["folder"], p["uidvalidity"], p["uid"], p["unreadable"], p["message"] and messages[p["message"]]["message_id"])
                for p in database.execute("SELECT * FROM places")
            ),
            "folders": sorted(
                (row["name"], row["uidvalidity"], row["uidnext"], row["total"]) for row in database.execute("SELECT * FROM folders")
            ),
            "conversations": {
                frozenset(m["message_id"] for m in messages.values() if m["conversation_id"] == id_): (row["standing"], row["reason"], row["who"], row["due"])
                for id_, row in talks.items()
            },
            "to judge": database.execute("SELECT count(*) FROM to_judge").fetchone()[0],
        }  # fmt: skip


def _document(said: bytes) -> dict[str, Any]:
    """A message as it is judged; where its first copy lay is no part of that."""
    document: dict[str, Any] = json.loads(said)
    document.pop("key")
    return document
