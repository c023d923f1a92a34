"""Device codes (RFC 8628), against answers as providers give them; a whole provider is in tests/server/test_oauth."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from repliquette.errors import LoginError, ServerError, SettingsError
from repliquette.mailbox import device, https, oauth
from repliquette.mailbox.device import Errand
from repliquette.settings import OAuthSetting

SETTING = OAuthSetting(
    name="own",
    client_id="us",
    authorization_url="https://id.example/a",
    token_url="https://id.example/token",
    device_url="https://id.example/device",
    scopes=("imap",),
)
START = {"device_code": "d", "user_code": "AB-CD", "verification_uri": "https://id.example/go", "expires_in": 60}
TOKEN = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "token_type": "Bearer"}


@pytest.fixture
def ask(monkeypatch):
    """Go through it with these answers of the provider; what was shown, waited and asked."""

    def ask(*answers, setting=SETTING):
        left, shown, waited, asked = list(answers), [], [], []

        def answer(url, form):
            asked.append((url, {key: values[0] for key, values in parse_qs(form).items()}))
            said = left.pop(0)
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            return https.Answer(400 if b"error" in body else 200, body)

        monkeypatch.setattr(https, "ask", answer)
        ask.shown, ask.waited, ask.asked = shown, waited, asked
        return device.consent(oauth.known(setting), shown.append, waited.append)

    return ask


def test_the_code_is_shown_and_asked_for_until_the_yes(ask):
    grant = ask(START, {"error": "authorization_pending"}, {"error": "slow_down"}, TOKEN)

    assert (grant.access, grant.refresh, grant.seconds) == ("a", "r", 3600)
    assert ask.shown == [Errand("https://id.example/go", "AB-CD")]
    assert ask.waited == [5, 5, 10]
    assert ask.asked[0] == ("https://id.example/device", {"scope": "imap", "client_id": "us"})
    grant_type = "urn:ietf:params:oauth:grant-type:device_code"
    assert ask.asked[1] == (
        "https://id.example/token",
        {"grant_type": grant_type, "device_code": "d", "client_id": "us"},
    )


def test_a_code_that_runs_out_is_told(ask):
    with pytest.raises(LoginError, match="before it ran out"):
        ask(START | {"interval": 30}, *[{"error": "authorization_pending"}] * 2)
    assert ask.waited == [30, 30]


@pytest.mark.parametrize("word", ["access_denied", "expired_token", "invalid_client"])
def test_a_no_ends_it(ask, word):
    with pytest.raises(LoginError, match=r"id\.example refused") as caught:
        ask(START, {"error": word, "error_description": "said\x1b no"})
    assert caught.value.seen == f"{word}: said no"


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"[" * 50_000, {}, START | {"user_code": 7}, b"\xff"])
def test_nonsense_is_told_apart_from_a_no(ask, answer):
    with pytest.raises(ServerError, match=r"no JSON|lacks"):
        ask(answer)


def test_a_token_of_another_type_is_nonsense(ask):
    with pytest.raises(ServerError, match="no token"):
        ask(START, TOKEN | {"access_token": 7})


def test_google_gives_mail_to_no_device_code(ask):
    with pytest.raises(SettingsError, match="google has no device_url") as caught:
        ask(setting=OAuthSetting(name="google", client_id="us"))
    assert "--no-browser" in caught.value.hint


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (OAuthSetting(name="own", client_id="us"), "lacks authorization_url or token_url"),
        (OAuthSetting(name="own", client_id="us", token_url="https://a.example/t"), "lacks"),
    ],
)
def test_an_unknown_provider_without_addresses_is_a_mistake_of_the_settings(setting, says):
    with pytest.raises(SettingsError, match=says):
        oauth.known(setting)


def test_what_the_settings_say_wins_over_what_is_known():
    own_tenant = "https://login.microsoftonline.com/firm/oauth2/v2.0/token"
    known = oauth.known(OAuthSetting(name="microsoft", client_id="us", token_url=own_tenant))
    assert known.setting.token_url == own_tenant
    assert known.setting.device_url.endswith("/common/oauth2/v2.0/devicecode")
