"""The shipped rules, loaded once."""

from __future__ import annotations

import pytest

from repliquette.message import lore as lores
from repliquette.reasons import rules


@pytest.fixture(scope="session")
def lore(root):
    return lores.load(root / "rules")


@pytest.fixture(scope="session")
def book(root):
    return rules.load(root / "rules")
