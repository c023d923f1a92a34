r"""The draft box over IMAP: one draft laid into the Drafts folder, once (S19).

Its connection can list, EXAMINE, search and APPEND; nothing else.  Before the
APPEND (RFC 9051 §6.3.12) it looks for our own Message-ID, so that a draft saved
twice, or again after a crash, lies there once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Self

from repliquette.errors import ServerError, SettingsError
from repliquette.mailbox.connection import AppendingConnection
from repliquette.mailbox.folders import can_be_opened, role_of
from repliquette.model import DraftReceipt, FolderRole
from repliquette.settings import AccountSetting

# What `replies.draft.message_id` makes; anything wilder is a mistake of ours, and no search term.
OUR_ID = re.compile(r"[A-Za-z0-9.+_=-]+@[A-Za-z0-9.-]+")
APPENDED = re.compile(r"\[APPENDUID \d+ (\d+)\]", re.IGNORECASE)  # RFC 4315


class ImapDraftBox:
    """Satisfies `source.DraftBox` for one account."""

    def __init__(self, connection: AppendingConnection, folder: str = "") -> None:
        """`folder` is where drafts go by the settings; "" finds it out."""
        self._connection = connection
        self._folder = folder

    @classmethod
    def connect(cls, account: AccountSetting, password: str) -> Self:
        """Log in, the password tried once; ServerError or LoginError say what to do."""
        return cls(AppendingConnection(account, password), account.drafts_folder)

    def append_draft(self, raw: bytes, message_id: str) -> DraftReceipt:
        r"""Save `raw` with \Draft and \Seen, unless a draft of this Message-ID is there already."""
        if not OUR_ID.fullmatch(message_id):
            raise ValueError(f"not a Message-ID of ours: {message_id!r}")
        folder = self._drafts_folder()
        self._connection.examine(folder)
        if found := self._connection.search("UNDELETED", "HEADER", "Message-ID", f"<{message_id}>"):
            return DraftReceipt(message_id, folder, max(found), created=False)
        said = APPENDED.search(self._connection.append_draft(folder, raw))
        return DraftReceipt(message_id, folder, int(said[1]) if said else None)

    def close(self) -> None:
        """Say goodbye; never raises."""
        self._connection.close()

    def _drafts_folder(self) -> str:
        """The folder of the settings, the one with the flag for drafts, or the one so named; the top one of several."""
        open_ones = [
            (name, mark, {flag.lower() for flag in flags})
            for flags, mark, name in self._connection.list_folders()
            if can_be_opened(flags)
        ]
        if self._folder:
            return self._as_set(name for name, _, _ in open_ones)
        drafts = [
            (b"\\drafts" not in flags, len(name), name)
            for name, mark, flags in open_ones
            if role_of(name, flags, mark) is FolderRole.DRAFTS
        ]
        if not drafts:
            raise ServerError(
                "This mailbox has no Drafts folder that can be told by its name.",
                hint="Save any draft with your mail program once, which makes it; or name it in your settings: drafts_folder.",
            )
        return min(drafts)[2]

    def _as_set(self, names: Iterable[str]) -> str:
        if self._folder in names:
            return self._folder
        raise SettingsError(
            f"There is no folder named {self._folder} for drafts.",
            hint="Correct the key drafts_folder of this account in your settings.",
        )
