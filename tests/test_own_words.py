"""What we ship is in our own words, and says nothing of the machine it was made on."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator

import pytest

from repliquette.message.lore import load
from repliquette.message.parse import parse
from repliquette.model import Kind, Message, RawMessage
from repliquette.rulebook.files import shipped_rules

RUN = 9  # words in a row: two people hardly ever write the same nine by chance


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold())
    return (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def _labelled_texts(shared) -> Iterator[str]:
    lore = load(shipped_rules())
    for path in sorted((shared / "eval" / "dev").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            for raw in json.loads(line)["messages"]:
                message = parse(RawMessage(raw.encode("utf-8", "surrogateescape")), lore)
                # What a mail server says of a bounce is the same everywhere.
                if isinstance(message, Message) and message.kind is not Kind.BOUNCE:
                    yield f"{message.fresh}\n{message.forwarded}"


@pytest.mark.shared
def test_no_labelled_sentence_stands_in_the_rules_or_the_sample(root, shared):
    """Rules that quote the test are measured against themselves."""
    theirs = {run for text in _labelled_texts(shared) for run in _runs(text)}
    ours = [*(root / "rules").rglob("*.toml"), *(root / "backend/repliquette/demo/sample").rglob("*.toml")]

    copied = {(path.name, " ".join(run)) for path in ours for run in _runs(path.read_text("utf-8")) if run in theirs}

    assert len(theirs) > 50_000
    assert copied == set()


def test_no_trace_of_a_machine(root):
    """No absolute path, no host of a package registry: a clone is at home anywhere."""
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    # Put together here, so that this file does not find itself.
    words = [
        "/wo" + "rk/",
        "/ro" + "ot/",
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "deb.debian" + ".org",
    ]
    found = subprocess.run(
        ["git", "grep", "-nIF", *(option for word in words for option in ("-e", word)), "--", ":!package-lock.json"],
        cwd=root, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip

    assert found == ""
