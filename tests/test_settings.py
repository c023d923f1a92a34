"""settings.toml: what the README shows works, and a mistake is told with its line."""

from __future__ import annotations

import re
from datetime import date

import pytest

from repliquette import settings
from repliquette.errors import SettingsError
from repliquette.model import Absence
from repliquette.settings import AccountSetting, OAuthSetting, Places, Settings

GOOD = 'name = "Kim Lee"\n[[account]]\naddress = "Kim@Example.org"\nhost = "imap.example.org"\n'


def load(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    return settings.load(path)


def test_the_example_of_the_readme_is_valid_and_complete(root, tmp_path):
    """Whoever adds a setting shows it in the README."""
    example = re.search(r"```toml\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)[1]
    loaded = load(tmp_path, example)

    shown = set(re.findall(r"^#? ?(\w+) =", example, re.MULTILINE)) | {"account", "away"}
    assert shown | {"archive"} >= set(Settings.model_fields) | set(AccountSetting.model_fields)
    assert loaded.owner(loaded.account[0]).absences == (Absence(date(2026, 7, 6), date(2026, 7, 24), "settings"),)


def test_an_account_names_its_way_of_oauth(tmp_path):
    table = '[oauth.google]\nclient_id = "us"\n'

    loaded = load(tmp_path, GOOD + 'oauth = "google"\n' + table)

    assert loaded.account[0].oauth == OAuthSetting(name="google", client_id="us")


def test_a_local_provider_may_be_asked_in_clear():
    """Loopback never leaves the machine (RFC 8252 §8.3)."""
    assert OAuthSetting(client_id="us", token_url="http://127.0.0.1:9/token").token_url


def test_no_file_means_no_choices(tmp_path):
    assert settings.load(tmp_path / "none.toml") == Settings()


def test_addresses_are_lower_case(tmp_path):
    assert load(tmp_path, GOOD).account[0].address == "kim@example.org"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (GOOD + 'hots = "x"\n', 5, "unknown key 'hots'"),
        ('colour = "red"\n' + GOOD, 1, "unknown key 'colour'"),
        ('time_zone = "Mars"\n', 1, "no time zone"),
        ("port = 80\n", 1, "port"),
        ('[[account]]\naddress = "a@b.example"\n', 1, "either a host"),
        (GOOD.replace("Kim@Example.org", "kim"), 3, "address: 'kim' is no mail address"),
        (GOOD + 'oauth = "google"\n', 5, r"no table \[oauth\.google\]"),
        (
            '[oauth.own]\nclient_id = "x"\ntoken_url = "http://id.example/token"\n',
            3,
            "token_url: 'http://id.example/token' does not begin with https://",
        ),
        (
            GOOD + 'oauth = "g"\npassword_command = ["pass"]\n[oauth.g]\nclient_id = "x"\n',
            2,
            "neither a password_command",
        ),
        ("[[away]]\nfrom = 2026-07-24\nto = 2026-07-06\n", 1, "away: 'to'"),
    ],
)
def test_a_mistake_names_its_line(tmp_path, text, line, says):
    with pytest.raises(SettingsError, match=says) as caught:
        load(tmp_path, text)

    assert f"settings.toml:{line}:" in caught.value.what
    assert caught.value.hint


def test_text_that_is_not_toml(tmp_path):
    with pytest.raises(SettingsError, match="not TOML"):
        load(tmp_path, "name = Kim")


def test_an_account_is_found_by_any_of_its_addresses(tmp_path):
    loaded = load(tmp_path, GOOD + 'aliases = ["kim.lee@example.org"]\n')

    assert loaded.account_for("KIM.LEE@example.org") == loaded.account[0]
    with pytest.raises(SettingsError, match=r"no account for x@y\.example"):
        loaded.account_for("x@y.example")


def test_home_holds_everything(tmp_path, monkeypatch):
    monkeypatch.setenv("REPLIQUETTE_HOME", str(tmp_path / "there"))
    places = Places()
    places.make()

    assert places.settings_file.parent == places.store_file.parent == tmp_path / "there"
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o700


def test_an_account_stands_there_once(tmp_path):
    with pytest.raises(SettingsError, match=r"kim@example\.org stands there twice"):
        load(tmp_path, GOOD + GOOD.partition("\n")[2])
