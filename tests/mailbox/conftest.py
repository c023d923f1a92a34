"""Fixtures of the mailbox tests."""

from __future__ import annotations

import pytest

from support.imapserver import Certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A good certificate for 127.0.0.1, with its authority."""
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")
