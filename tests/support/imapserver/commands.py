"""The commands of RFC 9051 that a reader of mail may send, over an `Account`; others are BAD.

That STORE, COPY, MOVE, EXPUNGE, CREATE and DELETE are among those others is
meant: nothing under test has any business with them (S19).
"""

from __future__ import annotations

import base64
import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from imapclient import imap_utf7

from support.imapserver.fetch import Fetch
from support.imapserver.grammar import BadCommandError, Command, Token, string, word, words
from support.imapserver.mailbox import SOME_DAY, Account, Mailbox
from support.imapserver.profiles import Profile
from support.imapserver.search import search
from support.imapserver.view import View

_FLAGS = b"(\\Answered \\Flagged \\Deleted \\Seen \\Draft)"
_ALWAYS = {"CAPABILITY", "NOOP", "LOGOUT", "LOGIN", "ID"}


@dataclass
class Commands:
    """One session's state.  `password` and `token` None: any will do."""

    account: Account
    profile: Profile
    password: str | None = None
    token: str | None = None
    is_in: bool = False
    view: View | None = None
    enabled: set[str] = field(default_factory=set)
    lies: dict[tuple[int, str], bytes] = field(default_factory=dict)

    def answer(self, command: Command) -> bytes:
        """All that is said to a command, its news and tagged line included."""
        try:
            return self._locked(self._known(command.name), command)
        except (BadCommandError, ValueError, IndexError) as error:
            return command.tag + b" BAD " + str(error).encode("ascii", "replace") + b"\r\n"

    def _known(self, name: str) -> Callable[[Commands, Command], bytes]:
        if name not in _COMMANDS:
            raise BadCommandError(f"unknown command {name}")
        if not self.is_in and name not in _ALWAYS:
            raise BadCommandError("log in first")
        return _COMMANDS[name]

    def _locked(self, run: Callable[[Commands, Command], bytes], command: Command) -> bytes:
        box = self.view.box if self.view else None
        if box is None:
            return run(self, command).replace(b"%TAG%", command.tag, 1)
        with box.lock:
            said = run(self, command)
            untagged, _, status = said.rpartition(b"%TAG%")
            numbers_stay = command.name in {"FETCH", "SEARCH"}  # RFC 9051 §7.5.1
            news = self.news(expunges=not numbers_stay)
        return untagged + news + command.tag + status

    def news(self, *, expunges: bool = True) -> bytes:
        """What happened in the open folder, untagged."""
        if self.view is None:
            return b""
        told = {"vanished": "QRESYNC" in self.enabled, "modseqs": "CONDSTORE" in self.enabled}
        return self.view.news(expunges=expunges, **told)

    def capability(self) -> bytes:
        """The words after CAPABILITY."""
        return (self.profile.after if self.is_in else self.profile.before).encode()

    def check(self, mechanism: str, response: bytes) -> bool:
        """Whether a SASL response (PLAIN, XOAUTH2, OAUTHBEARER) lets the user in."""
        said = base64.b64decode(response)
        if mechanism == "PLAIN":
            self.is_in = self.password in {None, said.split(b"\0")[2].decode()}
        else:
            bearer = re.search(rb"(?i)\x01auth=Bearer ([^\x01]*)\x01", said)
            self.is_in = bearer is not None and self.token in {None, bearer[1].decode()}
        return self.is_in

    def opened(self) -> View:
        """The open folder; BAD where there is none."""
        if self.view is None:
            raise BadCommandError("open a folder first")
        return self.view

    def folder(self, name: Token) -> Mailbox | None:
        """A folder by its name on the wire (modified UTF-7)."""
        return self.account.get(imap_utf7.decode(word(name)))


def _capability(session: Commands, _: Command) -> bytes:
    return b"* CAPABILITY " + session.capability() + b"\r\n%TAG% OK done\r\n"


def _noop(_: Commands, __: Command) -> bytes:
    return b"%TAG% OK done\r\n"


