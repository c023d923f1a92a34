"""S2 to S6, S8 and S10 as tables over every route and method, against the live server on a socket."""

from __future__ import annotations

import pytest
from werkzeug.exceptions import MethodNotAllowed

from repliquette.limits import REQUEST_BYTES, TOKEN_FAILURES_A_MINUTE
from repliquette.web.guard import HEADERS
from support.service import CODE, EXTENSION, FIREFOX, ask

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WITHOUT_TOKEN = {"/api/v1/health", "/api/v1/pair", "/", "/open"}
DRAFTS = "/api/v1/conversations/c1/drafts"
LIST = "/api/v1/conversations"


def paths(live):
    """An address for every rule of the url_map, and one that no rule knows."""
    known = [rule.rule.replace("<id>", "c1") for rule in live.app.url_map.iter_rules()]
    return [*known, "/api/v1/nothing"]


def everything(live):
    """Every route with every method, those it does not know included."""
    return [(method, path) for path in paths(live) for method in METHODS]


def allowed(live):
    """Every route with each method that it knows."""
    rules = live.app.url_map.iter_rules()
    return [(m, r.rule.replace("<id>", "c1")) for r in rules for m in sorted(r.methods)]


def statuses(live, rows, **request):
    return {(method, path): live.ask(method, path, **request).status for method, path in rows}


def all_are(status, found):
    assert found == dict.fromkeys(found, status)


def test_every_rule_passes_the_guard(live, monkeypatch):
    """The guard stands before the application, not before single routes: when it refuses, nothing answers."""
    [check] = live.app.before_request_funcs[None]

    def refuse_all():
        raise MethodNotAllowed

    monkeypatch.setitem(live.app.before_request_funcs, None, [refuse_all])

    assert check.__qualname__ == "Guard.check"
    all_are(405, statuses(live, everything(live), token=live.token))


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_s2_our_own_names_are_accepted(live, name):
    assert live.get(LIST, host=f"{name}:{live.port}").status == 200


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("evil.example", id="another name"),
        pytest.param("127.0.0.1.evil.example:{port}", id="our name as a prefix"),
        pytest.param("localhost.evil:{port}", id="localhost as a prefix"),
        pytest.param("evil.localhost:{port}", id="localhost as a suffix"),
        pytest.param("127.0.0.1:1", id="another port"),
        pytest.param("127.0.0.1", id="no port"),
        pytest.param(None, id="missing"),
        pytest.param("", id="empty"),
        pytest.param("127.0.0.1:{port}, evil.example", id="as waitress joins two headers"),
        pytest.param("[::ffff:127.0.0.1]:{port}", id="mapped address"),
        pytest.param("[::1]:{port}", id="IPv6, where we do not listen"),
        pytest.param("0.0.0.0:{port}", id="any address"),
        pytest.param("LOCALHOST:{port}", id="other letters"),
        pytest.param("127.0.0.1:{port}@evil.example", id="with user information"),
    ],
)
def test_s2_any_other_host_is_refused_everywhere(live, host):
    """DNS rebinding (CVE-2018-5702, CVE-2024-28224): 403 on every route, known or not, whatever the method."""
    given = [] if host is None else [("Host", host.format(port=live.port))]
    more = [*given, ("Authorization", f"Bearer {live.token}")]

    all_are(403, {(m, p): ask(live.port, m, p, more).status for m, p in everything(live)})


def test_s2_two_host_headers_are_refused(live):
    for second in ("evil.example", live.host):
        assert ask(live.port, "GET", "/api/v1/health", [("Host", live.host), ("Host", second)]).status == 403


def test_s2_an_absolute_address_does_not_replace_the_host(live):
    reply = ask(live.port, "GET", f"http://{live.host}/api/v1/health", [("Host", "evil.example")])

    assert reply.status == 403


@pytest.mark.parametrize("site", [None, "none", "same-origin"])
def test_s3_programs_extensions_and_our_page_are_accepted(live, site):
    assert live.get(LIST, site=site).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "None", "none, none", "same-origin2", "navigate"])
def test_s3_any_other_site_is_refused(live, site):
    """Also without an Origin, as an `<img>` asks (CVE-2019-13450), and also with a good token or session."""
    secret = live.keys.open_page()

    all_are(403, statuses(live, allowed(live), site=site, token=live.token))
    all_are(403, statuses(live, allowed(live), site=site, cookie=secret))


def test_s3_a_rebound_page_is_same_origin_to_itself_and_still_refused(live):
    """Fetch metadata alone would let it pass: `same-origin` is safe only behind the check of Host."""
    reply = live.ask("GET", LIST, host=f"evil.localhost:{live.port}", site="same-origin", token=live.token)

    assert (reply.status, reply.json["error"]["code"]) == (403, "host")


