"""Two `repliquette sync` at once, as real processes on one store and a real Dovecot (S21)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import closing

import pytest

from repliquette.errors import Exit
from repliquette.store import Store
from support.mailroom import content
from support.program import Program

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("dovecot")]

NOW = "2026-03-03T09:00:00Z"
MANY = 1_200
WATCHDOG_S = 120.0


def letter(number: int) -> bytes:
    return (
        f"From: Rosa Vidal <rosa{number % 40}@orchard.example>\r\nTo: Kim Lee <kim@northwind.example>\r\n"
        f"Subject: Crate {number}\r\nDate: Mon, 2 Mar 2026 {number // 60 % 24:02d}:{number % 60:02d}:00 +0000\r\n"
        f"Message-ID: <crate.{number}@orchard.example>\r\n\r\nKim, where shall we put crate {number}?\r\n"
    ).encode()


@pytest.fixture(scope="module")
def kim(dovecot):
    """Enough mail that a first reading takes seconds."""
    return dovecot.add_user("two.runs@northwind.example", {"INBOX": [letter(n) for n in range(MANY)], "Sent": []})


@pytest.fixture(scope="module")
def new_program(tmp_path_factory, kim):
    """The program with this mailbox set up, in a new home."""

    def made():
        program = Program(tmp_path_factory.mktemp("home"), NOW)
        done = program(
            "setup", kim.address, "--host", kim.host, "--port", str(kim.port), "--ca-file", str(kim.ca_file),
            "--password-command", f"{sys.executable} -c \"print('{kim.password}')\"", "--name", "Kim Lee", "--no-sync",
        )  # fmt: skip
        assert done.code == 0, done.err
        return program

    return made


@pytest.fixture(scope="module")
def single(new_program):
    """The store of a run that had nobody beside it."""
    program = new_program()
    assert program("sync").code == Exit.OK
    return stored(program)


def stored(program):
    with closing(Store(program.home / "store.sqlite")) as store:
        return content(store)


def begun(program, *words):
    """A run that goes on beside us."""
    return subprocess.Popen(
        [sys.executable, "-c", "from repliquette.cli import main; main()", "sync", "--json", *words],
        env={**os.environ, "REPLIQUETTE_HOME": str(program.home), "REPLIQUETTE_NOW": NOW, "COLUMNS": "200"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(run):
    out, err = run.communicate(timeout=WATCHDOG_S)
    return json.loads(out)[0], err, run.returncode


def until_it_reads(program):
    """It holds the store when its number stands in the note."""
    end = time.monotonic() + WATCHDOG_S
    while not (program.home / "sync.pid").exists():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("words", [(), ("--wait",)], ids=["refused", "waits"])
def test_two_runs_at_once_end_as_one(new_program, single, words):
    """The second says who reads, or waits for it; nothing is fetched or stored twice."""
    program = new_program()
    first = begun(program)
    until_it_reads(program)
    second, err, code = ended(begun(program, *words))
    read, _, first_code = ended(first)

    assert first_code == Exit.OK
    assert read["new"] == MANY
    if words:
        assert (code, second["new"], second["judged"]) == (Exit.OK, 0, 0)
    else:
        assert (code, second["error"]) == (Exit.BUSY, "busy")
        assert f"process {first.pid}" in err
        assert program("sync", "--json").data[0]["new"] == 0
    assert stored(program) == single


def test_two_runs_that_begin_in_the_same_instant(new_program, single):
    """Whichever is first, one reads everything and the other, which waits, finds nothing left."""
    program = new_program()
    runs = [begun(program, "--wait") for _ in range(2)]
    told = [ended(run) for run in runs]

    assert [code for *_, code in told] == [Exit.OK] * 2
    assert sorted(data["new"] for data, *_ in told) == [0, MANY]
    assert stored(program) == single
