"""`repliquette setup`: add a mailbox, log in again, or take the access back."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import tomlkit
import tzlocal

from repliquette import settings
from repliquette.cli import entering, output, servers
from repliquette.cli.lists import owed
from repliquette.cli.servers import Options
from repliquette.cli.session import Session, pass_session
from repliquette.errors import SettingsError
from repliquette.mailbox.archive import ArchiveSource
from repliquette.mailbox.connection import ReadingConnection
from repliquette.mailbox.folders import readable
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.providers import NAMED
from repliquette.model import Folder, FolderRole, Standing
from repliquette.pipeline.hold import Hold
from repliquette.pipeline.sync import Progress
from repliquette.settings import AccountSetting, OAuthSetting

FIRST_ROWS = 10
# Whole, since the settings are read from any folder.
_FILE = click.Path(exists=True, resolve_path=True, path_type=Path)


@click.command()
@click.argument("address")
@click.option("--host", default="", help="The IMAP server; known already for the large providers.")
@click.option("--port", type=click.IntRange(1, 65535), help=f"Its TLS port, if it is not {servers.IMAPS}.")
@click.option("--provider", default="", type=click.Choice(["", *NAMED]), help="Who keeps the mail of your own domain.")
@click.option("--discover", is_flag=True, help="Ask your domain for its mail server (DNS and https, to it alone).")
@click.option("--username", default="", help="The name to log in with, if it is not the address.")
@click.option("--alias", "aliases", multiple=True, metavar="ADDRESS", help="Another address that is you; repeatable.")
@click.option("--name", default="", help="Your name, as your letters end.")
@click.option("--sent-folder", default="", metavar="FOLDER", help="Where sent mail lies, if it cannot be told.")
@click.option("--drafts-folder", default="", metavar="FOLDER", help="Where drafts go, if it cannot be told.")
@click.option("--ca-file", type=_FILE, help="A private certificate authority to trust.")
@click.option(
    "--password-command",
    default="",
    metavar="COMMAND",
    help="Print the password with this program instead of keeping it in the keyring.",
)
@click.option("--oauth", default="", metavar="NAME", help="Log in by OAuth 2, as [oauth.NAME] of your settings says.")
@click.option("--client-id", default="", help="Your client id for OAuth 2 (docs/providers.md); it is remembered.")
@click.option("--client-secret", default="", help="What belongs to it, if your provider gives one.")
@click.option("--no-browser", "browser", flag_value=False, default=True, type=bool, help="Print the link instead.")
@click.option("--device", is_flag=True, help="Say yes on another device, by a short code.")
@click.option(
    "--archive",
    type=_FILE,
    help="Read a Maildir, an mbox file or a folder of .eml instead of a server.",
)
@click.option("--no-sync", is_flag=True, help="Only log in and remember; read the mail later.")
@click.option("--revoke", is_flag=True, help="Forget the password, or give the access by OAuth back. Mail read stays.")
@pass_session
def setup(session: Session, /, address: str, name: str, no_sync: bool, revoke: bool, **given: Any) -> None:
    """Add a mailbox: find its server, log in, read it, show the first list.

    The password is asked for (or read from stdin where that is no terminal), tried
    once, and kept in the keyring of your system, never in a file.  Nothing changes
    in the mailbox.  Of a mailbox that is set up already, only the password (or your
    yes) is asked for.

    Example: repliquette setup kim@example.org --host imap.example.org --name "Kim Lee"
    """
    options = Options(**given)
    known = next((a for a in session.settings.account if address.lower() in a.addresses), None)
    if revoke:
        output.words.print(entering.taken_back(session.settings.account_for(address)), soft_wrap=True)
        return
    if known:
        _enter_again(session, known, options)
        return
    account = _opened(servers.account(address, options, session.settings), options)
    _remember(session, account, name or _ask_name(session))
    output.words.print(f"Remembered in {session.places.settings_file}.", soft_wrap=True)
    if not no_sync:
        session.reload()
        _first_look(session, account)


def _enter_again(session: Session, known: AccountSetting, options: Options) -> None:
    """Ask for the password of an account anew, which is all that can have changed without the settings."""
    where = f"To change anything else, edit {session.places.settings_file}."
    if known.archive or known.password_command:
        raise SettingsError(f"{known.address} is set up already.", hint=where)
    what = "yes" if known.oauth else "password"
    output.words.print(f"{known.address} is set up already; only your {what} is asked for. {where}", soft_wrap=True)
    with entering.entered(known, options):
        output.words.print(f"The {'access' if known.oauth else 'password'} is right, and kept in the keyring.")


def _opened(account: AccountSetting, options: Options) -> AccountSetting:
    """Look into the mailbox once, so that nothing is remembered that does not open."""
    if account.archive:
        ArchiveSource(account.archive).close()
        return account
    besides = ", and what OAuth 2 says to your provider's own login" if account.oauth else ""
    output.words.print(
        f"Repliquette reads the headers and texts of your mail at {account.host} and changes nothing there. "
        f"Nothing leaves this machine but that connection{besides}.",
        soft_wrap=True,
    )
    with entering.entered(account, options) as connection:
        whole = _with_sent(account, connection)
        _show_folders(whole, connection)
    return whole


def _with_sent(account: AccountSetting, connection: ReadingConnection) -> AccountSetting:
    """The account, with the owner's word for where sent mail lies if that cannot be told."""
    try:
        ImapSource(account, connection).folders()
    except SettingsError as error:
        if account.sent_folder or account.folders:
            raise
        names = [folder.name for folder in readable(connection.list_folders())]
        return account.model_copy(update={"sent_folder": _ask_sent(error, names)})
    return account


