"""A live service for the tests of its room, and the table of its routes."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.service import running


@pytest.fixture(scope="session")
def panel(tmp_path_factory) -> Path:
    """A small panel, with files beside it that must never be served."""
    folder = tmp_path_factory.mktemp("extension") / "panel"
    (folder / "views").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Repliquette</title>")
    (folder / "main.js").write_text("export {};\n")
    (folder / "views" / "list.js").write_text("export {};\n")
    (folder / "notes.txt").write_text("not of a known type")
    (folder / ".hidden.js").write_text("hidden")
    (folder.parent / "outside.js").write_text("outside")
    (folder / "link.js").symlink_to(folder.parent / "outside.js")
    return folder


@pytest.fixture
def live(panel):
    """A fresh service on a free port."""
    with running(panel) as service:
        yield service
