"""The password of an account: from a command of the owner's, or from the system's keyring.

A password is kept in the keyring of the operating system or not at all (S31):
backends that keep nothing, or keep it readable on disk, are refused with the way
out.  `password_command` (pass, gopass, secret-tool, op, …) runs without a shell;
what it prints goes to the server and nowhere else, errors included.
"""

from __future__ import annotations

import shlex
import subprocess
from typing import Any

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from repliquette.errors import LoginError
from repliquette.limits import PASSWORD_COMMAND_TIMEOUT_S
from repliquette.settings import AccountSetting

# Backends that refuse, forget, or write where anybody reads.
UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
WAY_OUT = (
    "Unlock or install the keyring of your system (on Linux: gnome-keyring, KWallet or KeePassXC with the Secret "
    'Service), or name a program that prints the password: repliquette setup ADDRESS --password-command "pass show '
    'mail/me" (in the settings: password_command).'
)


def find_password(account: AccountSetting) -> str:
    """The password; LoginError where there is none or no safe place keeps it."""
    if account.password_command:
        return _from_command(account)
    password: str | None = _ask(safe_keyring().get_password, account)
    if not password:
        raise LoginError(
            f"No password for {account.address} is kept in the keyring.",
            hint=f"To enter it: repliquette setup {account.address}",
        )
    return password


def save_password(account: AccountSetting, password: str) -> None:
    """Keep a password in the keyring, bound to this host; LoginError where that is not safe."""
    _ask(safe_keyring().set_password, account, password)


def delete_password(account: AccountSetting) -> bool:
    """Forget a password; False where none was kept."""
    ring = safe_keyring()
    try:
        ring.delete_password(_service(account), account.login)
    except PasswordDeleteError:
        return False
    except KeyringError as error:
        raise _locked(error) from error
    return True


def _service(account: AccountSetting) -> str:
    """The host is part of the name: settings that name another server do not get the password."""
    return f"repliquette {account.host}"


def safe_keyring() -> KeyringBackend:
    """The keyring that keeps passwords safe; LoginError where there is none (S31)."""
    ring = keyring.get_keyring()
    chain: list[KeyringBackend] = list(getattr(ring, "backends", [])) or [ring]
    for backend in chain:
        if not type(backend).__module__.startswith(UNSAFE):
            return backend
    kinds = ", ".join(f"{type(backend).__module__}.{type(backend).__name__}" for backend in chain)
    raise LoginError("This system has no keyring that keeps a password safe.", seen=kinds, hint=WAY_OUT)


def _ask(question: Any, account: AccountSetting, *words: str) -> Any:
    try:
        return question(_service(account), account.login, *words)
    except KeyringError as error:
        raise _locked(error) from error


def _locked(error: KeyringError) -> LoginError:
    return LoginError("The keyring did not answer.", seen=f"{type(error).__name__}: {error}", hint=WAY_OUT)


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
