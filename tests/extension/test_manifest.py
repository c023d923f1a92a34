"""S13: the extension asks for the least, in both families of browsers."""

from __future__ import annotations

import json

import pytest

import repliquette
from repliquette.settings import DEFAULT_PORT

WEBMAILS = {
    "https://mail.google.com/*",
    "https://outlook.live.com/*",
    "https://outlook.office.com/*",
    "https://outlook.office365.com/*",
    "https://outlook.cloud.microsoft/*",
}


@pytest.fixture(params=["chrome", "firefox"])
def browser(request):
    return request.param


@pytest.fixture
def manifest(dist, browser):
    return json.loads((dist / browser / "manifest.json").read_text("utf-8"))


def test_it_has_exactly_the_permissions_it_uses(manifest, browser):
    """Firefox knows no side panel, and ignores a host permission with a port."""
    assert manifest["permissions"] == (["storage", "sidePanel"] if browser == "chrome" else ["storage"])
    host = f"http://127.0.0.1:{DEFAULT_PORT}/*" if browser == "chrome" else "http://127.0.0.1/*"
    assert manifest["host_permissions"] == [host]


def test_content_scripts_run_on_the_named_webmails_alone(manifest):
    assert {match for script in manifest["content_scripts"] for match in script["matches"]} == WEBMAILS


@pytest.mark.parametrize(
    "key",
    [
        "externally_connectable",
        "web_accessible_resources",
        "optional_permissions",
        "optional_host_permissions",
        "update_url",
    ],
)
def test_nothing_opens_it_to_pages_or_to_more(manifest, key):
    assert key not in manifest


def test_its_pages_run_their_own_files_and_reach_the_backend_alone(manifest):
    policy = dict(
        part.strip().split(" ", 1) for part in manifest["content_security_policy"]["extension_pages"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "connect-src": f"http://127.0.0.1:{DEFAULT_PORT}",
    }


def test_every_file_it_names_is_there(dist, browser, manifest):
    named = [
        *(file for script in manifest["content_scripts"] for file in script["js"]),
        *manifest["icons"].values(),
        *manifest["background"].get("scripts", [manifest["background"].get("service_worker")]),
        manifest.get("side_panel", {}).get("default_path") or manifest["sidebar_action"]["default_panel"],
    ]
    assert [file for file in named if not (dist / browser / file).is_file()] == []


def test_each_browser_gets_its_own_way_to_the_panel(dist):
    chrome, firefox = (json.loads((dist / b / "manifest.json").read_text("utf-8")) for b in ("chrome", "firefox"))
    assert "sidebar_action" not in chrome
    assert "side_panel" not in firefox
    assert chrome["key"]
    assert firefox["browser_specific_settings"]["gecko"]["data_collection_permissions"] == {"required": ["none"]}


def test_it_has_the_version_of_the_package(manifest):
    assert manifest["version"] == repliquette.__version__
