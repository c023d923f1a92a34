"""S21: killed at any instant, a sync loses nothing and doubles nothing: the next run ends as if nothing had happened."""

from __future__ import annotations

import imaplib
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from repliquette.errors import BusyError
from repliquette.model import Address
from repliquette.pipeline.sync import alone
from support.cut_off import Nursery
from support.letters import raw
from support.mail import ANA, BEN, ME

pytestmark = pytest.mark.server

MAILBOXES = 3
KILLS = 9  # of a first and of an incremental sync, on each of them: 54 in all
TIMES = {"accounts": ("synced_at",), "folders": ("counted_at",), "conversations": ("judged_at",)}
PEOPLE = [ANA, BEN, *(Address(f"guest{n}@people.example", f"Guest {n}") for n in range(12))]
ASKS = (
    "Could you send me the figures for item {n}? I need them by Friday.",
    "Would you like to have dinner with us on the {n}th?",
    "For your information, pallet {n} has arrived.",
    "Did you get my last note about item {n}?",
    "My mother died last week, and I do not know about item {n} yet.",
)


def letters(seed, count, start_hours, span_hours):
    """Letters in and out: asked, answered or not, in threads or without identifiers, notes and newsletters among them."""
    chance = random.Random(seed)
    inbox, sent = [], []
    for n in range(count):
        who, ago = chance.choice(PEOPLE), start_hours + chance.random() * span_hours
        name, subject = f"{seed}-{n}", f"Item {chance.randrange(count // 3)}"
        kind = chance.random()
        if kind < 0.15:
            inbox.append(raw("News.", sender=who, message_id=name, subject=subject, ago=ago, List_Unsubscribe="<x:y>"))
            continue
        inbox.append(raw(chance.choice(ASKS).format(n=n), sender=who, message_id=name, subject=subject, ago=ago))
        if kind < 0.5:
            bound = {} if kind < 0.2 else {"In_Reply_To": f"<{name}@t.example>"}
            answer = raw("Here it is. When do you need the rest?", sender=ME, to=who, message_id=f"{name}-re",
                         subject=f"Re: {subject}", ago=ago - 1, **bound)  # fmt: skip
            sent.append(answer)
        elif kind < 0.6:
            away = raw("I am out of the office until 3 March 2026.", sender=ME, to=who, message_id=f"{name}-away",
                       subject=f"Automatic reply: {subject}", ago=ago - 0.5, Auto_Submitted="auto-replied")  # fmt: skip
            sent.append(away)
    return inbox, sent


@pytest.fixture(scope="module")
def user(dovecot):
    inbox, sent = letters(1, 200, 24, 24 * 365 * 4)
    folders = {"INBOX": inbox, "Sent": sent, "Archive": inbox[:20]}
    return dovecot.add_user(ME.email, folders)


@pytest.fixture(scope="module")
def nursery(user):
    with Nursery(user) as nursery:
        yield nursery


def rows(store):
    """Every row of a store, but for the instants at which it was made."""
    with closing(sqlite3.connect(store)) as raw_store:
        tables = [name for (name,) in raw_store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for table in tables:
            columns = [
                c[1] for c in raw_store.execute(f"PRAGMA table_info({table})") if c[1] not in TIMES.get(table, ())
            ]
            found[table] = sorted(raw_store.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)
        assert raw_store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return found


def killed_on_the_way(nursery, store, chance, whole, base=None):
    """Kill run after run on one store, at random instants and at random commits; one that came to its end begins anew."""
    kills = 0
    begin(store, base)
    while kills < KILLS:
        at_commit = chance.randrange(1, max(2, whole["commits"] // 5)) * chance.choice((1, -1))
        after = {"seconds": chance.random() * whole["seconds"] / 3}
        died = nursery.sync(store, **(after if chance.random() < 0.5 else {"commits": at_commit}))["killed"]
        kills += died
        if not died:
            begin(store, base)


def begin(store, base):
    for file in store.parent.glob(f"{store.name}*"):
        file.unlink()
    if base is not None:
        shutil.copy(base, store)


def test_s21_a_first_sync_killed_at_random_instants_ends_as_an_undisturbed_one(nursery, tmp_path):
    whole = nursery.sync(tmp_path / "whole.sqlite")
    expected = rows(tmp_path / "whole.sqlite")
    for seed in range(MAILBOXES):
        store = tmp_path / f"{seed}.sqlite"
        killed_on_the_way(nursery, store, random.Random(seed), whole)
        nursery.sync(store)
        assert rows(store) == expected
    assert whole["killed"] is False
    assert len(expected["messages"]) > 250


def test_s21_an_incremental_sync_killed_at_random_instants_ends_as_an_undisturbed_one(nursery, user, tmp_path):
    base = tmp_path / "base.sqlite"
    nursery.sync(base)
    change(user)
    shutil.copy(base, tmp_path / "whole.sqlite")
    whole = nursery.sync(tmp_path / "whole.sqlite")
    expected = rows(tmp_path / "whole.sqlite")
    for seed in range(MAILBOXES):
        store = tmp_path / f"{seed}.sqlite"
        killed_on_the_way(nursery, store, random.Random(100 + seed), whole, base)
        nursery.sync(store)
        assert rows(store) == expected
    assert expected["messages"] != rows(base)["messages"]


def change(user):
    """New mail, answers from another program, deletions, moves."""
    inbox, sent = letters(2, 40, 1, 20)
    user.deliver("INBOX", *inbox)
    user.deliver("Sent", *sent)
    with imaplib.IMAP4(user.host, user.plain_port) as client:
        client.login(user.address, user.password)
        client.select("INBOX")
        client.uid("STORE", "1:10", "+FLAGS", r"(\Answered)")
        client.uid("STORE", "11:20", "+FLAGS", r"(\Deleted)")
        client.uid("EXPUNGE", "11:15")
        client.uid("MOVE", "21:30", "Archive")
        client.select("Sent")
        client.uid("STORE", "1:5", "+FLAGS", r"(\Deleted)")
        client.expunge()


HOLD = """
import sys, time
from pathlib import Path
from repliquette.pipeline.sync import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_s21_a_second_process_says_so_and_doubles_nothing(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match="Another Repliquette"), alone(tmp_path):
            pass
        other.stdin.close()
        other.wait(30)
        with alone(tmp_path):
            pass
