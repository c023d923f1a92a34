"""Passwords from a command, and the keyrings that are refused (S31); a real keyring is in tests/server."""

from __future__ import annotations

import logging
import sys
import types

import keyring
import pytest
from keyring.backends import fail, null

from repliquette.errors import LoginError
from repliquette.mailbox import keychain, login
from repliquette.settings import AccountSetting

SECRET = "s3cret-w0rds"


def account(*command: str) -> AccountSetting:
    return AccountSetting(address="kim@login.example", host="imap.login.example", password_command=command)


def python(code: str) -> AccountSetting:
    return account(sys.executable, "-c", code)


def test_the_first_line_that_the_command_prints_is_the_password():
    found = login.find_password(python("print('pä ss wörd'); print('user: kim')"))
    assert found == "pä ss wörd"


def test_the_command_runs_without_a_shell(tmp_path):
    trap = tmp_path / "trap"
    found = login.find_password(account(sys.executable, "-c", "import sys; print(sys.argv[1])", f"; touch {trap}"))
    assert found == f"; touch {trap}"
    assert not trap.exists()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        pytest.param(python("raise SystemExit(3)"), r"failed(?s:.*)exit code 3(?s:.*)Try it yourself", id="fails"),
        pytest.param(python("pass"), r"printed no password", id="prints-nothing"),
        pytest.param(account("no-such-program", "show"), r"cannot be run(?s:.*)no-such-program show", id="missing"),
    ],
)
def test_a_command_that_gives_no_password_is_told(setting, words):
    with pytest.raises(LoginError, match=words):
        login.find_password(setting)


def test_a_command_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(login, "PASSWORD_COMMAND_TIMEOUT_S", 0.2)
    with pytest.raises(LoginError, match="did not end"):
        login.find_password(python("import time; time.sleep(30)"))


def test_what_the_command_prints_is_in_no_error_and_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    code = f"import sys; print('{SECRET}'); print('{SECRET}', file=sys.stderr); raise SystemExit(1)"
    with pytest.raises(LoginError) as caught:
        login.find_password(account(sys.executable, "-c", code.replace(SECRET, "'+'".join(SECRET))))
    assert SECRET not in str(caught.value) + caplog.text


class Plaintext(null.Keyring):
    """Stands for keyrings.alt.file.PlaintextKeyring, which writes base64 to a file."""


Plaintext.__module__ = "keyrings.alt.file"


@pytest.mark.parametrize(
    "ring", [fail.Keyring(), null.Keyring(), Plaintext()], ids=["no-keyring", "forgets", "plaintext"]
)
@pytest.mark.parametrize(
    "call",
    [
        login.find_password,
        login.delete_password,
        lambda setting: login.save_password(setting, SECRET),
    ],
    ids=["find", "delete", "save"],
)
def test_a_keyring_that_is_not_safe_is_refused(monkeypatch, ring, call):
    """With the way out: a real keyring, or a command."""
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    with pytest.raises(LoginError, match=r"no keyring that keeps a password safe(?s:.*)password_command"):
        call(account())


class Memory(keyring.backend.KeyringBackend):
    """A keyring of this process, enough to see which backend of a chain is used."""

    priority = 5

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password


def test_of_a_chain_the_safe_one_is_used(monkeypatch):
    """Keyring tries several backends in turn; a plaintext one must not even be the second choice."""
    plain, safe = Plaintext(), Memory()
    chain = types.SimpleNamespace(backends=[plain, safe])
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
    login.save_password(account(), SECRET)
    assert safe.kept == {("repliquette imap.login.example", "kim@login.example"): SECRET}
    assert login.find_password(account()) == SECRET


def test_a_password_is_bound_to_its_host(monkeypatch):
    """Settings that name another server do not get the password."""
    ring = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    login.save_password(account(), SECRET)
    with pytest.raises(LoginError, match=r"No password for kim@login\.example(?s:.*)repliquette setup"):
        login.find_password(account().model_copy(update={"host": "imap.evil.example"}))


@pytest.mark.parametrize("length", [1, 1199, 1200, 1201, 2400, 5000])
def test_a_secret_too_long_for_one_entry_goes_in_parts(monkeypatch, length):
    """Windows keeps 2,560 bytes a secret, in UTF-16; Microsoft's refresh tokens are longer."""
    ring = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    secret = "".join(chr(97 + n % 26) for n in range(length))

    keychain.keep("place", "kim", "longer before" * 300)
    keychain.keep("place", "kim", secret)

    assert keychain.kept("place", "kim") == secret
    assert all(len(part.encode("utf-16-le")) <= 2560 for part in ring.kept.values())


def test_a_secret_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(keyring, "get_keyring", Memory)
    with pytest.raises(LoginError, match="too long"):
        keychain.keep("place", "kim", "x" * 12_000)


@pytest.mark.parametrize(
    ("system", "command"),
    [
        ("linux", "sudo apt install gnome-keyring"),
        ("darwin", "security unlock-keychain login.keychain-db"),
        ("win32", "sc.exe start VaultSvc"),
        ("freebsd14", "gnome-keyring-daemon --unlock"),
    ],
)
def test_the_way_out_names_the_command_of_this_system(monkeypatch, system, command):
    """S31: refused with the command that repairs it, and with the one that does without a keyring."""
    monkeypatch.setattr(keychain.sys, "platform", system)
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    with pytest.raises(LoginError) as caught:
        keychain.safe_keyring()
    assert command in caught.value.hint
    assert "--password-command" in caught.value.hint
    assert "keyring diagnose" in caught.value.hint
