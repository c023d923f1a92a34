"""The benchmark of sync runs through on a small mailbox and tells every figure; how fast is not asked here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support import dovecot

PROGRAM = Path(__file__).parents[2] / "bench" / "sync.py"


@pytest.mark.server
@pytest.mark.skipif(bool(dovecot.missing()), reason=dovecot.missing() or "it is here")
def test_every_figure_is_told(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, str(PROGRAM), "--quick", "--messages", "150", "--json", str(figures)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    told = {figure["what"].partition(",")[0]: figure for figure in json.loads(figures.read_text())}
    assert done.stdout.count("|") > 6 * len(told), done.stderr
    assert not told["first sync"]["beside"].startswith("0 ")
    assert told.keys() >= {
        "first list (the last 90 days)",
        "peak memory of all processes (PSS)",
        "fetch stage",
        "sync without changes",
        "ten new messages",
        "one new message",
    }
