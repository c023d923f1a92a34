"""The credential of an account: from a command of the owner's, or from the system's keyring.

A password or a refresh token is kept in the keyring of the operating system or
not at all (S31).  `password_command` (pass, gopass, secret-tool, op, …) runs
without a shell; what it prints goes to the server and nowhere else, errors
included.
"""

from __future__ import annotations

import shlex
import subprocess

from repliquette.errors import LoginError
from repliquette.limits import PASSWORD_COMMAND_TIMEOUT_S
from repliquette.mailbox import keychain
from repliquette.settings import AccountSetting


def find_password(account: AccountSetting) -> str:
    """The password, or a `Token` where the account has OAuth; LoginError where neither is kept in a safe place."""
    if account.oauth:
        from repliquette.mailbox import tokens  # noqa: PLC0415 - a fifth of a second that passwords need not wait

        return tokens.find(account)
    if account.password_command:
        return _from_command(account)
    password = keychain.kept(_service(account), account.login)
    if not password:
        raise LoginError(
            f"No password for {account.address} is kept in the keyring.",
            hint=f"To enter it: repliquette setup {account.address}",
        )
    return password


def save_password(account: AccountSetting, password: str) -> None:
    """Keep a password in the keyring, bound to this host; LoginError where that is not safe."""
    keychain.keep(_service(account), account.login, password)


def delete_password(account: AccountSetting) -> bool:
    """Forget a password; False where none was kept."""
    return keychain.forget(_service(account), account.login)


def _service(account: AccountSetting) -> str:
    """The host is part of the name: settings that name another server do not get the password."""
    return f"repliquette {account.host}"


def _from_command(account: AccountSetting) -> str:
    command = account.password_command
    shown = shlex.join(command)
    hint = f"Try it yourself: {shown}"
    try:
        done = subprocess.run(  # noqa: S603 - the owner's own command, from the owner's settings, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PASSWORD_COMMAND_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LoginError(f"The password command for {account.address} did not end.", hint=hint) from error
    except OSError as error:
        what = f"The password command for {account.address} cannot be run."
        raise LoginError(what, seen=str(error.strerror), hint=f"Correct password_command: {shown}") from error
    if done.returncode != 0:
        what = f"The password command for {account.address} failed."
        raise LoginError(what, seen=f"exit code {done.returncode}", hint=hint)
    password = done.stdout.decode("utf-8", "replace").partition("\n")[0].rstrip("\r")
    if not password:
        raise LoginError(f"The password command for {account.address} printed no password.", hint=hint)
    return password
