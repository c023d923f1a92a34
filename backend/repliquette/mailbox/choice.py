r"""Which folders of a server are read, and what the owner should be told of it.

Sent mail is read always: without it, whatever was answered would look owed.  Where it
cannot be told (RFC 6154 flags, names in twelve languages), that is a question for the
owner and never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from repliquette.errors import SettingsError
from repliquette.mailbox.folders import READ_FIRST, in_reading_order
from repliquette.mailbox.words import plain_words
from repliquette.model import Folder, FolderRole
from repliquette.settings import AccountSetting

HIDDEN = (
    'Gmail hides "All Mail" from mail programs, so archived mail is not read. To have it read: Gmail in the browser, '
    'Settings, Labels, beside "All Mail" tick "Show in IMAP".'
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The folders to read, in reading order; `notes` are sentences for the owner."""

    folders: tuple[Folder, ...]
    notes: tuple[str, ...] = ()


def choose(account: AccountSetting, seen: Sequence[Folder], *, is_gmail: bool) -> Choice:
    """What to read of the folders that can be opened; SettingsError where the settings must help."""
    _check_names(account, seen, account.folders, "folders")
    _check_names(account, seen, filter(None, [account.sent_folder]), "sent_folder")
    folders = [_as_set(account, folder) for folder in seen]
    all_mail = [folder for folder in folders if folder.role is FolderRole.ALL]
    if is_gmail and all_mail and not account.folders:
        return Choice(in_reading_order(all_mail))
    if account.sent_folder or any(folder.role is FolderRole.SENT for folder in folders):
        notes = (HIDDEN,) if is_gmail and not all_mail else ()
        return Choice(in_reading_order(folder for folder in folders if _is_wanted(account, folder)), notes)
    raise SettingsError(
        f"No folder of {account.address} can be told to be the one for sent mail.",
        seen=_in_words(seen),
        hint=f"Name it in your settings, in the table of this account: sent_folder = {_example(seen)}",
    )


def _as_set(account: AccountSetting, folder: Folder) -> Folder:
    """The folder that the settings name for sent mail has that role; the inbox keeps its own."""
    is_sent = folder.name == account.sent_folder and folder.role is not FolderRole.INBOX
    return replace(folder, role=FolderRole.SENT) if is_sent else folder


def _is_wanted(account: AccountSetting, folder: Folder) -> bool:
    if account.folders:
        return folder.name in account.folders or folder.role is FolderRole.SENT
    return folder.role in READ_FIRST


def _check_names(account: AccountSetting, seen: Iterable[Folder], names: Iterable[str], key: str) -> None:
    if missing := set(names) - {folder.name for folder in seen}:
        raise SettingsError(
            f"{account.address} has no folder named {', '.join(sorted(missing))}.",
            seen=_in_words(seen),
            hint=f"Correct the key {key} of this account in your settings.",
        )


def _in_words(seen: Iterable[Folder]) -> str:
    return plain_words(f"folders: {', '.join(folder.name for folder in seen)}")


def _example(seen: Iterable[Folder]) -> str:
    """A folder that may be meant: one without a role, or any word."""
    found = next((folder.name for folder in seen if folder.role is FolderRole.OTHER), "Sent")
    return f'"{plain_words(found)}"'
