"""What every test shares: no network but loopback, and the labelled mail beside the project."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# No test is timed: a busy machine is no defect of ours.
settings.register_profile("repliquette", deadline=None)
settings.load_profile("repliquette")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch):
    """S12: no test, and so none of our code under test, connects to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to connect to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled and real mail; a stranger's clone has none and skips what needs it."""
    place = Path(os.environ.get("REPLIQUETTE_SHARED", ROOT.parent / "shared"))
    if not (place / "eval" / "dev").is_dir():
        pytest.skip("the labelled mail (../shared, or REPLIQUETTE_SHARED) is not on this machine")
    return place


def pytest_sessionfinish(session):
    """Where every program is promised to be there (CI), a test that skips has not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REPLIQUETTE_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
