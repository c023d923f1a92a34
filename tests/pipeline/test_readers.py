"""Reading in several processes: the same messages in the same order, whatever becomes of a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from repliquette.message import lore as lores
from repliquette.message.parse import parse
from repliquette.model import Message, MessageKey, RawMessage, Unreadable
from repliquette.pipeline import readers as room
from repliquette.pipeline.readers import FEW, Readers
from repliquette.rulebook.files import shipped_rules

LETTER = b"""From: Ida Holm <ida@kiln.example>
To: kim@press.example
Date: Mon, 2 Mar 2026 09:%02d:00 +0100
Subject: Glaze number %d
Message-ID: <glaze-%d@kiln.example>
In-Reply-To: <before@press.example>
Received: from kiln.example by press.example; Mon, 2 Mar 2026 09:00:00 +0100

Could you tell me by Thursday which of the two glazes you prefer?

> earlier words
"""


@pytest.fixture(scope="module")
def lore():
    return lores.load(shipped_rules())


def letters(count: int) -> list[RawMessage]:
    return [
        RawMessage(LETTER % (n % 60, n, n), MessageKey("INBOX", 7, n), flags=frozenset({"\\Seen"}))
        for n in range(1, count + 1)
    ]


def processes(readers: Readers) -> list[int]:
    return [r._process.pid for r in readers._readers if r._process is not None]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_processes_read_what_one_reads_in_the_same_order(lore):
    raws = [*letters(3 * FEW), RawMessage(b"\x00\x01", MessageKey("INBOX", 7, 999))]
    with Readers(lore, workers=2) as readers:
        assert readers.read(raws) == [parse(raw, lore) for raw in raws]
        assert len(processes(readers)) == 2


@pytest.mark.parametrize(("workers", "count"), [(0, 2 * FEW), (2, FEW - 1)], ids=["no worker", "few messages"])
def test_no_process_is_started_where_none_pays(lore, workers, count):
    with Readers(lore, workers=workers) as readers:
        assert [m.key.uid for m in readers.read(letters(count))] == list(range(1, count + 1))
        assert processes(readers) == []


def test_batches_are_read_while_the_caller_does_something_else(lore):
    raws = letters(2 * FEW)
    with Readers(lore, workers=1) as readers:
        asked = [readers.submit(raws[:FEW]), readers.submit(raws[FEW:])]
        assert [m.key.uid for batch in asked for m in batch.result()] == list(range(1, 2 * FEW + 1))


DEADLY = """
import os
from repliquette.pipeline import reader
gentle = reader.parse
def parse(raw, lore):
    if raw.key.uid in (5, 6):
        os.kill(os.getpid(), 9)
    return gentle(raw, lore)
reader.parse = parse
import sys
reader.main(sys.argv[1])
"""


def test_a_message_that_kills_its_reader_is_alone_unreadable(lore, monkeypatch):
    monkeypatch.setattr(room, "_PROGRAM", DEADLY)
    with Readers(lore, workers=2) as readers:
        read = readers.read(letters(2 * FEW))
    assert [m.key.uid for m in read] == list(range(1, 2 * FEW + 1))
    assert [m.key.uid for m in read if isinstance(m, Unreadable)] == [5, 6]


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "print('hello', flush=True)"], ids=["ends", "babbles"])
def test_where_no_process_starts_messages_are_read_here(lore, monkeypatch, program):
    monkeypatch.setattr(room, "_PROGRAM", program)
    with Readers(lore, workers=2) as readers:
        assert all(isinstance(m, Message) for m in readers.read(letters(2 * FEW)))


def test_where_the_interpreter_is_no_program_messages_are_read_here(lore, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with Readers(lore, workers=1) as readers:
        assert all(isinstance(m, Message) for m in readers.read(letters(FEW)))


def test_what_a_library_prints_does_not_spoil_an_answer(lore, monkeypatch):
    monkeypatch.setattr(
        room, "_PROGRAM", "import atexit\n" + DEADLY.replace("os.kill(os.getpid(), 9)", "print('noise')")
    )
    with Readers(lore, workers=1) as readers:
        assert all(isinstance(m, Message) for m in readers.read(letters(FEW)))


def test_leaving_in_the_middle_ends_every_process(lore):
    with Readers(lore, workers=2) as readers:
        readers.read(letters(2 * FEW))
        known = processes(readers)
        for _ in range(6):
            readers.submit(letters(4 * FEW))
    assert known
    assert not any(is_alive(pid) for pid in known)


ASKING = """
import sys, time
from repliquette.message.lore import load
from repliquette.pipeline.readers import Readers
from repliquette.model import RawMessage
from repliquette.rulebook.files import shipped_rules
# No `if __name__ == "__main__"`: a caller need not be prepared.
readers = Readers(load(shipped_rules()), workers=1)
readers.read([RawMessage(b"From: a@b.example\\n\\nHi")] * 50)
print(readers._readers[0]._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_no_reader_outlives_its_caller(tmp_path, end):
    script = tmp_path / "asking.py"
    script.write_text(ASKING)
    caller = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        reader = int(caller.stdout.readline())
        assert is_alive(reader)
        caller.send_signal(end)
        caller.wait(10)
        patience = time.monotonic() + 10
        while is_alive(reader) and time.monotonic() < patience:
            time.sleep(0.02)
        assert not is_alive(reader)
    finally:
        caller.kill()
        caller.wait()
        caller.stdout.close()
