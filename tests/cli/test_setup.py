"""`setup`: a mailbox is added once, the credential can be entered again or taken back, paths hold from everywhere.

A scripted server on loopback speaks IMAP; a keyring of this process keeps what it is given.
"""

from __future__ import annotations

import tomllib
from contextlib import nullcontext
from types import SimpleNamespace

import keyring
import pytest
from click.testing import CliRunner
from keyring.errors import PasswordDeleteError

from repliquette.cli import main, servers, setup
from repliquette.cli.session import Session
from repliquette.errors import Exit, SettingsError
from repliquette.mailbox import discovery
from repliquette.mailbox.discovery import Place
from repliquette.settings import AccountSetting, OAuthSetting, Settings
from support.faultserver import Certificate, FaultServer

KIM = "kim@ring.example"
FOLDERS = b'* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" Gone\r\n* LIST () "/" Old\r\n%TAG% OK done\r\n'
NO_SENT = b'* LIST () "/" INBOX\r\n* LIST () "/" Wegwaerts\r\n%TAG% OK done\r\n'
REFUSED = b"%TAG% NO [AUTHENTICATIONFAILED] no\r\n"


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


@pytest.fixture
def ring(monkeypatch):
    ring = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    return ring


@pytest.fixture
def served(tmp_path):
    """Start a scripted server; the test names its answers."""
    started = []

    def start(**answers):
        (tmp_path / "ca").mkdir(exist_ok=True)
        certificate = Certificate.make(tmp_path / "ca", "127.0.0.1")
        server = FaultServer(tls=certificate.context, ca_file=certificate.ca_file, answers={"LIST": FOLDERS, **answers})
        started.append(server.__enter__())
        return server

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def run(tmp_path):
    def run(*words, given=""):
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *words], input=given)

    return run


def at(server, *more):
    place = ("--host", server.host, "--port", str(server.port), "--ca-file", str(server.ca_file))
    return ("setup", KIM, *place, "--no-sync", *more)


def written(tmp_path):
    return tomllib.loads((tmp_path / "home" / "settings.toml").read_text("utf-8"))


def test_it_says_what_it_reads_before_it_asks_and_shows_the_folders_with_their_counts(run, served, ring):
    server = served()

    ran = run(*at(server), given="sesame\n")

    assert ran.exit_code == 0, ran.output
    words = ran.stderr
    assert words.index("changes nothing there") < words.index("It will read: INBOX: 0; Gone (sent mail): 0 messages.")
    assert "Nothing leaves this machine but that connection." in words
    assert ring.kept == {("repliquette 127.0.0.1", KIM): "sesame"}
    assert not {"SELECT", "STORE", "APPEND"} & set(server.commands)


def test_a_changed_password_is_entered_where_the_error_says(run, served, ring, tmp_path):
    """Every refusal of a password ends with "repliquette setup ADDRESS": that must lead somewhere."""
    added = run(*at(served()), given="old\n")
    before = (tmp_path / "home" / "settings.toml").read_bytes()

    again = run("setup", KIM, given="new\n")

    assert (added.exit_code, again.exit_code) == (0, 0), again.output
    assert ring.kept == {("repliquette 127.0.0.1", KIM): "new"}
    assert (tmp_path / "home" / "settings.toml").read_bytes() == before


def test_a_wrong_password_is_tried_once_and_nothing_is_remembered(run, served, ring, tmp_path):
    server = served(LOGIN=REFUSED)

    ran = run(*at(server), given="wrong\n")

    assert ran.exit_code == Exit.LOGIN
    assert server.commands.count("LOGIN") == 1
    assert ring.kept == {}
    assert not (tmp_path / "home" / "settings.toml").exists()


def test_an_empty_password_is_not_tried(run, served, ring):
    server = served()

    ran = run(*at(server), given="")

    assert ran.exit_code == Exit.LOGIN
    assert server.connections == 0


