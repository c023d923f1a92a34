"""For `setup`: the owner's password or yes, tried once on the server, kept only when it is right."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread

import click

from repliquette.cli import output
from repliquette.cli.servers import Options
from repliquette.errors import LoginError
from repliquette.limits import CONSENT_S
from repliquette.mailbox import keychain, login
from repliquette.mailbox.connection import ReadingConnection
from repliquette.mailbox.grant import Token
from repliquette.settings import AccountSetting


@contextmanager
def entered(account: AccountSetting, options: Options) -> Iterator[ReadingConnection]:
    """A connection that is logged in; the credential is in the keyring by then, if it belongs there."""
    if account.oauth:
        with _by_consent(account, options) as connection:
            yield connection
        return
    password = login.find_password(account) if account.password_command else _ask(account)
    with ReadingConnection(account, password) as connection:
        if not account.password_command:
            login.save_password(account, password)
        yield connection


def _ask(account: AccountSetting) -> str:
    keychain.safe_keyring()  # before the password is typed in vain
    if sys.stdin.isatty():
        password: str = click.prompt(f"Password for {account.login} at {account.host}", hide_input=True, err=True)
        return password
    if given := sys.stdin.readline().rstrip("\r\n"):
        return given
    raise LoginError("No password was given on stdin.", hint="Run it in a terminal, or with --password-command.")


@contextmanager
def _by_consent(account: AccountSetting, options: Options) -> Iterator[ReadingConnection]:
    from repliquette.mailbox import consent, device, oauth, tokens  # noqa: PLC0415 - slow, and seldom needed

    assert account.oauth is not None
    provider = oauth.known(account.oauth)
    keychain.safe_keyring()  # before the owner says yes in vain
    grant = (
        device.consent(provider, lambda errand: _show_code(errand.page, errand.code))
        if options.device
        else consent.consent(provider, account.login, partial(_show_link, browser=options.browser))
    )
    with ReadingConnection(account, Token(grant.access)) as connection:
        tokens.save(account, grant)
        yield connection


def _show_code(page: str, code: str) -> None:
    output.words.print(f"On any device, open {page} and type the code {code}. Waiting…", soft_wrap=True, markup=False)


def _show_link(link: str, port: int, *, browser: bool) -> None:
    output.words.print(
        "Your browser asks whether Repliquette may read this mailbox. If it does not open, open this link yourself:"
        if browser
        else "Open this link in a browser on this machine:",
        soft_wrap=True,
    )
    click.echo(link, err=True)  # whole, for copying
    if browser:
        # Beside us: browsers in a terminal come back only when they are closed.
        Thread(target=webbrowser.open, args=(link,), daemon=True).start()
    else:
        other = f"(Is the browser on another machine? There, first: ssh -L {port}:127.0.0.1:{port} THIS-MACHINE)"
        output.words.print(other, soft_wrap=True, markup=False)
    output.words.print(f"Waiting {CONSENT_S / 60:.0f} minutes for your yes…")


def taken_back(account: AccountSetting) -> str:
    """Forget the password, or give the access back; a sentence that says what became of it."""
    if not account.oauth:
        if account.password_command:
            return f"The password of {account.address} is kept by your own program, not here."
        found = login.delete_password(account)
        return f"The password of {account.address} {'is forgotten' if found else 'was not kept here'}."
    from repliquette.mailbox import oauth, tokens  # noqa: PLC0415 - slow, and seldom needed

    if tokens.revoke(account):
        return f"The access to {account.address} was given back and is forgotten."
    page = oauth.known(account.oauth).page
    return (
        f"The access is forgotten here. This provider takes it back only by your own hand{f': {page}' if page else '.'}"
    )
