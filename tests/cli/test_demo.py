"""The demo: the whole way on the embedded server, and nothing left behind."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

from support.program import Program


def test_the_demo_shows_lists_and_a_draft_and_leaves_nothing(tmp_path):
    home = tmp_path / "home"
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    ran = Program(home, environment={"TMPDIR": str(temporary)})("demo", "--no-serve")

    assert ran.code == 0, ran.err
    assert re.search(r"\d{3} messages over IMAP, judged 1\d\d conversations", ran.err)
    assert re.search(r"You owe a reply: \d\d", ran.out)
    assert re.search(r"They owe you an answer: \d\d", ran.out)
    assert re.search(r"Saved a draft to .+ in Drafts:", ran.out)
    assert not home.exists()
    assert list(temporary.iterdir()) == []


def test_the_sidebar_can_be_let_into_a_running_demo(free_port):
    """The command that the demo prints works in another terminal, though the demo's mailbox is in no settings."""
    command = [sys.executable, "-c", "from repliquette.cli import main; main()"]
    demo = subprocess.Popen([*command, "demo", "--port", str(free_port)], stdout=PIPE, stderr=PIPE, text=True)
    try:
        line = next(line for line in demo.stderr if "For the browser sidebar, run:" in line)
        told = shlex.split(line.partition("run:")[2])
        ran = subprocess.run([*command, *told[1:]], stdout=PIPE, text=True, check=True)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=30)

    assert told[0] == "-c"  # how this test calls the program
    assert re.fullmatch(r"\d{6}\n", ran.stdout)
    assert not Path(told[2]).exists()