def test_a_sent_folder_that_cannot_be_told_is_a_question(run, served, ring, tmp_path):
    """Never silently the inbox: without a terminal the option that answers is named."""
    server = served(LIST=NO_SENT)

    asked = run(*at(server), given="sesame\n")
    told = run(*at(server, "--sent-folder", "Wegwaerts"), given="sesame\n")

    assert asked.exit_code == Exit.SETTINGS
    assert "--sent-folder" in asked.stderr
    assert "Wegwaerts" in asked.stderr
    assert told.exit_code == 0, told.output
    assert written(tmp_path)["account"][0]["sent_folder"] == "Wegwaerts"


def test_at_a_terminal_the_owner_picks_the_sent_folder(run, served, ring, tmp_path, monkeypatch):
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)

    ran = run(*at(served(LIST=NO_SENT), "--name", "Kim"), given="sesame\n2\n")

    assert ran.exit_code == 0, ran.output
    assert "all that you answered would look owed" in ran.stderr
    assert written(tmp_path)["account"][0]["sent_folder"] == "Wegwaerts"


def test_revoke_forgets_the_password(run, served, ring):
    run(*at(served()), given="sesame\n")

    first, second = run("setup", KIM, "--revoke"), run("setup", KIM, "--revoke")

    assert "is forgotten" in first.stderr
    assert "was not kept" in second.stderr
    assert ring.kept == {}


def test_revoke_of_an_address_that_is_not_set_up(run):
    assert run("setup", KIM, "--revoke").exit_code == Exit.SETTINGS


def test_paths_hold_from_every_folder(run, tmp_path, monkeypatch):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_bytes(b"From: ana@client.example\r\n\r\nHi")
    monkeypatch.chdir(tmp_path)

    ran = run("setup", KIM, "--archive", "mail", "--no-sync")

    assert ran.exit_code == 0, ran.output
    assert written(tmp_path)["account"][0]["archive"] == str(tmp_path / "mail")
    assert run("setup", KIM).exit_code == Exit.SETTINGS


@pytest.mark.parametrize("address", ["kim@outlook.com", "kim@firm.example"], ids=["outlook.com", "own-domain"])
def test_where_only_oauth_works_the_way_to_a_client_id_is_named(run, ring, address):
    ran = run("setup", address, "--provider", "microsoft" if "firm" in address else "")

    assert ran.exit_code == Exit.SETTINGS
    assert "docs/providers.md" in ran.stderr
    assert f"repliquette setup {address} --client-id" in ran.stderr


@pytest.mark.parametrize(
    ("given", "host", "port"),
    [
        ({}, "imap.gmail.com", 993),
        ({"provider": "microsoft", "client_id": "us"}, "outlook.office365.com", 993),
        ({"host": "imap.own.example", "port": 1993}, "imap.own.example", 1993),
    ],
    ids=["table", "named", "host"],
)
def test_the_server_comes_from_the_options_or_the_table(given, host, port):
    address = "kim@gmail.com" if not given else "kim@firm.example"
    account = servers.account(address, servers.Options(**given), Settings())
    assert (account.host, account.port) == (host, port)


def test_a_client_id_in_the_settings_makes_oauth_the_way():
    """Whoever prepared it wants it; an option for a password wins."""
    known = Settings(oauth={"google": OAuthSetting(client_id="us")})

    by_oauth = servers.account("kim@gmail.com", servers.Options(), known)
    by_command = servers.account("kim@gmail.com", servers.Options(password_command="pass show mail"), known)

    assert (by_oauth.oauth.name, by_oauth.oauth.client_id) == ("google", "us")
    assert by_command.oauth is None


@pytest.fixture
def named(monkeypatch):
    """The domain says this of its server."""

    def named(*places):
        asked = []
        monkeypatch.setattr(discovery, "discover", lambda domain: asked.append(domain) or places)
        return asked

    return named


def test_nobody_is_asked_without_consent(run, named):
    asked = named(Place("imap.firm.example", 993, own=True))

    ran = run("setup", "kim@firm.example")

    assert ran.exit_code == Exit.SETTINGS
    assert "--discover" in ran.stderr
    assert asked == []


