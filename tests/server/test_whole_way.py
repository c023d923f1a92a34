"""From a real mailbox on a real server to a courteous draft, as a person does it on the command line."""

from __future__ import annotations

import sys
from email import message_from_bytes, policy

import pytest

from support.enron import MAILBOXES, folders
from support.program import Program

pytestmark = [pytest.mark.server, pytest.mark.shared, pytest.mark.xdist_group("dovecot")]

SEAN = MAILBOXES[0]


@pytest.fixture
def mailbox(dovecot, shared):
    return dovecot.add_user(SEAN.address, folders=folders(shared, SEAN))


@pytest.fixture
def program(mailbox, tmp_path):
    """`setup` has been run; the password comes from a program, since the keyring has its own test."""
    run = Program(tmp_path / "home", SEAN.now)
    done = run(
        "setup", SEAN.address, "--host", mailbox.host, "--port", str(mailbox.port), "--ca-file", str(mailbox.ca_file),
        "--password-command", f"{sys.executable} -c \"print('{mailbox.password}')\"", "--name", "Sean Crandall",
        "--no-sync",
    )  # fmt: skip
    assert done.code == 0, done.err
    return run


def test_setup_sync_owed_draft(program, mailbox):
    """The draft lies in Drafts, in its thread; every other message, and every flag, is as it was."""
    before = mailbox.snapshot()

    first, second = program("sync", "--json"), program("sync", "--json")
    owed = program("owed", "--json").data
    row = next(r for r in owed["items"] if program("draft", r["id"], "--json").data)
    saved, again = (program("draft", row["id"], "--save", "--json").data for _ in range(2))

    total = sum(len(mailbox.messages(f)) for f in ("INBOX", "Sent"))
    assert first.data[0]["new"] > 0.9 * total  # the corpus has a few messages twice
    assert second.data == [{"account": SEAN.address, "new": 0, "judged": 0}]
    assert 0 < owed["total"] < total / 2
    assert owed["coverage"][0]["read"] == owed["coverage"][0]["total"] == total
    assert (saved["created"], again["created"]) == (True, False)

    [raw] = mailbox.messages("Drafts")
    draft = message_from_bytes(raw, policy=policy.default)
    shown = program("show", row["id"], "--json").data
    answered = next(m for m in shown["messages"] if m["id"] == shown["evidence"][0]["message_id"])
    assert draft["In-Reply-To"] == f"<{answered['id']}>"
    assert draft["References"].split()[-1] == f"<{answered['id']}>"
    assert draft["Subject"].lower().startswith("re:")
    assert draft["From"].addresses[0].addr_spec == SEAN.address
    assert [a.addr_spec for a in draft["To"].addresses] == [answered["from"]["email"]]
    assert "D" in mailbox.flags("Drafts")[0]

    after = mailbox.snapshot()
    assert {place: raw for place, raw in after.items() if ".Drafts" not in place} == before


def test_the_words_are_for_people(program):
    """Lists, reasons and coverage as a person reads them."""
    program("sync")
    owed, awaiting = program("owed", "--limit", "5"), program("awaiting", "--limit", "5")
    ids = [line.split()[0] for line in owed.out.splitlines()[1:] if line.startswith("c")]
    shown = program("show", ids[0], "--why")

    assert "Why" in owed.out
    assert "could not be read" not in owed.err
    assert f"{SEAN.address}: read" in owed.err
    assert awaiting.code == 0
    assert "You owe" in shown.out
    assert "confidence" in shown.out


def test_a_digest_of_a_real_mailbox(program, tmp_path):
    program("sync")
    page = tmp_path / "week.html"

    done = program("digest", "--html", str(page))

    data = program("digest", "--json").data

    assert done.code == 0, done.err
    assert sum(section["total"] for section in data["owed"]) == program("owed", "--json").data["total"]
    assert "to return" in done.err
    assert 1_000 < page.stat().st_size < 100_000


@pytest.mark.parametrize("mailbox_of", MAILBOXES[1:], ids=lambda m: m.owner)
def test_other_real_mailboxes_give_sensible_lists(dovecot, shared, tmp_path, mailbox_of):
    """Every message is read, and the share owed is of the size that readers of this mail found (one in five)."""
    user = dovecot.add_user(mailbox_of.address, folders=folders(shared, mailbox_of))
    run = Program(tmp_path, mailbox_of.now)
    done = run(
        "setup", mailbox_of.address, "--host", user.host, "--port", str(user.port), "--ca-file", str(user.ca_file),
        "--password-command", f"{sys.executable} -c \"print('{user.password}')\"",
    )  # fmt: skip

    assert done.code == 0, done.err
    owed = run("owed", "--json", "--limit", "200").data
    by_my_word = sum(row["reason"] == "promised" for row in owed["items"])
    assert owed["coverage"][0]["unreadable"] == 0
    assert owed["counts"]["owed"] - by_my_word <= max(5, 0.35 * len(user.messages("INBOX")))
    assert by_my_word <= max(2, 0.1 * len(user.messages("Sent")))
