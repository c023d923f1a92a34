"""What one session has been told of its folder: its message numbers, and the news since."""

from __future__ import annotations

from dataclasses import dataclass

from support.imapserver.grammar import write_set
from support.imapserver.mailbox import Letter, Mailbox


def flag_list(letter: Letter) -> bytes:
    """FLAGS as they are written."""
    return b"(" + " ".join(sorted(letter.flags)).encode() + b")"


@dataclass
class View:
    """`uids` are the messages by their numbers; what a renumbered folder means by them is its own affair."""

    box: Mailbox
    read_only: bool

    def __post_init__(self) -> None:
        self.uids = list(self.box.letters)
        self.modseq = self.box.modseq
        self.uidvalidity = self.box.uidvalidity

    def letters(self) -> list[tuple[int, Letter]]:
        """Number and message of all that are still there."""
        return [(n, self.box.letters[uid]) for n, uid in enumerate(self.uids, 1) if uid in self.box.letters]

    def news(self, *, vanished: bool, modseqs: bool, expunges: bool = True) -> bytes:
        """Untagged responses for all that happened since the last time; `vanished` as RFC 7162 §3.2.10 tells it."""
        if self.uidvalidity != self.box.uidvalidity:
            return b""
        said = [*self._expunged(vanished=vanished)] if expunges else []
        said += [*self._changed(modseqs=modseqs), *self._arrived()]
        self.modseq = self.box.modseq
        return b"".join(said)

    def _expunged(self, *, vanished: bool) -> list[bytes]:
        gone = [(n, uid) for n, uid in enumerate(self.uids, 1) if uid not in self.box.letters]
        if not gone:
            return []
        self.uids = [uid for uid in self.uids if uid in self.box.letters]
        if vanished:
            return [b"* VANISHED " + write_set(uid for _, uid in gone) + b"\r\n"]
        return [b"* %d EXPUNGE\r\n" % n for n, _ in reversed(gone)]

    def _changed(self, *, modseqs: bool) -> list[bytes]:
        changed = [(n, letter) for n, letter in self.letters() if letter.modseq > self.modseq]
        modseq = b" MODSEQ (%d)" if modseqs else b""
        return [
            b"* %d FETCH (UID %d FLAGS %s%s)\r\n"
            % (n, one.uid, flag_list(one), modseq % one.modseq if modseqs else modseq)
            for n, one in changed
        ]

    def _arrived(self) -> list[bytes]:
        last = self.uids[-1] if self.uids else 0
        new = [uid for uid in self.box.letters if uid > last]
        self.uids += new
        return [b"* %d EXISTS\r\n* 0 RECENT\r\n" % len(self.uids)] if new else []
