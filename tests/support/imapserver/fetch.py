r"""FETCH (RFC 9051 §6.4.5) with CHANGEDSINCE and VANISHED (RFC 7162) and Gmail's three items.

`lies` maps (UID, item) to what this server says in place of the truth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from support.imapserver import mime
from support.imapserver.grammar import BadCommandError, Token, literal, parse_set, string, word, words, write_set
from support.imapserver.mailbox import Letter
from support.imapserver.structure import body_structure, envelope
from support.imapserver.view import View, flag_list

Lies = Mapping[tuple[int, str], bytes]
_BODY = re.compile(rb"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE)
_MACROS = {b"FAST": [b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"]}
_MACROS[b"ALL"] = [*_MACROS[b"FAST"], b"ENVELOPE"]
_MACROS[b"FULL"] = [*_MACROS[b"ALL"], b"BODYSTRUCTURE"]


def internal_date(letter: Letter) -> bytes:
    """As RFC 9051 writes it, the day padded by a blank."""
    return letter.internal_date.strftime('"%d-%b-%Y %H:%M:%S %z"').encode().replace(b'"0', b'" ', 1)


def _labels(letter: Letter) -> bytes:
    gmail = letter.gmail
    assert gmail is not None
    return b"(" + b" ".join(string(label) for label in sorted(gmail[2])) + b")"


ITEMS: dict[str, Callable[[Letter], bytes]] = {
    "UID": lambda letter: b"%d" % letter.uid,
    "FLAGS": flag_list,
    "INTERNALDATE": internal_date,
    "RFC822.SIZE": lambda letter: b"%d" % len(letter.raw),
    "ENVELOPE": lambda letter: envelope(letter.part),
    "BODYSTRUCTURE": lambda letter: body_structure(letter.part),
    "MODSEQ": lambda letter: b"(%d)" % letter.modseq,
    "X-GM-MSGID": lambda letter: b"%d" % (letter.gmail or (0,))[0],
    "X-GM-THRID": lambda letter: b"%d" % (letter.gmail or (0, 0))[1],
    "X-GM-LABELS": _labels,
}


@dataclass(frozen=True, slots=True)
class Fetch:
    """A FETCH command, read."""

    chosen: bytes
    items: tuple[bytes, ...]
    since: int | None
    vanished: bool
    by_uid: bool

    @classmethod
    def read(cls, arguments: list[Token], *, by_uid: bool) -> Fetch:
        """BAD where it is none."""
        if len(arguments) not in {2, 3}:
            raise BadCommandError("FETCH wants a set and items")
        items = words(arguments[1])
        items = _MACROS.get(items[0].upper(), items) if items else items
        for item in items:
            if not _BODY.fullmatch(item) and item.upper().decode("latin-1") not in ITEMS:
                raise BadCommandError(f"unknown item {item!r}")
        modifiers = [one.upper() for one in words(arguments[2])] if len(arguments) > 2 else []
        since = int(modifiers[modifiers.index(b"CHANGEDSINCE") + 1]) if b"CHANGEDSINCE" in modifiers else None
        names = [b"UID"] if by_uid else []
        names += [item for item in items if item.upper() != b"UID" or not by_uid]
        if since is not None and b"MODSEQ" not in items:
            names.append(b"MODSEQ")
        return cls(word(arguments[0]), tuple(names), since, b"VANISHED" in modifiers, by_uid)

    def answer(self, view: View, lies: Lies) -> bytes:
        """The untagged answers."""
        said = [self._vanished(view)]
        for number, letter in self._letters(view):
            if self.since is None or letter.modseq > self.since:
                self._see(view, letter)
                said.append(b"* %d FETCH (%s)\r\n" % (number, self._values(letter, lies)))
        return b"".join(said)

    def _letters(self, view: View) -> list[tuple[int, Letter]]:
        numbers = view.uids if self.by_uid else range(1, len(view.uids) + 1)
        wanted = set(parse_set(self.chosen, numbers))
        return [(n, letter) for n, letter in view.letters() if (letter.uid if self.by_uid else n) in wanted]

    def _vanished(self, view: View) -> bytes:
        if not self.vanished or self.since is None:
            return b""
        gone = parse_set(self.chosen, sorted({*view.box.gone, *view.box.letters}))
        told = [uid for uid in gone if view.box.gone.get(uid, 0) > self.since]
        return b"* VANISHED (EARLIER) " + write_set(told) + b"\r\n" if told else b""

    def _see(self, view: View, letter: Letter) -> None:
        r"""BODY[] without PEEK sets \Seen, but not after EXAMINE."""
        loud = any(found and not found[1] for found in map(_BODY.fullmatch, self.items))
        if loud and not view.read_only and "\\Seen" not in letter.flags:
            view.box.flag(letter.uid, *letter.flags, "\\Seen")

    def _values(self, letter: Letter, lies: Lies) -> bytes:
        return b" ".join(_value(letter, item, lies) for item in self.items)


def _value(letter: Letter, item: bytes, lies: Lies) -> bytes:
    name = item.upper().decode("latin-1")
    found = _BODY.fullmatch(item)
    if not found:
        said = lies.get((letter.uid, name))
        return name.encode() + b" " + (ITEMS[name](letter) if said is None else said)
    data = (
        mime.section(letter.part, found[2]) or b""
    )  # Dovecot, too, gives an empty string for a part that is not there
    label = b"BODY[" + found[2].upper() + b"]"
    if found[3]:
        label += b"<" + found[3] + b">"
        first = int(found[3])
        data = data[first : first + int(found[4])]
    said = lies.get((letter.uid, label.decode("latin-1")))
    return label + b" " + (literal(data) if said is None else said)
