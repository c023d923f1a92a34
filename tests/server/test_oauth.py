"""OAuth 2 end to end: a local identity provider, Dovecot asking it about tokens, and the program between them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from datetime import timedelta
from urllib.parse import urlencode

import keyring
import pytest
from keyring.errors import PasswordDeleteError

from repliquette import clock
from repliquette.errors import LoginError, ServerError
from repliquette.mailbox import consent, device, login, oauth, tokens
from repliquette.mailbox.connection import Connection
from repliquette.mailbox.grant import Token
from support.dovecot import Dovecot, missing
from support.identity import CLIENT, SCOPE, IdentityProvider

pytestmark = pytest.mark.server
KIM = "kim@oauth.example"
LETTER = b"""From: Ana <ana@client.example>
To: kim@oauth.example
Subject: Tiles
Date: Mon, 2 Mar 2026 09:00:00 +0000
Message-ID: <tiles@client.example>

Kim, could you tell me by Friday which tiles you want in the hall?
"""


class Memory(keyring.backend.KeyringBackend):
    """A keyring of this process."""

    priority = 5

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@pytest.fixture(scope="module")
def rig():
    """One provider and one Dovecot that asks it; what was issued is forgotten between tests."""
    if reason := missing():
        pytest.skip(reason)
    with IdentityProvider() as provider, Dovecot(introspection=f"{provider.url}/introspect") as server:
        yield provider, server


@pytest.fixture
def provider(rig):
    provider, _ = rig
    provider.life_s = 3600
    provider.issued.clear()
    provider.asked.clear()
    tokens._access.clear()
    return provider


@pytest.fixture
def account(rig, provider):
    _, server = rig
    return server.add_user(KIM, {"INBOX": [LETTER]}).account(oauth=provider.setting())


@pytest.fixture
def ring(monkeypatch):
    ring = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    return ring


def granted(provider, answer="yes"):
    """The owner says yes (or no) in a browser; the grant, and what the browser showed at the end."""
    pages = []
    clicks = []

    def show(link, _port):
        clicks.append(threading.Thread(target=lambda: pages.append(provider.click(link, answer))))
        clicks[0].start()

    try:
        return consent.consent(oauth.known(provider.setting()), KIM, show), pages
    finally:
        clicks[0].join()


def read(account, token):
    with Connection(account, token) as connection:
        return connection.examine("INBOX").total


def test_after_the_owners_yes_the_mailbox_opens(provider, account):
    grant, pages = granted(provider)

    assert pages == [(200, pages[0][1])]
    assert "You can close this page" in pages[0][1]
    assert read(account, Token(grant.access)) == 1


@pytest.mark.parametrize("mechanism", ["OAUTHBEARER", "XOAUTH2"])
def test_both_mechanisms_let_a_good_token_in_and_tell_why_not(provider, account, mechanism, monkeypatch):
    """Microsoft knows XOAUTH2 alone, others OAUTHBEARER."""
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda _, name: name == f"AUTH={mechanism}")
    grant, _ = granted(provider)
    assert read(account, Token(grant.access)) == 1

    provider.revoke_all()
    with pytest.raises(LoginError, match="refused the access that was granted") as caught:
        read(account, Token(grant.access))
    assert "the access has run out, or was withdrawn" in caught.value.seen
    assert f"repliquette setup {KIM}" in caught.value.hint
    assert grant.access not in str(caught.value)


def test_the_owners_no_is_told_as_that(provider, account):
    with pytest.raises(LoginError, match="did not give access") as caught:
        granted(provider, "no")
    assert caught.value.seen == "access_denied"
    assert provider.issued == []


def test_a_device_code_does_without_a_browser(provider, account):
    grant = device.consent(
        oauth.known(provider.setting()), lambda errand: provider.say(errand.code), sleep=lambda _: None
    )
    assert read(account, Token(grant.access)) == 1


def test_an_access_token_is_used_while_it_is_good_and_renewed_before_it_ends(provider, account, ring, monkeypatch):
    grant, _ = granted(provider)
    tokens.save(account, grant)
    provider.asked.clear()

    assert login.find_password(account) == grant.access
    assert provider.asked == []

    later = clock.now() + timedelta(seconds=provider.life_s - 30)  # good for half a minute yet: too short
    monkeypatch.setenv("REPLIQUETTE_NOW", later.isoformat())
    renewed = login.find_password(account)
    assert renewed != grant.access
    assert provider.asked == ["/token"]
    assert read(account, renewed) == 1


def test_a_replaced_refresh_token_is_kept_and_access_tokens_never(provider, account, ring):
    """The provider lets each refresh token be used once; whoever keeps the old one is out tomorrow."""
    grant, _ = granted(provider)
    tokens.save(account, grant)
    for _ in range(3):
        tokens._access.clear()  # another process
        assert read(account, login.find_password(account)) == 1

    assert list(ring.kept.values()) == [provider.issued[-1].refresh_token]
    assert all(token.access_token not in str(ring.kept) for token in provider.issued)


def test_a_token_that_ended_unseen_is_renewed_once_on_the_same_connection(provider, account, ring):
    """A clock that is wrong, or a token withdrawn alone: the server's no leads to one renewal."""
    grant, _ = granted(provider)
    tokens.save(account, grant)
    provider.issued[-1].expires_at = 0
    provider.asked.clear()

    assert read(account, login.find_password(account)) == 1
    assert provider.asked == ["/introspect", "/token", "/introspect"]


