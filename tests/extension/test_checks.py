"""The types of the extension by `tsc`, and Mozilla's linter on the Firefox build."""

from __future__ import annotations

import json
import subprocess

import pytest


@pytest.fixture(scope="module")
def tools(root):
    """The folder of the checking programs; `npm ci` brings them."""
    found = root / "node_modules" / ".bin"
    if not (found / "tsc").exists():
        pytest.skip("the checkers are not installed (npm ci)")
    return found


def test_the_types_hold(root, tools):
    run = subprocess.run([tools / "tsc", "--project", root], capture_output=True, text=True, check=False)

    assert run.stdout == ""
    assert run.returncode == 0


def test_mozillas_linter_has_nothing_to_say(dist, tools):
    command = [tools / "web-ext", "lint", "--source-dir", dist / "firefox", "--output", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert [
        (m["code"], m["file"]) for kind in ("errors", "warnings", "notices") for m in json.loads(run.stdout)[kind]
    ] == []
