"""Mail spoilt by chance: bytes flipped, pieces spliced, cut, shuffled, wrapped; the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

CHARS = 4_000
_DIRT = (b"\0", b"\r", b"\n\n", b"=?", b"?=", b"=?utf-8?q?", b"--", b'"', b"(", b"<", b";", b"\xff\xfe", b"*0*=", b"=")


def _flip(mail: bytes, other: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(mail)
    for _ in range(chance.randint(1, 20)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _splice(mail: bytes, other: bytes, chance: random.Random) -> bytes:
    return mail[: chance.randrange(len(mail))] + other[chance.randrange(len(other)) :]


def _cut(mail: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(mail)), chance.randrange(len(mail))))
    return mail[:start] + mail[end:]


def _soil(mail: bytes, other: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(mail))
        mail = mail[:at] + chance.choice(_DIRT) * chance.choice((1, 1, 2, 50)) + mail[at:]
    return mail


def _shuffle(mail: bytes, other: bytes, chance: random.Random) -> bytes:
    head, gap, body = mail.partition(b"\n\n")
    rows = head.split(b"\n")
    chance.shuffle(rows)
    return b"\n".join(rows + rows[: chance.randrange(len(rows))]) + gap + body


def _wrap(mail: bytes, other: bytes, chance: random.Random) -> bytes:
    kind = chance.choice((b"multipart/mixed", b"multipart/alternative", b"multipart/report", b"multipart/digest"))
    head = b"Subject: x\nContent-Type: " + kind + b"; boundary=b%d\n\n" % chance.randrange(3)
    inner = chance.choice((mail, b"Content-Type: message/rfc822\n\n" + mail))
    return head + b"".join(b"--b%d\n" % chance.randrange(3) + piece + b"\n" for piece in (inner, other[:2_000]))


MUTATIONS: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (_flip, _splice, _cut, _soil, _shuffle, _wrap)


def mutant(mails: Sequence[bytes], number: int, seed: int = 1) -> bytes:
    """Mutant `number` of a seed: one to four mutations of one of `mails`."""
    chance = random.Random(seed << 32 | number)
    mail = chance.choice(mails)[:CHARS] or b"\n"
    for _ in range(chance.randint(1, 4)):
        mail = chance.choice(MUTATIONS)(mail, chance.choice(mails)[:CHARS] or b"\n", chance)[:CHARS] or b"\n"
    return mail
