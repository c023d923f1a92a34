"""Browsers, the built extension, and a stand-in backend on the port it was built for."""

from __future__ import annotations

import importlib.util

import pytest
from playwright.sync_api import sync_playwright

from support import browsers, fakeapi


@pytest.fixture(scope="session")
def port():
    """The port for which the extension of this run is built; one backend at a time listens on it."""
    return browsers.free_port()


@pytest.fixture(scope="session")
def built(root, port, tmp_path_factory):
    """The extension, built for the test's port; folders by browser."""
    spec = importlib.util.spec_from_file_location("build", root / "extension" / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return build.build(tmp_path_factory.mktemp("dist"), port)


@pytest.fixture(scope="session")
def playwright():
    """Playwright over the system's Chromium; it downloads nothing."""
    if browsers.CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as running:
        yield running


@pytest.fixture
def chromium(playwright, built, tmp_path):
    """Headless Chromium with the extension loaded and the webmails' names leading to the fixture pages."""
    with browsers.chromium(playwright, built["chrome"], tmp_path / "profile") as beside:
        yield beside


@pytest.fixture
def backend(port):
    """The stand-in backend, on the port that the extension knows."""
    with fakeapi.running(port) as running:
        yield running


@pytest.fixture
def paired(chromium, backend):
    """Chromium, connected to the stand-in."""
    chromium.pair(backend.token)
    return chromium


@pytest.fixture(scope="session")
def plain_chromium(playwright):
    """Chromium without an extension, for the backend's own page."""
    browser = playwright.chromium.launch(executable_path=browsers.CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def page(plain_chromium, backend):
    """The backend's page, wide; the test fails where the page's policy or a script complains."""
    page = plain_chromium.new_page(viewport={"width": 1280, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "status of" not in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(backend.url)
    yield page
    page.close()
    assert complaints == []
