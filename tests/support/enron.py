"""The real mailboxes beside the project, as a mail server would hold them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from repliquette.mailbox.archive import ArchiveSource
from repliquette.model import FolderRole
from support.dovecot import Mail

SERVER_FOLDER = {FolderRole.INBOX: "INBOX", FolderRole.SENT: "Sent"}


@dataclass(frozen=True)
class Enron:
    """Whose mailbox, their addresses, and a day just after its newest mail."""

    owner: str
    address: str
    now: str


MAILBOXES = (
    Enron("crandell-s", "sean.crandall@enron.com", "2002-02-08T09:00:00-08:00"),
    Enron("motley-m", "matt.motley@enron.com", "2002-06-03T09:00:00-07:00"),
    Enron("slinger-r", "ryan.slinger@enron.com", "2002-06-03T09:00:00-07:00"),
    Enron("guzman-m", "mark.guzman@enron.com", "2001-06-01T09:00:00-07:00"),
    Enron("allen-p", "phillip.allen@enron.com", "2001-06-01T09:00:00-05:00"),
    Enron("whalley-g", "greg.whalley@enron.com", "2001-12-01T09:00:00-06:00"),
)


def folders(shared: Path, mailbox: Enron) -> dict[str, list[bytes | Mail]]:
    """Its messages by the names that a server gives their folders; everything neither received nor sent is left out."""
    found: dict[str, list[bytes | Mail]] = {"INBOX": [], "Sent": []}
    source = ArchiveSource(shared / "corpora" / "enron-mailboxes" / mailbox.owner)
    for folder in source.folders():
        name = SERVER_FOLDER.get(folder.role)
        if name:
            uids = source.changes(folder, None).added
            found[name].extend(raw.raw for raw in source.fetch(folder, sorted(uids)))
    return found