@pytest.mark.parametrize(
    ("bound", "sent"), [(EXTENSION, EXTENSION), (EXTENSION, None), (FIREFOX, FIREFOX), (FIREFOX, None), ("", None)]
)
def test_s4_a_token_works_from_its_own_origin_or_without_one(live, bound, sent):
    """Extensions send no Origin with a GET; a program that paired without one has none to send."""
    assert live.ask("GET", LIST, token=live.keys.pair(bound), origin=sent).status == 200


@pytest.mark.parametrize("bound", [EXTENSION, FIREFOX, ""])
@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://localhost:{other}",
        "http://localhost:{port}",
        "http://127.0.0.1:{port}",
        "https://127.0.0.1:{port}",
        "https://mail.google.com",
        "https://trusted.example.com.evil.com",
        "chrome-extension://bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        EXTENSION + ".evil.example",
        EXTENSION + "/",
        EXTENSION.upper(),
        EXTENSION + ", " + EXTENSION,
        "moz-extension://00000000-0000-4000-8000-000000000000",
    ],
)
def test_s4_a_token_from_any_other_origin_is_refused(live, bound, origin):
    """CVE-2026-40110: equality, never a pattern or a prefix."""
    token = live.keys.pair(bound)
    sent = origin.format(port=live.port, other=live.port + 1)

    all_are(403, statuses(live, allowed(live), token=token, origin=sent))


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://localhost:1", "file://", "moz-extension://"]
)
def test_s4_strangers_from_a_page_are_refused_before_their_code_is_looked_at(live, origin):
    reply = live.ask("POST", "/api/v1/pair", origin=origin, json={"code": CODE})

    assert (reply.status, live.keys.code) == (403, CODE)


def test_s5_no_answer_carries_cors(live):
    """No `Access-Control-` header on any route and method, asked as a browser's preflight would."""
    wish = (("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Private-Network", "true"))
    for method, path in everything(live):
        for origin in (None, EXTENSION, "https://evil.example"):
            reply = live.ask(method, path, token=live.token, origin=origin, more=wish)
            assert not [name for name in reply.headers if name.startswith("access-control-")], (method, path)


def test_s5_options_is_refused_everywhere(live):
    all_are(405, statuses(live, [("OPTIONS", path) for path in paths(live)], token=live.token))


def test_s5_methods_that_a_route_does_not_know_are_refused(live):
    unknown = [row for row in everything(live) if row not in allowed(live) and row[1] != "/api/v1/nothing"]

    all_are(405, statuses(live, unknown, token=live.token))


def closed(live):
    return [(method, path) for method, path in allowed(live) if path not in WITHOUT_TOKEN and method != "HEAD"]


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param((), id="missing"),
        pytest.param((("Authorization", "Bearer "),), id="empty"),
        pytest.param((("Authorization", "Bearer wrong"),), id="wrong"),
        pytest.param((("Authorization", "Bearer {token}x"),), id="longer"),
        pytest.param((("Authorization", "Basic {token}"),), id="another scheme"),
        pytest.param((("Authorization", "{token}"),), id="no scheme"),
        pytest.param((("Authorization", "Bearer {token}"), ("Authorization", "Bearer {token}")), id="twice"),
        pytest.param((("Authorization", "Bearer töken"),), id="not ASCII"),
        pytest.param((("Authorization", "Bearer " + "x" * 4000),), id="long"),
        pytest.param((("Cookie", "repliquette-{port}={token}"),), id="in the cookie"),
        pytest.param((("Cookie", "token={token}"), ("Sec-Fetch-Site", "same-origin")), id="in another cookie"),
        pytest.param((("X-API-Key", "{token}"),), id="in another header"),
    ],
)
def test_s6_every_closed_route_needs_a_token(live, proof):
    """The same 401 and the same body for all: nothing tells how near a guess was."""
    more = tuple((name, value.format(token=live.token, port=live.port)) for name, value in proof)
    json = {"body": "Hello."}

    replies = [live.ask(m, p, more=more, json=json if m == "POST" else None) for m, p in closed(live)]

    assert {(r.status, r.body) for r in replies} == {(401, replies[0].body)}
    assert live.desk.drafts == []


def test_s6_a_token_in_the_query_is_none(live):
    assert live.ask("GET", f"{LIST}?token={live.token}&access_token={live.token}").status == 401


def test_s6_an_address_that_is_not_there_is_told_only_to_those_with_a_token(live):
    assert live.ask("GET", "/api/v1/nothing").status == 401
    assert live.get("/api/v1/nothing").status == 404