@pytest.mark.parametrize(
    ("place", "host", "user"),
    [
        (Place("imap.firm.example", 994, own=True), "imap.firm.example", ""),
        (Place("imap.firm.example", 994, own=True, local_part=True), "imap.firm.example", "kim"),
        (Place("imap.gmail.com", 993, own=False), "imap.gmail.com", ""),
    ],
    ids=["own", "local-part", "known-provider"],
)
def test_what_the_domain_names_is_used(named, place, host, user):
    named(place)
    account = servers.account("kim@firm.example", servers.Options(discover=True), Settings())
    assert (account.host, account.port, account.username) == (host, place.port, user)


@pytest.mark.parametrize(
    ("places", "says"),
    [
        ((Place("imap.hoster.example", 993, own=False),), "not in its own domain(?s:.*)--host imap.hoster.example"),
        ((Place("imap.firm.example", 143, own=True, sealed=False),), "STARTTLS(?s:.*)--host imap.firm.example"),
        ((), "does not say where(?s:.*)--host"),
    ],
    ids=["elsewhere", "starttls", "nothing"],
)
def test_what_cannot_be_used_is_explained_with_what_to_do(named, places, says):
    named(*places)
    with pytest.raises(SettingsError, match=says):
        servers.account("kim@firm.example", servers.Options(discover=True), Settings())


class Desk:
    """A desk with one row."""

    def entries(self, **_):
        return SimpleNamespace(entries=[SimpleNamespace(id="c1", verdict=SimpleNamespace(standing=1, reason=1))])

    def title(self, *_):
        return "asked"

    def now(self):
        return None


@pytest.mark.parametrize(
    ("left", "terminal", "times"),
    [(900, True, 1), (0, True, 0), (900, False, 0)],
    ids=["more-to-come", "all-is-read", "a-pipe-gets-one-list"],
)
def test_the_first_list_is_shown_while_older_mail_is_read(monkeypatch, left, terminal, times):
    """Once, however often the lists sharpen; the final list follows in any case."""
    printed, steps = [], []
    monkeypatch.setattr(setup.output, "print_entries", lambda *rows: printed.append(rows))
    monkeypatch.setattr(setup.output, "out", SimpleNamespace(is_terminal=terminal))
    early = setup._Early(
        SimpleNamespace(desk=Desk()), AccountSetting(address=KIM, host="h"), lambda *s: steps.append(s)
    )

    early.watch("Reading INBOX", 100, 100 + left)
    early.watch("Thinking", 5, 5)
    early.show()
    early.show()

    assert len(printed) == times
    assert steps == [("Reading INBOX", 100, 100 + left), ("Thinking", 5, 5)]


def test_a_client_id_is_remembered_in_a_table_and_the_account_names_it(tmp_path):
    """What is written is read back as the same account."""
    client = OAuthSetting(name="google", client_id="us", client_secret="none")
    account = AccountSetting(address="kim@gmail.com", host="imap.gmail.com", oauth=client)
    session = Session(tmp_path)

    setup._remember(session, account, "Kim")

    written = tomllib.loads((tmp_path / "settings.toml").read_text("utf-8"))
    assert written["account"][0]["oauth"] == "google"
    assert written["oauth"] == {"google": {"client_id": "us", "client_secret": "none"}}
    assert session.settings.account == (account,)
    assert (tmp_path / "settings.toml").stat().st_mode & 0o777 == 0o600


def test_with_oauth_it_says_that_the_provider_s_login_hears_of_it_too(monkeypatch, capsys):
    client = OAuthSetting(name="google", client_id="us", client_secret="none")
    account = AccountSetting(address="kim@gmail.com", host="imap.gmail.com", oauth=client)
    monkeypatch.setattr(setup.entering, "entered", lambda *_: nullcontext())
    monkeypatch.setattr(setup, "_with_sent", lambda known, _: known)
    monkeypatch.setattr(setup, "_show_folders", lambda *_: None)

    setup._opened(account, servers.Options())

    assert "but that connection, and what OAuth 2 says to your provider's own login." in capsys.readouterr().err