def test_never_more_than_one_renewal(provider, account, ring):
    """Where the newer token is refused as well, the second no is the answer."""
    grant, _ = granted(provider)
    tokens.save(account, grant)
    provider.issued[-1].expires_at = 0
    provider.life_s = -10
    provider.asked.clear()

    with pytest.raises(LoginError, match="refused the access that was granted"):
        read(account, login.find_password(account))
    assert provider.asked == ["/introspect", "/token", "/introspect"]


def test_withdrawn_on_the_providers_page_the_owner_is_asked_for_a_new_yes(provider, account, ring):
    grant, _ = granted(provider)
    tokens.save(account, grant)
    provider.revoke_all()

    with pytest.raises(LoginError, match=r"needs your yes again for kim@oauth\.example") as caught:
        read(account, login.find_password(account))
    assert caught.value.seen == "invalid_grant"
    assert "To give it: repliquette setup kim@oauth.example" in caught.value.hint


def test_giving_it_back_ends_it_at_the_provider_and_here(provider, account, ring):
    grant, _ = granted(provider)
    tokens.save(account, grant)

    assert tokens.revoke(account)
    assert ring.kept == {}
    with pytest.raises(LoginError, match="refused the access"):
        read(account, Token(grant.access))
    with pytest.raises(LoginError, match=r"No access to kim@oauth\.example is kept"):
        login.find_password(account)


def test_a_provider_that_cannot_take_it_back_is_told_apart(provider, account, ring):
    """Microsoft has no address for that; what is kept here is forgotten all the same."""
    own_hand = account.model_copy(update={"oauth": provider.setting(revocation_url="")})
    tokens.save(own_hand, granted(provider)[0])

    assert not tokens.revoke(own_hand)
    assert ring.kept == {}


def test_tokens_are_bound_to_the_mail_server_and_to_the_provider(provider, account, ring):
    """Settings that name another place do not get them (as with passwords)."""
    tokens.save(account, granted(provider)[0])
    other = provider.setting(token_url="https://evil.example/token")

    for changed in ({"host": "imap.evil.example"}, {"oauth": other}):
        with pytest.raises(LoginError, match="No access to"):
            login.find_password(account.model_copy(update=changed))


def answered(provider, **challenge):
    """What comes back to this machine for a challenge: a code, and the redirect that it belongs to."""
    with consent._Door("state") as door:
        redirect = f"http://127.0.0.1:{door.server_port}/"
        question = {"response_type": "code", "client_id": CLIENT, "redirect_uri": redirect, "scope": SCOPE}
        link = f"{provider.url}/authorize?{urlencode({**question, 'state': 'state', **challenge})}"
        click = threading.Thread(target=provider.click, args=(link,))
        click.start()
        try:
            return door.wait(), redirect
        finally:
            click.join()


