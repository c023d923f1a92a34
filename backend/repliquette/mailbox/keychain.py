"""The keyring of the operating system: safe ones only, in parts that each of them can hold (S31).

Backends that keep nothing, or keep it readable on disk, are refused with the
command that repairs it on this system.
"""

from __future__ import annotations

import sys
from typing import Any

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from repliquette.errors import LoginError
from repliquette.limits import SECRET_PART_CHARS, SECRET_PARTS

# Backends that refuse, forget, or write where anybody reads.
UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
KEYRINGS = {
    "linux": (
        "Install a keyring that is unlocked when you log in: sudo apt install gnome-keyring (or KWallet, or KeePassXC "
        "with its Secret Service), then log out and in. To unlock it in a session without a desktop: "
        "dbus-run-session -- sh, then gnome-keyring-daemon --unlock --components=secrets"
    ),
    "darwin": "Unlock the keychain of macOS: security unlock-keychain login.keychain-db",
    "win32": "Start the store of passwords (Windows Credential Manager), as administrator: sc.exe start VaultSvc",
}
# The keyring may be sound and only its choice be wrong, by a file or by PYTHON_KEYRING_BACKEND.
CHOICE = "If another keyring was chosen for Python: keyring diagnose names the file to remove (keyringrc.cfg)."
COMMAND = (
    "Or name a program that prints the password: repliquette setup ADDRESS --password-command "
    '"pass show mail/me" (in the settings: password_command).'
)


def way_out() -> str:
    """The commands that repair a missing or locked keyring on this system (S31)."""
    return " ".join((KEYRINGS.get(sys.platform, KEYRINGS["linux"]), CHOICE, COMMAND))


def safe_keyring() -> KeyringBackend:
    """The keyring that keeps passwords safe; LoginError where there is none (S31)."""
    ring = keyring.get_keyring()
    chain: list[KeyringBackend] = list(getattr(ring, "backends", [])) or [ring]
    for backend in chain:
        if not type(backend).__module__.startswith(UNSAFE):
            return backend
    kinds = ", ".join(f"{type(backend).__module__}.{type(backend).__name__}" for backend in chain)
    raise LoginError("This system has no keyring that keeps a password safe.", seen=kinds, hint=way_out())


def keep(service: str, login: str, secret: str) -> None:
    """Keep a secret; one that a keyring could not hold in one piece goes in parts, the last shorter than the others."""
    if len(secret) >= SECRET_PARTS * SECRET_PART_CHARS:
        raise LoginError("This secret is too long for a keyring.", seen=f"{len(secret):,} characters")
    ring = safe_keyring()
    for number in range(len(secret) // SECRET_PART_CHARS + 1):
        start = number * SECRET_PART_CHARS
        _ask(ring.set_password, service, _part(login, number), secret[start : start + SECRET_PART_CHARS])


def kept(service: str, login: str) -> str:
    """The secret, or ""."""
    ring, secret = safe_keyring(), ""
    for number in range(SECRET_PARTS):
        part = _ask(ring.get_password, service, _part(login, number)) or ""
        secret += part
        if len(part) < SECRET_PART_CHARS:
            break
    return secret


def forget(service: str, login: str) -> bool:
    """Forget a secret; False where none was kept."""
    ring = safe_keyring()
    deleted = [_deleted(ring, service, _part(login, number)) for number in range(SECRET_PARTS)]
    return any(deleted)


def _part(login: str, number: int) -> str:
    return f"{login} (part {number + 1})" if number else login


def _deleted(ring: KeyringBackend, service: str, login: str) -> bool:
    try:
        ring.delete_password(service, login)
    except PasswordDeleteError:
        return False
    except KeyringError as error:
        raise _locked(error) from error
    return True


def _ask(question: Any, *words: str) -> Any:
    try:
        return question(*words)
    except KeyringError as error:
        raise _locked(error) from error


def _locked(error: KeyringError) -> LoginError:
    return LoginError("The keyring did not answer.", seen=f"{type(error).__name__}: {error}", hint=way_out())
