"""settings.toml -> frozen Settings; an unknown key is an error that names its line.

The file and the data of the program live in two folders: the platform's usual
ones, or both in the folder that REPLIQUETTE_HOME (or `--home`) names.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from repliquette.errors import SettingsError
from repliquette.model import Absence, Owner

DEFAULT_PORT = 47811


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AwaySetting(_Strict):
    """Days off: mail that came between `from` and `to` (both included) waited for a good reason."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> AwaySetting:
        if self.end < self.start:
            message = f"'to' ({self.end}) comes before 'from' ({self.start})"
            raise ValueError(message)
        return self


class OAuthSetting(_Strict):
    """Who we are to a provider of OAuth 2 (RFC 6749), and where it is asked.

    For the names "google" and "microsoft" the addresses and scopes are known
    (`mailbox/oauth.py`); for others they stand here.  `client_secret` of an installed
    program is no secret (RFC 8252 §8.5); some providers want it all the same.
    """

    name: str = ""
    client_id: str
    client_secret: str = ""
    authorization_url: str = ""
    token_url: str = ""
    device_url: str = ""
    revocation_url: str = ""
    scopes: tuple[str, ...] = ()

    @field_validator("authorization_url", "token_url", "device_url", "revocation_url")
    @classmethod
    def _sealed(cls, value: str) -> str:
        if value and not re.match(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", value):
            message = f"{value!r} does not begin with https://"
            raise ValueError(message)
        return value


class AccountSetting(_Strict):
    """One mailbox: who I am there and where the server is.

    Without `password_command` the password comes from the keyring of the
    operating system; with `oauth` (the name of a table `[oauth.NAME]`) there is
    no password.  `ca_file` names a private certificate authority, the only
    way in which the check of the server's certificate can be widened.  An account
    with `archive` (a Maildir, an mbox file or a folder of .eml files) is read from
    there and has no server.  `sent_folder` and `drafts_folder` name folders that
    cannot be told by their marks or names.
    """

    address: str
    aliases: tuple[str, ...] = ()
    host: str = ""
    archive: Path | None = None
    port: int = Field(default=993, ge=1, le=65535)
    username: str = ""
    password_command: tuple[str, ...] = ()
    oauth: OAuthSetting | None = None
    ca_file: Path | None = None
    folders: tuple[str, ...] = ()
    sent_folder: str = ""
    drafts_folder: str = ""

    @field_validator("oauth", mode="before")
    @classmethod
    def _known_table(cls, value: Any) -> Any:
        if isinstance(value, str):
            message = f"there is no table [oauth.{value}] with a client_id; docs/providers.md tells how to get one"
            raise ValueError(message)  # noqa: TRY004 - pydantic turns this one into an error of the settings
        return value

    @field_validator("address", "aliases")
    @classmethod
    def _lower_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else tuple(v.lower() for v in value)

    @field_validator("address", "aliases")
    @classmethod
    def _whole_address(cls, value: Any) -> Any:
        for address in (value,) if isinstance(value, str) else value:
            if not re.fullmatch(r"[^\s@]+@[^\s@]+", address):
                message = f"{address!r} is no mail address; write one like 'kim@example.org'"
                raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _one_place(self) -> AccountSetting:
        if bool(self.host) == bool(self.archive):
            message = f"account {self.address} needs either a host (its IMAP server) or an archive (a path)"
            raise ValueError(message)
        if self.oauth and (self.password_command or self.archive):
            message = f"account {self.address} has oauth, so it can have neither a password_command nor an archive"
            raise ValueError(message)
        return self

    @property
    def login(self) -> str:
        """The user name for the server: the address unless set otherwise."""
        return self.username or self.address

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that is me in this account."""
        return frozenset((self.address, *self.aliases))


class Settings(_Strict):
    """Everything the owner has chosen."""

    name: str = ""
    time_zone: str = "UTC"
    port: int = Field(default=DEFAULT_PORT, ge=1024, le=65535)
    account: tuple[AccountSetting, ...] = ()
    away: tuple[AwaySetting, ...] = ()
    always_first: tuple[str, ...] = ()
    oauth: Mapping[str, OAuthSetting] = {}

    @model_validator(mode="before")
    @classmethod
    def _introduced(cls, data: Any) -> Any:
        """Put in place of each account's `oauth = "NAME"` what the table `[oauth.NAME]` says."""
        if not isinstance(data, dict) or not isinstance(data.get("account"), list):
            return data
        tables = data.get("oauth", {})
        accounts = [_introduced(account, tables) for account in data["account"]]
        return {**data, "account": accounts}

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            message = f"{value!r} is no time zone; write one like 'Europe/Berlin'"
            raise ValueError(message) from error
        return value

    @model_validator(mode="after")
    def _each_once(self) -> Settings:
        seen: set[str] = set()
        for account in self.account:
            if account.address in seen:
                message = f"account {account.address} stands there twice"
                raise ValueError(message)
            seen.add(account.address)
        return self

    def owner(self, account: AccountSetting) -> Owner:
        """The "me" of one account."""
        absences = tuple(Absence(a.start, a.end, "settings") for a in self.away)
        first = frozenset(a.lower() for a in self.always_first)
        return Owner(account.addresses, self.name, self.time_zone, absences, first)

    def account_for(self, address: str) -> AccountSetting:
        """The account of an address; SettingsError where there is none."""
        for account in self.account:
            if address.lower() in account.addresses:
                return account
        known = ", ".join(a.address for a in self.account) or "none"
        raise SettingsError(
            f"There is no account for {address}.", seen=f"accounts: {known}", hint=f"Run: repliquette setup {address}"
        )


def _introduced(account: Any, tables: Any) -> Any:
    name = account.get("oauth") if isinstance(account, dict) else None
    table = tables.get(name) if isinstance(name, str) and isinstance(tables, dict) else None
    return {**account, "oauth": {"name": name, **table}} if isinstance(table, dict) else account


class Places:
    """Where settings, own rules and data lie.

    `config` holds settings.toml and the owner's own rules/, `data` the store.
    """

    def __init__(self, home: Path | None = None) -> None:
        """Take `home`, else REPLIQUETTE_HOME, else the platform's folders."""
        named = home or (Path(os.environ["REPLIQUETTE_HOME"]) if os.environ.get("REPLIQUETTE_HOME") else None)
        self.config = named or Path(platformdirs.user_config_dir("repliquette"))
        self.data = named or Path(platformdirs.user_data_dir("repliquette"))

    @property
    def settings_file(self) -> Path:
        """The file the owner may edit."""
        return self.config / "settings.toml"

    @property
    def store_file(self) -> Path:
        """The SQLite file."""
        return self.data / "repliquette.sqlite"

    @property
    def own_rules(self) -> Path:
        """The owner's own rule files; they win over the shipped ones."""
        return self.config / "rules"

    def make(self) -> None:
        """Create both folders, readable by the owner alone (S31)."""
        for folder in (self.config, self.data):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def load(path: Path) -> Settings:
    """Read settings; a missing file gives the defaults, a faulty one a SettingsError with its line."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read.", seen=str(error)) from error
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {error}", hint="Compare with the example in README.md.") from error
    except ValidationError as error:
        raise _located(path, text, error) from error


def plain_message(found: Mapping[str, Any]) -> str:
    """What one finding of pydantic says, without the word it puts before messages of ours."""
    return str(found["msg"]).removeprefix("Value error, ")


def _located(path: Path, text: str, error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    keys = [str(k) for k in first["loc"] if isinstance(k, str)]
    key = keys[-1] if keys else ""
    line = next((n for n, row in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[*\s*{re.escape(key)}\b", row)), 0)
    what = (
        f"unknown key {key!r}"
        if first["type"] == "extra_forbidden"
        else ": ".join(filter(None, [key, plain_message(first)]))
    )
    place = f"{path}:{line}" if key and line else str(path)
    return SettingsError(f"{place}: {what}", hint="README.md, section Settings, lists every key.")
