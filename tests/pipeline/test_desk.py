"""The desk over a real store: what is shown, and what saving a draft does to a Drafts folder."""

from __future__ import annotations

import threading
import time

import pytest

from repliquette.errors import UnknownError
from repliquette.mailbox.archive import ArchiveSource
from repliquette.model import DraftReceipt
from repliquette.pipeline.desk import Desk
from repliquette.pipeline.knowledge import know
from repliquette.pipeline.sync import Intake
from repliquette.settings import AccountSetting, Settings
from repliquette.store import Store
from support.mail import ME, NOW, OWNER

LETTER = b"""From: Ana Ruiz <ana@client.example>\r
To: Kim Lee <kim@northwind.example>\r
Subject: The keys\r
Date: Mon, 2 Mar 2026 09:00:00 +0000\r
Message-ID: <keys@client.example>\r
\r
Hi Kim,\r
\r
could you bring me the keys of the shed on Thursday?\r
\r
Ana\r
"""
WORDS = "Hi Ana,\n\nThursday it is.\n\nKim\n"


class Folder:
    """A Drafts folder that looks, takes its time, then writes, as a server does."""

    def __init__(self):
        self.drafts = {}
        self.written = 0

    def append_draft(self, raw, message_id):
        if message_id in self.drafts:
            return DraftReceipt(message_id, "Drafts", created=False)
        time.sleep(0.02)
        self.drafts[message_id] = raw
        self.written += 1
        return DraftReceipt(message_id, "Drafts")

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    (tmp_path / "1.eml").write_bytes(LETTER)
    store = Store(tmp_path / "store.sqlite")
    yield store
    store.close()


@pytest.fixture
def folder():
    return Folder()


@pytest.fixture
def desk(store, folder, tmp_path):
    knowledge = know()
    Intake(store, ME.email, OWNER, knowledge, NOW).read(ArchiveSource(tmp_path))
    settings = Settings(name=ME.name, account=(AccountSetting(address=ME.email, host="imap.northwind.example"),))
    return Desk(settings, store, knowledge, lambda _account: folder, lambda: NOW)


@pytest.fixture
def owed(desk):
    [entry] = desk.entries().entries
    return entry.id


def test_saving_twice_makes_one_draft(desk, owed, folder):
    first, second = (desk.save_draft(owed, body=WORDS) for _ in range(2))

    assert (first.created, second.created, folder.written) == (True, False, 1)
    assert desk.show(owed).draft_saved


def test_saving_twice_at_the_same_moment_makes_one_draft(desk, owed, folder):
    """A double click is two requests in two threads."""
    clicks = [threading.Thread(target=desk.save_draft, args=(owed,), kwargs={"body": WORDS}) for _ in range(3)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()

    assert folder.written == 1


def test_a_draft_that_the_owner_deleted_is_laid_down_again(desk, owed, folder):
    """Our own note of it does not say that it still lies there."""
    desk.save_draft(owed, body=WORDS)
    folder.drafts.clear()

    again = desk.save_draft(owed, body=WORDS)

    assert again.created
    assert list(folder.drafts) == [again.message_id]


def test_a_conversation_that_a_sync_joins_to_another_one_meanwhile(desk, owed, monkeypatch):
    monkeypatch.setattr(desk.store, "load", lambda *_: [])

    with pytest.raises(UnknownError, match="part of another one"):
        desk.show(owed)
