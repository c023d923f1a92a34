"""S23: mail made to hurt is read within 2 s and 100 MiB beyond its own size, each shape as its own case."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.hostile import SHAPES

SECONDS = 2
MIB = 100


@pytest.fixture(scope="module")
def meter():
    """A process with the lore loaded, that measures shapes by name."""
    program = Path(__file__).parents[1] / "support" / "hostile.py"
    running = subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
    assert found["seconds"] < SECONDS
