"""`setup`: a mailbox is added once, its password can be entered again, paths hold from everywhere."""

from __future__ import annotations

import tomllib

import pytest
from click.testing import CliRunner

from repliquette.cli import main, setup
from repliquette.errors import Exit

KIM = "kim@ring.example"


class Server:
    """Lets in who says "sesame"; the keyring keeps what `save_password` is given."""

    def __init__(self):
        self.tried = []
        self.kept = {}

    def connect(self, account, password):
        self.tried.append((account.host, password))
        return self

    def close(self):
        pass

    def save(self, account, password):
        self.kept[account.host, account.login] = password


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr(setup, "ImapSource", server)
    monkeypatch.setattr(setup.keychain, "safe_keyring", lambda: None)
    monkeypatch.setattr(setup.login, "save_password", server.save)
    return server


@pytest.fixture
def run(tmp_path):
    def run(*words, given=""):
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *words], input=given)

    return run


def test_a_changed_password_is_entered_where_the_error_says(run, server, tmp_path):
    """Every refusal of a password ends with "repliquette setup ADDRESS": that must lead somewhere."""
    added = run("setup", KIM, "--host", "imap.ring.example", "--no-sync", given="old\n")
    before = (tmp_path / "home" / "settings.toml").read_bytes()

    again = run("setup", KIM, given="new\n")

    assert (added.exit_code, again.exit_code) == (0, 0), again.output
    assert server.tried == [("imap.ring.example", "old"), ("imap.ring.example", "new")]
    assert server.kept == {("imap.ring.example", KIM): "new"}
    assert (tmp_path / "home" / "settings.toml").read_bytes() == before


def test_an_empty_password_is_not_tried(run, server):
    ran = run("setup", KIM, "--host", "imap.ring.example", given="")

    assert ran.exit_code == Exit.LOGIN
    assert server.tried == []


def test_paths_hold_from_every_folder(run, tmp_path, monkeypatch):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_bytes(b"From: ana@client.example\r\n\r\nHi")
    monkeypatch.chdir(tmp_path)

    ran = run("setup", KIM, "--archive", "mail", "--no-sync")

    assert ran.exit_code == 0, ran.output
    settings = tomllib.loads((tmp_path / "home" / "settings.toml").read_text("utf-8"))
    assert settings["account"][0]["archive"] == str(tmp_path / "mail")
    assert run("setup", KIM).exit_code == Exit.SETTINGS
