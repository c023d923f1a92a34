"""SEARCH (RFC 9051 §6.4.4) with RETURN (RFC 4731): the keys that a reader of mail may want; others are BAD."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from support.imapserver import mime
from support.imapserver.grammar import BadCommandError, Token, parse_set, word, words, write_set
from support.imapserver.mailbox import Letter
from support.imapserver.view import View

Numbered = tuple[int, Letter]
Test = Callable[[Numbered], bool]
FLAG_KEYS = ("ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN")


def search(view: View, arguments: list[Token], *, by_uid: bool, extended: bool, tag: bytes) -> bytes:
    """The untagged answer."""
    rest = list(arguments)
    wanted: list[bytes] | None = None
    if rest and not isinstance(rest[0], list) and rest[0].upper() == b"RETURN":
        if not extended:
            raise BadCommandError("no ESEARCH here")
        wanted = [one.upper() for one in words(rest[1])] or [b"ALL"]
        del rest[:2]
    if rest and not isinstance(rest[0], list) and rest[0].upper() == b"CHARSET":
        del rest[:2]
    test = _all_of(rest, view)
    found = [letter.uid if by_uid else number for number, letter in view.letters() if test((number, letter))]
    if wanted is None:
        return b"* SEARCH" + b"".join(b" %d" % number for number in found) + b"\r\n"
    return b'* ESEARCH (TAG "%s")' % tag + (b" UID" if by_uid else b"") + _returned(wanted, found) + b"\r\n"


def _returned(wanted: list[bytes], found: list[int]) -> bytes:
    """MIN, MAX and ALL are left out where nothing was found."""
    values = {b"MIN": b"%d" % found[0], b"MAX": b"%d" % found[-1], b"ALL": write_set(found)} if found else {}
    values[b"COUNT"] = b"%d" % len(found)
    return b"".join(b" " + name + b" " + values[name] for name in wanted if name in values)


def _all_of(keys: list[Token], view: View) -> Test:
    rest, tests = list(keys), []
    while rest:
        tests.append(_test(rest, view))
    return lambda one: all(test(one) for test in tests)


def _test(rest: list[Token], view: View) -> Test:
    """Take one key with its arguments off the front."""
    first = rest.pop(0)
    if isinstance(first, list):
        return _all_of(first, view)
    key = first.upper().decode("latin-1")
    if key.removeprefix("UN") in FLAG_KEYS:
        flag, wanted = "\\" + key.removeprefix("UN").title(), not key.startswith("UN")
        return lambda one: (flag in one[1].flags) is wanted
    if key == "NOT":
        negated = _test(rest, view)
        return lambda one: not negated(one)
    if key == "OR":
        left, right = _test(rest, view), _test(rest, view)
        return lambda one: left(one) or right(one)
    if key[:1].isdigit() or key[:1] == "*":
        numbers = set(parse_set(first, range(1, len(view.uids) + 1)))
        return lambda one: one[0] in numbers
    return _with_argument(key, rest, view)


def _with_argument(key: str, rest: list[Token], view: View) -> Test:
    if key == "ALL":
        return lambda _: True
    if not rest:
        raise BadCommandError(f"unknown search key {key}")
    value = word(rest.pop(0))
    if key == "UID":
        uids = set(parse_set(value, view.uids))
        return lambda one: one[1].uid in uids
    if key == "HEADER":
        text = word(rest.pop(0)).lower()
        return lambda one: text in mime.chosen(one[1].part.header, [value.upper()]).lower().partition(b":")[2]
    if key in {"SINCE", "BEFORE", "ON"}:
        return _by_day(key, value)
    return _by_number(key, value)


def _by_day(key: str, value: bytes) -> Test:
    """By the day of INTERNALDATE, whatever its time and zone."""
    day = datetime.strptime(value.decode(), "%d-%b-%Y").date()  # noqa: DTZ007 - a day has no zone
    if key == "SINCE":
        return lambda one: one[1].internal_date.date() >= day
    if key == "BEFORE":
        return lambda one: one[1].internal_date.date() < day
    return lambda one: one[1].internal_date.date() == day


def _by_number(key: str, value: bytes) -> Test:
    number = int(value) if value.isdigit() else -1
    if key == "MODSEQ":
        return lambda one: one[1].modseq >= number
    place = {"X-GM-MSGID": 0, "X-GM-THRID": 1}.get(key)
    if place is None:
        raise BadCommandError(f"unknown search key {key}")
    return lambda one: one[1].gmail is not None and one[1].gmail[place] == number
