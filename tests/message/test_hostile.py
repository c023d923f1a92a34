"""S23: mail made to hurt is read within bounds of time and memory, each shape as its own case.

The promise is 2 s and 100 MiB beyond the mail's own size.  Memory is held here; the
time is measured by bench/hostile.py, since a busy machine is no defect: here only a
blow-up fails (such shapes once took minutes).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.hostile import SHAPES

BLOW_UP_S = 20
MIB = 100


@pytest.fixture(scope="module")
def meter():
    """A process with the lore loaded, that measures shapes by name."""
    program = Path(__file__).parents[1] / "support" / "hostile.py"
    # Coverage would slow the child several times over, and it is measured elsewhere.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    running = subprocess.Popen(
        [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=plain
    )

    def measure(name):
        running.stdin.write(f"{name}\n")
        running.stdin.flush()
        return json.loads(running.stdout.readline())

    with running:
        yield measure
        running.stdin.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_hostile(meter, shape):
    found = meter(shape)

    assert found["reason"] == ("This is not a mail message: it has no header." if "without a header" in shape else "")
    assert found["mib"] < MIB
    assert found["seconds"] < BLOW_UP_S