def _logout(_: Commands, __: Command) -> bytes:
    return b"* BYE logging out\r\n%TAG% OK done\r\n"


def _id(_: Commands, __: Command) -> bytes:
    return b'* ID ("name" "fake")\r\n%TAG% OK done\r\n'


def _login(session: Commands, command: Command) -> bytes:
    if session.password not in {None, word(command.arguments[1]).decode()}:
        return b"%TAG% NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"
    session.is_in = True
    return b"%TAG% OK [CAPABILITY " + session.capability() + b"] logged in\r\n"


def _enable(session: Commands, command: Command) -> bytes:
    asked = [word(one).decode().upper() for one in command.arguments]
    granted = [one for one in asked if one in {"CONDSTORE", "QRESYNC"} and session.profile.has(one)]
    if "ENABLE" not in session.profile.after.split():
        raise BadCommandError("no ENABLE here")
    session.enabled.update(granted)
    if "QRESYNC" in granted:
        session.enabled.add("CONDSTORE")
    return b"* ENABLED" + "".join(f" {one}" for one in granted).encode() + b"\r\n%TAG% OK done\r\n"


def _list(session: Commands, command: Command) -> bytes:
    pattern = imap_utf7.decode(word([one for one in command.arguments if not isinstance(one, list)][-1]))
    if isinstance(command.arguments[-1], list):  # LIST … RETURN (…)
        pattern = imap_utf7.decode(word(command.arguments[1]))
    glob = pattern.replace("[", "[[]").replace("%", "*")
    lines = [
        b"* LIST (" + " ".join(box.attributes).encode() + b') "/" ' + string(imap_utf7.encode(box.name)) + b"\r\n"
        for box in session.account
        if fnmatch.fnmatchcase(box.name, glob)
    ]
    return b"".join(lines) + b"%TAG% OK done\r\n"


def _status(session: Commands, command: Command) -> bytes:
    box = session.folder(command.arguments[0])
    if box is None:
        return b"%TAG% NO [NONEXISTENT] no such folder\r\n"
    numbers = {
        "MESSAGES": len(box.letters),
        "UIDNEXT": box.uidnext,
        "UIDVALIDITY": box.uidvalidity,
        "UNSEEN": sum("\\Seen" not in letter.flags for letter in box.letters.values()),
        "RECENT": 0,
    }
    if session.profile.has("CONDSTORE"):
        numbers["HIGHESTMODSEQ"] = box.modseq
    asked = [one.decode().upper() for one in words(command.arguments[1])]
    if unknown := [one for one in asked if one not in numbers]:
        raise BadCommandError(f"unknown status item {unknown[0]}")
    said = " ".join(f"{one} {numbers[one]}" for one in asked).encode()
    return b"* STATUS " + string(imap_utf7.encode(box.name)) + b" (" + said + b")\r\n%TAG% OK done\r\n"


def _open(session: Commands, command: Command) -> bytes:
    session.view = None
    box = session.folder(command.arguments[0])
    if box is None or "\\Noselect" in box.attributes:
        return b"%TAG% NO [NONEXISTENT] no such folder\r\n"
    known = _parameters(session, command)
    view = session.view = View(box, read_only=command.name == "EXAMINE")
    lines = [b"FLAGS " + _FLAGS, b"OK [PERMANENTFLAGS (%s)] these stay" % (b"" if view.read_only else _FLAGS[1:-1])]
    lines += [b"%d EXISTS" % len(view.uids), b"0 RECENT"]
    lines += [b"OK [UIDVALIDITY %d] valid" % box.uidvalidity, b"OK [UIDNEXT %d] next" % box.uidnext]
    if session.profile.has("CONDSTORE"):
        lines.append(b"OK [HIGHESTMODSEQ %d] highest" % box.modseq)
    access = b"READ-ONLY" if view.read_only else b"READ-WRITE"
    said = b"".join(b"* " + line + b"\r\n" for line in lines)
    return said + (_resync(view, *known) if known else b"") + b"%TAG% OK [" + access + b"] open\r\n"


