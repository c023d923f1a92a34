"""Fixtures of the tests with real servers."""

from __future__ import annotations

import pytest

from support.dovecot import Dovecot, missing


@pytest.fixture(scope="session")
def dovecot():
    """One Dovecot for all tests of a run; each test adds a user of its own."""
    if reason := missing():
        pytest.skip(reason)
    with Dovecot() as server:
        yield server
