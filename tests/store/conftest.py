"""A store in a fresh folder."""

from __future__ import annotations

import pytest

from repliquette.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home" / "store.sqlite")
    yield store
    store.close()
