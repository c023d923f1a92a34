"""`owed`, `awaiting` and `digest` over mail on disk: what they claim, and what time changes."""

from __future__ import annotations

import pytest

from repliquette.errors import Exit
from repliquette.pipeline.sync import alone
from repliquette.store import Store, Wanted, mail
from support.mail import NOW
from support.program import Program

ME = "kim@northwind.example"
ASKED = """From: Kim Lee <kim@northwind.example>
To: Ben Ode <ben@other.example>
Subject: The shed
Date: Tue, 3 Mar 2026 08:00:00 +0000
Message-ID: <shed@northwind.example>

Hi Ben, could you tell me which colour you chose for the shed?
"""


@pytest.fixture
def program(tmp_path):
    """I asked Ben an hour ago; nobody asked me anything."""
    sent = tmp_path / "mail" / "Sent"
    sent.mkdir(parents=True)
    (sent / "1.eml").write_text(ASKED)
    run = Program(tmp_path / "home", "2026-03-03T09:00:00Z")
    done = run("setup", ME, "--archive", str(tmp_path / "mail"), "--alias", "kim.lee@northwind.example")
    assert done.code == 0, done.err
    return run


def test_only_a_whole_list_without_rows_is_all_caught_up(program):
    assert "All caught up" in program("owed").err
    for narrowed in (["--search", "piano"], ["--reason", "ask"], ["--account", ME]):
        ran = program("owed", *narrowed)
        assert "Nothing fits." in ran.err
        assert "caught up" not in ran.err


def test_an_account_that_is_none_of_mine_is_no_empty_list(program):
    ran = program("awaiting", "--account", "kin@northwind.example")

    assert ran.code == Exit.SETTINGS
    assert f"accounts: {ME}" in ran.err
    assert program("awaiting", "--json", "--account", "KIM.LEE@northwind.example").data["total"] == 1


def test_the_digest_sees_what_time_alone_has_changed(program):
    """Lists and digest say the same of the same moment, whichever is asked first."""
    soon = program("digest").out
    program.now = "2026-03-20T09:00:00Z"
    late = program("digest").out

    assert "Give them a day" in soon
    assert "Give them a day" not in late
    assert "WAITING FOR OTHERS" in late


def test_a_list_is_shown_while_another_run_reads(program):
    """With what is known so far: the first sync of a large mailbox takes a while."""
    store = Store(program.home / "repliquette.sqlite")
    [entry] = store.page(Wanted(), NOW).entries
    with store.writing() as connection:
        mail.mark(connection, store.account_id(ME), [entry.id])
    store.close()
    with alone(program.home):
        ran = program("awaiting")

    assert ran.code == 0
    assert entry.id in ran.out


def test_words_of_my_own_go_with_save(program, tmp_path):
    (tmp_path / "words.txt").write_text("Hi Ben")

    ran = program("draft", "c1", "--body", str(tmp_path / "words.txt"))

    assert ran.code == Exit.USAGE
    assert "--save" in ran.err