def test_s6_after_twenty_failures_a_minute_more_are_turned_away(live):
    """429 for the twenty-first; a right token goes on working, so that nobody can lock the owner out."""
    failures = [live.ask("GET", LIST, token="wrong").status for _ in range(TOKEN_FAILURES_A_MINUTE + 1)]

    assert failures == [401] * TOKEN_FAILURES_A_MINUTE + [429]
    assert live.get(LIST).status == 200


def test_s6_a_revoked_token_is_told_so_that_the_panel_can_ask_to_pair_again(live):
    live.keys.clients.clear()

    assert live.post(DRAFTS, {"body": "Hello."}).status == 401


def test_s6_health_tells_nothing(live):
    assert live.ask("GET", "/api/v1/health").json == {"name": "repliquette"}


def test_s6_the_page_s_cookie_counts_for_the_page_itself(live):
    secret = live.keys.open_page()

    assert live.ask("GET", LIST, cookie=secret, site="same-origin").status == 200
    saved = live.ask("POST", DRAFTS, cookie=secret, site="same-origin", origin=live.own_origin, json={"body": "Hi."})
    assert saved.status == 201


@pytest.mark.parametrize(
    ("method", "site", "origin", "status"),
    [
        pytest.param("GET", None, None, 401, id="read by a program"),
        pytest.param("GET", "none", None, 401, id="read by an extension of Chromium"),
        pytest.param("POST", "same-origin", None, 401, id="write without Origin"),
        pytest.param("POST", None, "http://127.0.0.1:{port}", 401, id="write without fetch metadata"),
        pytest.param("POST", "same-origin", FIREFOX, 401, id="write by an extension of Firefox"),
        pytest.param("POST", "same-origin", "http://localhost:{port}", 403, id="write from our other name"),
        pytest.param("POST", "same-origin", "http://127.0.0.1:1", 403, id="write from another port"),
        pytest.param("GET", "same-origin", "null", 403, id="read from a sandbox"),
    ],
)
def test_s3_the_page_s_cookie_counts_for_nobody_else(live, method, site, origin, status):
    secret = live.keys.open_page()
    sent = origin and origin.format(port=live.port)
    path, json = (DRAFTS, {"body": "Hi."}) if method == "POST" else (LIST, None)

    reply = live.ask(method, path, cookie=secret, site=site, origin=sent, json=json)

    assert (reply.status, live.desk.drafts) == (status, [])


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/json"]
)
def test_s8_writes_are_json_only(live, kind):
    """A page's no-cors POST can send the first four; a form too."""
    more = () if kind is None else (("Content-Type", kind),)
    for path in ("/api/v1/pair", DRAFTS):
        reply = live.ask("POST", path, token=live.token, origin=EXTENSION, body=b'{"body": "Hi."}', more=more)
        assert (reply.status, live.desk.drafts, live.keys.code) == (415, [], CODE)


def test_s8_json_with_a_charset_is_json(live):
    more = (("Content-Type", "application/json; charset=utf-8"),)
    reply = live.ask("POST", DRAFTS, token=live.token, origin=EXTENSION, body=b'{"body": "Hi."}', more=more)

    assert reply.status == 201


def test_s8_reading_changes_nothing(live):
    """GET and HEAD over all routes; only the one-time link itself is used up by opening it (test_page)."""
    before = live.keys.writes
    for method, path in allowed(live):
        if method in ("GET", "HEAD"):
            live.get(path)
            live.ask("HEAD", path, token=live.token)

    assert (live.keys.writes, live.desk.drafts, live.keys.code) == (before, [], CODE)


def test_s10_every_answer_carries_the_headers(live):
    """On every route and method, accepted or refused at any step; a page's own policy is stricter than none."""
    requests = [
        {"token": live.token},
        {},
        {"host": "evil.example"},
        {"site": "cross-site"},
        {"origin": "null"},
        {"json": {"x": "x" * REQUEST_BYTES}},
    ]
    for method, path in everything(live):
        for request in requests:
            headers = live.ask(method, path, **request).headers
            policy = headers.pop("content-security-policy")
            assert policy.startswith(HEADERS["Content-Security-Policy"]), (method, path, request)
            others = {name.lower(): value for name, value in HEADERS.items() if name != "Content-Security-Policy"}
            assert {name: headers.get(name) for name in others} == others, (method, path, request)


def test_s11_the_server_header_is_plain(live):
    assert live.ask("GET", "/api/v1/health").headers["server"] == "Repliquette"


def test_s1_the_peer_must_be_this_computer(live):
    """The socket is bound to loopback; the guard would refuse another peer all the same, proxy headers or not."""
    client = live.app.test_client()
    headers = {"Host": live.host, "X-Forwarded-For": "127.0.0.1"}
    for peer, status in {"127.0.0.1": 200, "192.0.2.7": 403, "": 403, "::1": 200}.items():
        reply = client.get("/api/v1/health", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
        assert reply.status_code == status, peer
