"""The page at `/`: a one-time link buys a strict cookie, and only the panel's own files are served."""

from __future__ import annotations

import pytest

from repliquette.limits import TOKEN_FAILURES_A_MINUTE
from repliquette.web.page import PANEL_POLICY, read_panel, shipped_panel
from support.service import LINK_KEY


def opened(live):
    """The secret in the cookie of an opened link."""
    cookie = live.ask("GET", f"/open?key={LINK_KEY}", site="none").headers["set-cookie"]
    return cookie.partition(";")[0].partition("=")[2]


def test_s3_a_link_opens_the_page(live):
    reply = live.ask("GET", f"/open?key={LINK_KEY}", site="none")
    cookie, *attributes = reply.headers["set-cookie"].split("; ")

    assert (reply.status, reply.headers["location"]) == (303, "/")
    assert set(attributes) == {"HttpOnly", "SameSite=Strict", "Path=/"}
    assert cookie.startswith(f"repliquette-{live.port}=")
    assert live.ask("GET", "/", site="none", cookie=cookie.partition("=")[2]).body.startswith(b"<!doctype html>")


def test_s3_a_link_is_good_once(live):
    first, second = (live.ask("GET", f"/open?key={LINK_KEY}", site="none") for _ in range(2))

    assert (first.status, second.status) == (303, 401)
    assert "set-cookie" not in second.headers
    assert b"has been used" in second.body


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_s3_another_site_cannot_use_a_link_up(live, site):
    assert live.ask("GET", f"/open?key={LINK_KEY}", site=site).status == 403
    assert live.keys.link == LINK_KEY


def test_s8_a_head_request_does_not_use_a_link_up(live):
    assert live.ask("HEAD", f"/open?key={LINK_KEY}").status == 405
    assert live.keys.link == LINK_KEY


def test_s6_keys_cannot_be_tried_without_end(live):
    """Beyond twenty failures a minute not even the right key is looked at."""
    failures = [live.ask("GET", "/open?key=wrong").status for _ in range(TOKEN_FAILURES_A_MINUTE)]

    assert failures == [401] * TOKEN_FAILURES_A_MINUTE
    assert live.ask("GET", f"/open?key={LINK_KEY}").status == 429


@pytest.mark.parametrize("query", ["", "?key=", "?key=a&key=b", "?key=a&more=b", "?key=a%0d%0ab"])
def test_a_link_that_is_none_is_told_so(live, query):
    reply = live.ask("GET", f"/open{query}")

    assert (reply.status, reply.json["error"]["code"]) == (400, "request")


@pytest.mark.parametrize("cookie", [None, "", "wrong", "y" * 5000])
def test_without_a_session_the_page_says_how_to_open_it(live, cookie):
    reply = live.ask("GET", "/", site="none", cookie=cookie)

    assert reply.status == 401
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert b"repliquette serve --open" in reply.body
    assert "script" not in reply.headers["content-security-policy"]


def test_s10_the_panel_runs_only_its_own_files(live):
    secret = opened(live)
    for path in ("/", "/index.html", "/main.js"):
        reply = live.ask("GET", path, cookie=secret, site="same-origin")
        assert (reply.status, reply.headers["content-security-policy"]) == (200, PANEL_POLICY)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/index.html", "text/html"), ("/main.js", "text/javascript"), ("/views/list.js", "text/javascript")],
)
def test_files_come_with_their_type(live, path, kind):
    reply = live.ask("GET", path, cookie=opened(live), site="same-origin")

    assert (reply.status, reply.headers["content-type"]) == (200, f"{kind}; charset=utf-8")


@pytest.mark.parametrize("path", ["/index.html", "/main.js", "/views/list.js"])
def test_s6_files_need_the_session_too(live, path):
    assert live.ask("GET", path, site="same-origin").status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.js",
        "/views/../../outside.js",
        "/%2e%2e/outside.js",
        "/..%2foutside.js",
        "/..%5coutside.js",
        "/views/..%2f..%2foutside.js",
        "/main.js/",
        "/main.js%00",
        "/MAIN.JS",
        "/views",
        "/views/",
        "/notes.txt",
        "/.hidden.js",
        "/link.js",
        "/etc/passwd",
        "/static/main.js",
    ],
)
def test_nothing_beside_the_panel_s_files_is_served(live, path):
    reply = live.ask("GET", path, cookie=opened(live), site="same-origin")

    assert (reply.status, reply.json["error"]["code"]) == (404, "unknown")


def test_the_files_are_those_that_were_there_at_the_start(live, panel):
    late = panel / "late.js"
    late.write_text("export {};\n")
    try:
        assert live.ask("GET", "/late.js", cookie=opened(live), site="same-origin").status == 404
    finally:
        late.unlink()


def test_the_shipped_panel_has_its_page():
    assert "index.html" in read_panel(shipped_panel())