def _parameters(session: Commands, command: Command) -> tuple[int, int, bytes] | None:
    """What EXAMINE … (CONDSTORE) or (QRESYNC (uidvalidity modseq [uids …])) says is known."""
    said = command.arguments[1] if len(command.arguments) > 1 else []
    names = [one.upper() for one in said if isinstance(one, bytes)]
    if b"CONDSTORE" in names and session.profile.has("CONDSTORE"):
        session.enabled.add("CONDSTORE")
        return None
    if b"QRESYNC" not in names:
        return None
    if "QRESYNC" not in session.enabled:
        raise BadCommandError("ENABLE QRESYNC first")
    known = next(one for one in said if isinstance(one, list))
    if len(known) > 2 and b"*" in word(known[2]):
        raise BadCommandError("no * in the known UIDs")  # RFC 7162 §7, known-uids
    return int(word(known[0])), int(word(known[1])), word(known[2]) if len(known) > 2 else b"1:*"


def _resync(view: View, uidvalidity: int, modseq: int, known: bytes) -> bytes:
    """RFC 7162 §3.2.5.2: what vanished, then what changed."""
    if uidvalidity != view.box.uidvalidity:
        return b""
    fetch = Fetch(known, (b"UID", b"FLAGS", b"MODSEQ"), modseq, vanished=True, by_uid=True)
    return fetch.answer(view, {})


def _append(session: Commands, command: Command) -> bytes:
    box = session.folder(command.arguments[0])
    if box is None:
        return b"%TAG% NO [TRYCREATE] no such folder\r\n"
    *options, raw = command.arguments[1:]
    flags = [one.decode() for option in options if isinstance(option, list) for one in words(option)]
    dates = [
        datetime.strptime(word(o).decode().strip(), "%d-%b-%Y %H:%M:%S %z") for o in options if isinstance(o, bytes)
    ]
    uid = box.deliver(word(raw), flags=flags, date=dates[0] if dates else SOME_DAY)
    code = b"[APPENDUID %d %d] " % (box.uidvalidity, uid) if session.profile.has("UIDPLUS") else b""
    return b"%TAG% OK " + code + b"saved\r\n"


def _fetch(session: Commands, command: Command) -> bytes:
    fetch = Fetch.read(command.arguments, by_uid=command.name.startswith("UID"))
    if fetch.since is not None:
        if not session.profile.has("CONDSTORE"):
            raise BadCommandError("no CONDSTORE here")
        session.enabled.add("CONDSTORE")
    if fetch.vanished and "QRESYNC" not in session.enabled:
        raise BadCommandError("ENABLE QRESYNC first")
    if any(item.upper().startswith(b"X-GM") for item in fetch.items) and not session.profile.has("X-GM-EXT-1"):
        raise BadCommandError("no X-GM-EXT-1 here")
    return fetch.answer(session.opened(), session.lies) + b"%TAG% OK done\r\n"


def _search(session: Commands, command: Command) -> bytes:
    extended = session.profile.has("ESEARCH")
    by_uid = command.name.startswith("UID")
    said = search(session.opened(), command.arguments, by_uid=by_uid, extended=extended, tag=command.tag)
    return said + b"%TAG% OK done\r\n"


def _close(session: Commands, _: Command) -> bytes:
    session.opened()
    session.view = None
    return b"%TAG% OK done\r\n"


_COMMANDS: dict[str, Callable[[Commands, Command], bytes]] = {
    "CAPABILITY": _capability,
    "NOOP": _noop,
    "LOGOUT": _logout,
    "ID": _id,
    "LOGIN": _login,
    "ENABLE": _enable,
    "LIST": _list,
    "STATUS": _status,
    "EXAMINE": _open,
    "SELECT": _open,
    "APPEND": _append,
    "FETCH": _fetch,
    "UID FETCH": _fetch,
    "SEARCH": _search,
    "UID SEARCH": _search,
    "UNSELECT": _close,
    "CLOSE": _close,
}
