"""The demo: the whole way on the embedded server, and nothing left behind."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from support.program import Program


def test_the_demo_shows_lists_and_a_draft_and_leaves_nothing(tmp_path):
    home = tmp_path / "home"
    before = set(Path(tempfile.gettempdir()).glob("repliquette-demo-*"))

    ran = Program(home)("demo", "--no-serve")

    assert ran.code == 0, ran.err
    assert re.search(r"\d{3} messages over IMAP, judged 1\d\d conversations", ran.err)
    assert re.search(r"You owe a reply: \d\d", ran.out)
    assert re.search(r"They owe you an answer: \d\d", ran.out)
    assert re.search(r"Saved a draft to .+ in Drafts:", ran.out)
    assert not home.exists()
    assert set(Path(tempfile.gettempdir()).glob("repliquette-demo-*")) <= before