def test_a_caught_code_is_worth_nothing_without_the_proof(provider):
    """PKCE: whoever sees the code on its way back lacks the verifier, which never left this process."""
    challenge = consent._challenge("v" * 64)
    code, redirect = answered(provider, code_challenge=challenge, code_challenge_method="S256")

    with pytest.raises(oauth.RefusedGrant, match="refused"):
        oauth.exchange(provider.setting(), code, redirect, "w" * 64)
    assert oauth.exchange(provider.setting(), code, redirect, "v" * 64).access


def test_without_any_proof_the_provider_gives_nothing(provider):
    """The rig demands PKCE, so that the other tests prove it."""
    code, redirect = answered(provider)
    with pytest.raises(oauth.RefusedGrant) as caught:
        oauth.exchange(provider.setting(), code, redirect, "")
    assert "code_verifier" in caught.value.seen


def test_a_provider_that_is_gone_is_trouble_and_no_refusal(account, ring, free_port, provider):
    gone = provider.setting(token_url=f"http://127.0.0.1:{free_port}/token")
    setting = account.model_copy(update={"oauth": gone})
    tokens.save(setting, oauth.Grant("old", "refresh", 0))

    with pytest.raises(ServerError, match=r"127\.0\.0\.1 did not answer"):
        login.find_password(setting)
    assert list(ring.kept.values()) == ["refresh"]


LACKING = [p for p in ("dbus-run-session", "gnome-keyring-daemon") if shutil.which(p) is None]

# The whole program in a session with a real Secret Service; BROWSER is the owner who says yes.
WHOLE = """
import json, subprocess, sys
subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"login", check=True,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def program(*words):
    done = subprocess.run([sys.executable, "-c", "from repliquette.cli import main; main()", *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return [done.returncode, done.stdout, done.stderr]
print(json.dumps({"setup": program("setup", ADDRESS, "--host", HOST, "--port", PORT, "--ca-file", CA, "--oauth", "own"),
                  "sync": program("sync", "--json"), "revoke": program("setup", ADDRESS, "--revoke"),
                  "after": program("sync")}))
"""
OWNER = """import sys, urllib.parse, urllib.request
urllib.request.urlopen(sys.argv[1], b"answer=yes").read()
"""


@pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)} (apt: dbus gnome-keyring)")
def test_the_whole_program_with_a_real_keyring(tmp_path, provider, account):
    """Setup opens the browser, reads, remembers; sync needs nobody; --revoke ends it, in words."""
    home, runtime = tmp_path / "home", tmp_path / "run"
    runtime.mkdir(mode=0o700)
    home.mkdir(mode=0o700)
    table = "".join(
        f"{name} = {json.dumps(value)}\n"
        for name, value in provider.setting().model_dump(mode="json", exclude={"name", "client_secret"}).items()
    )
    (home / "settings.toml").write_text(f'name = "Kim Lee"\n[oauth.own]\n{table}')
    (tmp_path / "owner.py").write_text(OWNER)
    values = {"ADDRESS": KIM, "HOST": account.host, "PORT": str(account.port), "CA": str(account.ca_file)}
    head = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    places = {name: str(tmp_path / name) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME")}
    environment = {
        "PATH": os.environ["PATH"],
        "XDG_RUNTIME_DIR": str(runtime),
        "REPLIQUETTE_HOME": str(home),
        "BROWSER": f"{sys.executable} {tmp_path / 'owner.py'} %s",
        **places,
    }

    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", head + WHOLE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["setup"][0] == 0, seen["setup"]
    assert "which tiles" in seen["setup"][1]
    assert json.loads(seen["sync"][1])[0]["account"] == KIM, seen["sync"]
    assert "was given back and is forgotten" in seen["revoke"][2]
    assert seen["after"][0] != 0
    assert "No access to kim@oauth.example is kept in the keyring." in seen["after"][2]
    secrets = [word for token in provider.issued for word in (token.access_token, token.refresh_token) if word]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(secrets) >= 2
    assert not [word for word in secrets for data in files if word.encode() in data]