def _ask_sent(error: SettingsError, names: list[str]) -> str:
    if not sys.stdin.isatty():
        hint = 'Run it again and name the folder: --sent-folder "…"'
        raise SettingsError(error.what, seen=error.seen, hint=hint) from error
    output.words.print("Without your sent mail, all that you answered would look owed. Which folder holds it?")
    for number, name in enumerate(names, 1):
        output.words.print(f"{number:4}  ", output.plain(name), sep="")
    number = click.prompt("Its number", type=click.IntRange(1, len(names)), err=True)
    return names[number - 1]


def _show_folders(account: AccountSetting, connection: ReadingConnection) -> None:
    source = ImapSource(account, connection)
    counts = [(folder, connection.examine(folder.name).total) for folder in source.folders()]
    output.words.print("It will read: ", _listed(counts), sep="", soft_wrap=True)
    for note in source.notes:
        output.words.print(note, soft_wrap=True)


def _listed(counts: list[tuple[Folder, int]]) -> Any:
    said = (f"{f.name}{' (sent mail)' if f.role is FolderRole.SENT else ''}: {total:,}" for f, total in counts)
    return output.plain("; ".join(said) + " messages.")


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
    accounts.append(tomlkit.item(_written(account)))
    if account.oauth:
        _remember_client(document, account.oauth)
    # Written beside and moved, so that a crash leaves the old file whole.
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
    settings.load(fresh)
    fresh.replace(path)


def _written(account: AccountSetting) -> Mapping[str, Any]:
    fields = account.model_dump(mode="json", exclude_defaults=True)
    return {**fields, "oauth": account.oauth.name} if account.oauth else fields


def _remember_client(document: tomlkit.TOMLDocument, client: OAuthSetting) -> None:
    """Write the table `[oauth.NAME]` where there is none yet."""
    tables = document.setdefault("oauth", tomlkit.table(is_super_table=True))
    if client.name not in tables:
        tables[client.name] = client.model_dump(mode="json", exclude_defaults=True, exclude={"name"})


class _Early:
    """Shows the list once while older mail is still on its way, at a terminal; at the end it is shown anyhow."""

    def __init__(self, session: Session, account: AccountSetting, progress: Progress) -> None:
        self._session = session
        self._account = account
        self._progress = progress
        self._left = 0
        self._shown = False

    def watch(self, step: str, done: int, total: int) -> None:
        """Pass progress on, and note how much is left to read."""
        if step.startswith("Reading"):
            self._left = total - done
        self._progress(step, done, total)

    def show(self) -> None:
        """Print the first rows, if there are any and there is more to wait for."""
        if self._shown or not self._left or not output.out.is_terminal:
            return
        desk = self._session.desk
        page = desk.entries(standing=Standing.OWED, account=self._account.address, limit=FIRST_ROWS)
        if page.entries:
            titles = {e.id: desk.title(e.verdict.standing, e.verdict.reason) for e in page.entries}
            output.print_entries(page.entries, titles, desk.now())
            output.words.print(f"The newest mail is read; {self._left:,} older messages follow.", style="dim")
            self._shown = True


def _first_look(session: Session, account: AccountSetting) -> None:
    with output.progress_bar() as progress:
        early = _Early(session, account, progress)
        intake = replace(session.intake(account, early.watch), on_lists=early.show)
        with Hold(session.places.data), session.source(account) as source:
            report = intake.read(source)
    output.words.print(f"Read {report.new} messages, judged {report.judged} conversations.")
    if report.why:
        output.words.print(output.plain(report.why), soft_wrap=True)
    click.get_current_context().invoke(owed, account=account.address, limit=FIRST_ROWS)
