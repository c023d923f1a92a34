"""The redirect of OAuth on this machine (S32): what it asks, what it takes, what it refuses."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from repliquette.errors import LoginError
from repliquette.mailbox import consent, oauth
from repliquette.settings import OAuthSetting

SETTING = OAuthSetting(
    name="own",
    client_id="us",
    authorization_url="https://id.example/authorize?tenant=1",
    token_url="https://id.example/token",
    scopes=("imap", "offline"),
)


class Owner:
    """The owner's browser, and whoever else knocks: visits the door in a thread, keeps the statuses."""

    def __init__(self, *visits):
        self.visits = visits
        self.statuses = []
        self.link = ""

    def show(self, link, port):
        self.link, self.port = link, port
        self.state = parse_qs(urlsplit(link).query)["state"][0]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        for method, path, headers in self.visits:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request(method, path.replace("STATE", self.state), headers=headers)
            answer = connection.getresponse()
            self.page = answer.read()
            self.headers = answer.headers
            self.statuses.append(answer.status)
            connection.close()


def get(path, **headers):
    return ("GET", path, headers)


@pytest.fixture
def exchanged(monkeypatch):
    """What would be asked of the token address."""
    asked = []
    monkeypatch.setattr(oauth, "exchange", lambda *words: asked.append(words) or oauth.Grant("a", "r", 60))
    return asked


def ask(owner, setting=SETTING):
    try:
        return consent.consent(oauth.known(setting), "kim@own.example", owner.show)
    finally:
        owner.thread.join()


def test_the_question_has_all_that_the_rfcs_want(exchanged):
    owner = Owner(get("/?code=c1&state=STATE"))
    ask(owner)

    asked = {key: values[0] for key, values in parse_qs(urlsplit(owner.link).query).items()}
    assert owner.link.startswith("https://id.example/authorize?tenant=1&")
    assert asked["redirect_uri"] == f"http://127.0.0.1:{owner.port}/"
    assert (asked["client_id"], asked["scope"], asked["response_type"]) == ("us", "imap offline", "code")
    assert (asked["code_challenge_method"], asked["login_hint"]) == ("S256", "kim@own.example")
    assert re.fullmatch(r"[\w-]{43}", asked["code_challenge"])
    assert len(owner.state) >= 43
    [(_, code, redirect, verifier)] = exchanged
    assert (code, redirect) == ("c1", asked["redirect_uri"])
    assert consent._challenge(verifier) == asked["code_challenge"]
    assert re.fullmatch(r"[\w-]{43,128}", verifier)


def test_the_challenge_is_that_of_the_rfc():
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert consent._challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    "visit",
    [
        get("/?code=evil&state=guess"),
        get("/?code=evil"),
        get("/?code=evil&state="),
        get("/?code=evil&state=STATE&state=guess"),
        get("/other?code=evil&state=STATE"),
        get("/favicon.ico"),
        get("/?code=evil&state=STATE", Host="evil.example"),
        get("/?code=evil&state=%C3%A4%00"),
    ],
    ids=["wrong-state", "no-state", "empty-state", "two-states", "other-path", "favicon", "rebound-name", "non-ascii"],
)
def test_whatever_is_not_the_answer_gets_400_and_the_answer_is_still_taken(exchanged, visit):
    owner = Owner(visit, get("/?code=good&state=STATE"))

    ask(owner)

    assert owner.statuses == [400, 200]
    assert [words[1] for words in exchanged] == ["good"]


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS"])
def test_only_get_is_known(exchanged, method):
    owner = Owner((method, "/?code=evil&state=STATE", {}), get("/?code=good&state=STATE"))
    ask(owner)
    assert owner.statuses == [501, 200]


def test_a_second_answer_is_refused():
    """One request, then the door is shut for that state."""
    with consent._Door("s") as door:
        assert door.take("/?code=one&state=s")
        assert not door.take("/?code=two&state=s")
        assert door.wait() == "one"


def test_nobody_listens_afterwards(exchanged):
    owner = Owner(get("/?code=c&state=STATE"))
    ask(owner)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", owner.port), timeout=2)


def test_the_page_keeps_the_code_to_itself(exchanged):
    """No script, no referrer, no cache: its address holds the code."""
    owner = Owner(get("/?code=c0de&state=STATE"))
    ask(owner)
    assert b"c0de" not in owner.page
    assert owner.headers["Referrer-Policy"] == "no-referrer"
    assert owner.headers["Cache-Control"] == "no-store"
    assert owner.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_no_is_told_without_control_characters(exchanged):
    owner = Owner(get("/?error=access_denied&error_description=no%1b%5b31m%20way&state=STATE"))
    with pytest.raises(LoginError, match="did not give access") as caught:
        ask(owner)
    assert caught.value.seen == "no[31m way"
    assert exchanged == []


def test_it_waits_two_minutes_and_no_longer(exchanged, monkeypatch):
    assert consent.limits.CONSENT_S == 120
    monkeypatch.setattr(consent.limits, "CONSENT_S", 0.2)
    monkeypatch.setattr(consent, "_POLL_S", 0.05)
    with pytest.raises(LoginError, match="within two minutes"):
        consent.consent(oauth.known(SETTING), "kim@own.example", lambda _link, _port: None)


def test_a_silent_visitor_does_not_hold_the_door(exchanged, monkeypatch):
    monkeypatch.setattr(consent._Visitor, "timeout", 0.2)
    idle = []

    class Slow(Owner):
        def run(self):
            idle.append(socket.create_connection(("127.0.0.1", self.port)))
            super().run()

    owner = Slow(get("/?code=c&state=STATE"))
    ask(owner)
    idle[0].close()
    assert owner.statuses == [200]


def test_nothing_is_printed(exchanged, capfd):
    """S34: the standard library would log the address, which holds the code."""
    ask(Owner(get("/?code=c0de&state=wrong"), get("/?code=c0de&state=STATE")))
    assert capfd.readouterr() == ("", "")


def test_microsofts_portal_knows_this_machine_by_name_only(exchanged):
    owner = Owner(get("/?code=c&state=STATE"))
    ask(owner, OAuthSetting(name="microsoft", client_id="us"))
    asked = parse_qs(urlsplit(owner.link).query)
    assert asked["redirect_uri"] == [f"http://localhost:{owner.port}/"]
    assert asked["scope"] == ["https://outlook.office.com/IMAP.AccessAsUser.All offline_access"]
