"""`repliquette setup`: add a mailbox."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import click
import tomlkit
import tzlocal
from pydantic import ValidationError

from repliquette import settings
from repliquette.cli import output
from repliquette.cli.lists import owed
from repliquette.cli.session import Session, pass_session
from repliquette.errors import LoginError, SettingsError
from repliquette.mailbox import keychain, login, providers
from repliquette.mailbox.archive import ArchiveSource
from repliquette.mailbox.imap import ImapSource
from repliquette.settings import AccountSetting

IMAPS = 993
FIRST_ROWS = 10
# Whole, since the settings are read from any folder.
_FILE = click.Path(exists=True, resolve_path=True, path_type=Path)


@click.command()
@click.argument("address")
@click.option("--host", default="", help="The IMAP server; known already for the large providers.")
@click.option("--port", default=IMAPS, type=click.IntRange(1, 65535), show_default=True, help="Its TLS port.")
@click.option("--username", default="", help="The name to log in with, if it is not the address.")
@click.option("--alias", "aliases", multiple=True, metavar="ADDRESS", help="Another address that is you; repeatable.")
@click.option("--name", default="", help="Your name, as your letters end.")
@click.option("--ca-file", type=_FILE, help="A private certificate authority to trust.")
@click.option(
    "--password-command",
    default="",
    metavar="COMMAND",
    help="Print the password with this program instead of keeping it in the keyring.",
)
@click.option(
    "--archive",
    type=_FILE,
    help="Read a Maildir, an mbox file or a folder of .eml instead of a server.",
)
@click.option("--no-sync", is_flag=True, help="Only log in and remember; read the mail later.")
@pass_session
def setup(session: Session, /, address: str, name: str, no_sync: bool, **given: object) -> None:
    """Add a mailbox: find its server, log in, read it, show the first list.

    The password is asked for (or read from stdin where that is no terminal), tried
    once, and kept in the keyring of your system, never in a file.  Nothing changes
    in the mailbox.  Of a mailbox that is set up already, only the password is asked for.

    Example: repliquette setup kim@example.org --host imap.example.org --name "Kim Lee"
    """
    if known := next((a for a in session.settings.account if address.lower() in a.addresses), None):
        _enter_again(session, known)
        return
    account = _account(address, given)
    _try(account)
    _remember(session, account, name or _ask_name(session))
    output.words.print(f"Remembered in {session.places.settings_file}.", soft_wrap=True)
    if not no_sync:
        session.reload()
        _first_look(session, account)


def _enter_again(session: Session, known: AccountSetting) -> None:
    """Ask for the password of an account anew, which is all that can have changed without the settings."""
    where = f"To change anything else, edit {session.places.settings_file}."
    if known.archive or known.password_command:
        raise SettingsError(f"{known.address} is set up already.", hint=where)
    output.words.print(f"{known.address} is set up already; only its password is asked for. {where}", soft_wrap=True)
    _log_in(known)
    output.words.print("The password is right, and kept in the keyring.")


def _account(address: str, given: dict[str, object]) -> AccountSetting:
    """The account as the options, or what is known of the provider, describe it."""
    host, port = given["host"], given["port"]
    if not host and not given["archive"]:
        provider = providers.provider_of(address)
        if provider is None:
            raise SettingsError(
                f"The mail server of {address} is not known.",
                hint=f"Ask your provider for its IMAP server: repliquette setup {address} --host imap.example.org",
            )
        host, port = provider.host, provider.port
        if provider.advice:
            output.words.print(provider.advice)
    fields = {key: given[key] for key in ("username", "aliases", "ca_file", "archive")}
    try:
        command = shlex.split(str(given["password_command"]))
    except ValueError as error:
        raise SettingsError(f"--password-command: {error}.", hint="Quote it as for a shell.") from error
    try:
        return AccountSetting.model_validate(
            {"address": address, "host": host, "port": port, "password_command": command, **fields}
        )
    except ValidationError as error:
        said = settings.plain_message(error.errors()[0])
        raise SettingsError(f"{said}.", hint="See: repliquette setup --help") from error


def _try(account: AccountSetting) -> None:
    """Look into the mailbox once, so that nothing is remembered that does not open."""
    if account.archive:
        ArchiveSource(account.archive).close()
    else:
        _log_in(account)


def _log_in(account: AccountSetting) -> None:
    """Try the password once; keep it only when it is right."""
    password = login.find_password(account) if account.password_command else _ask(account)
    ImapSource.connect(account, password).close()
    if not account.password_command:
        login.save_password(account, password)


def _ask(account: AccountSetting) -> str:
    keychain.safe_keyring()  # before the password is typed in vain
    if sys.stdin.isatty():
        password: str = click.prompt(f"Password for {account.login} at {account.host}", hide_input=True, err=True)
        return password
    if given := sys.stdin.readline().rstrip("\r\n"):
        return given
    raise LoginError("No password was given on stdin.", hint="Run it in a terminal, or with --password-command.")


def _ask_name(session: Session) -> str:
    """The name under the letters, from a person at a terminal; "" elsewhere, or where it is known."""
    if session.settings.name or not sys.stdin.isatty():
        return ""
    name: str = click.prompt("Your name, as your letters end", default="", show_default=False, err=True)
    return name.strip()


def _remember(session: Session, account: AccountSetting, name: str) -> None:
    """Add the account to settings.toml; what the owner wrote there stays as it is."""
    session.places.make()
    path = session.places.settings_file
    document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    if name:
        document["name"] = name
    if "time_zone" not in document:
        document["time_zone"] = tzlocal.get_localzone_name() or "UTC"
    accounts = document.setdefault("account", tomlkit.aot())
    accounts.append(tomlkit.item(account.model_dump(mode="json", exclude_defaults=True)))
    # Written beside and moved, so that a crash leaves the old file whole.
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
    settings.load(fresh)
    fresh.replace(path)


def _first_look(session: Session, account: AccountSetting) -> None:
    with output.progress_bar() as progress:
        report = session.sync(account, progress)
    output.words.print(f"Read {report.new} messages, judged {report.judged} conversations.")
    click.get_current_context().invoke(owed, account=account.address, limit=FIRST_ROWS)
