"""Mail that was made to hurt its reader: each shape as a maker of up to 10 MiB of bytes.

Run as a program it is the meter of `tests/message/test_hostile.py`: it reads names
of shapes from stdin and answers each with a JSON line.  Every shape is read in a
child process of its own, so that peaks of memory do not add up.
"""

from __future__ import annotations

import base64
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable

from repliquette.limits import MESSAGE_BYTES, MIB
from repliquette.message.lore import Lore, load
from repliquette.message.parse import parse
from repliquette.model import Message, RawMessage
from repliquette.rulebook.files import shipped_rules

FULL = MESSAGE_BYTES
_PATIENCE_S = 20  # of CPU; then the child dies


def filled(head: bytes, piece: bytes, tail: bytes = b"") -> bytes:
    """`head`, then as much of `piece` as fits into a full message, then `tail`."""
    return head + piece * ((FULL - len(head) - len(tail)) // len(piece)) + tail


def _letter(piece: bytes, *fields: str) -> bytes:
    return filled("\n".join(("From: rosa@frames.example", "Subject: lamp", *fields, "", "")).encode(), piece)


def _html(piece: bytes) -> bytes:
    return _letter(piece, "Content-Type: text/html; charset=utf-8")


def _field(name: bytes, value: bytes) -> bytes:
    """One field of this value above a body that fills the message."""
    return filled(b"Message-ID: <x@frames.example>\n" + name + b": " + value + b"\n\n", b"words and ")


def _mixed(part: bytes, times: int) -> bytes:
    return b"Subject: lamp\nContent-Type: multipart/mixed; boundary=b\n\n" + (b"--b\n" + part + b"\n") * times


def _noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def _nested(levels: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return filled(b"Subject: deep\n" + b"".join(parts) + b"Content-Type: text/plain\n\n", b"x")


def _entities() -> bytes:
    bomb = b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 40))
    return _html(b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + bomb + b"]><p>&a39;&amp;&CounterClockwiseContourIntegral;</p>")


def _prose(words: str, gap: str) -> bytes:
    chosen = random.Random(3).choices(words.split(), k=60_000)
    return _letter(gap.join(" ".join(chosen[n : n + 6]) for n in range(0, len(chosen), 6)).encode())


_USUAL = "the could you please send me a ticket unsubscribe confidential best regards monday until back office not"
_FIELDS = " from: to: sent: subject: wrote: -- > on 5 march"

SHAPES: dict[str, Callable[[], bytes]] = {
    # Structure
    "multiparts nested 1,000 deep": lambda: _nested(1_000),
    "multiparts nested 100,000 deep": lambda: _nested(100_000)[:FULL],
    "multiparts nested in one boundary": lambda: _mixed(b"Content-Type: multipart/mixed; boundary=b\n", 150_000),
    "10,000 parts": lambda: _mixed(b"\n" + b"word " * 200, 10_000),
    "10,000 parts of their own charset": lambda: b"".join(
        (
            b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n",
            *tuple(b"--b\nContent-Type: text/plain; charset=x-%d\n\n\xe4\xf6 %d\n" % (n, n) for n in range(10000)),
        )
    ),
    "10,000 parts with 200 fields": lambda: _mixed(b"X-A: b\n" * 200 + b"\nhi", 6_000),
    "messages in messages": lambda: filled(b"Subject: deep\n", b"Content-Type: message/rfc822\n\n"),
    "half a million empty boundaries": lambda: _letter(b"--b\n", "Content-Type: multipart/mixed; boundary=b"),
    "boundary of dashes": lambda: _letter(b"-", "Content-Type: multipart/mixed; boundary=-"),
    "boundary with a mile of blanks": lambda: _letter(
        b"--b" + b" " * 5_000 + b"x\n", "Content-Type: multipart/mixed; boundary=b"
    ),
    "boundary with one endless blank": lambda: _letter(
        b"--b" + b" " * (9 * MIB) + b"x\n", "Content-Type: multipart/mixed; boundary=b"
    ),
    "delivery report of 250,000 recipients": lambda: _letter(
        b"Final-Recipient: rfc822; a@b.example\nStatus: 5.1.1\n\n", "Content-Type: message/delivery-status"
    ),
    "calendar of 200,000 events": lambda: _letter(
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:20240305T090000Z\nEND:VEVENT\n",
        "Content-Type: text/calendar; method=REQUEST",
    ),
    # Heads
    "header without end": lambda: filled(b"Subject: x\n", b"X-Filler: " + b"b" * 30 + b"\n"),
    "header folded without end": lambda: filled(b"Subject: x\n", b" a\n"),
    "header in 8 bits": lambda: _mixed(b"".join(b"X-%d: Gr\xfc\xdfe \x81\x8f%d\n" % (n, n) for n in range(200)), 2_000),
    "duplicate headers": lambda: filled(b"", b"From: a@b.example\nTo: c@d.example\nSubject: x\n", b"\nhi"),
    "one line of 10 MiB": lambda: filled(b"Subject: x", b"y"),
    "line of 10 MiB without a header": lambda: filled(b"", b"y"),
    "20,000 addresses": lambda: _field(b"To", b"a@b.example, " * 20_000),
    "20,000 different addresses": lambda: _field(b"To", b"".join(b"a%d@b.example," % n for n in range(20_000))),
    "20,000 encoded words": lambda: _field(b"Subject", b"=?utf-8?q?a?= " * 20_000),
    "encoded words of 4,000 charsets": lambda: _field(
        b"Subject", b" ".join(b"=?x%d?q?=%02X=E4=F6=80?=" % (n, n % 128 + 128) for n in range(4_000))
    ),
    "encoded words never closed": lambda: _field(b"Subject", b"=?utf-8?q?" * 6_000),
    "encoded word and blanks": lambda: _field(b"Subject", b"=?utf-8?q?a?=" + b" " * 60_000 + b"x"),
    "5,000 nested comments": lambda: _field(b"From", b"(" * 5_000 + b"a@b.example" + b")" * 5_000),
    "comments never closed": lambda: _field(b"To", b"a@b.example (" * 5_000),
    "quotes never closed": lambda: _field(b"To", b'"a\\' * 20_000),
    "colons": lambda: _field(b"To", b"aaaa:" * 12_000),
    "angles": lambda: _field(b"To", b"<" * 60_000),
    "blanks in an address": lambda: _field(b"To", b"a" + b" " * 60_000 + b"b"),
    "angles in references": lambda: _field(b"References", b"<" * 60_000),
    "a reference of 60,000 characters": lambda: _field(b"References", b"a" * 60_000),
    "10,000 references": lambda: _field(b"References", b" ".join(b"<%d@b.example>" % n for n in range(10_000))),
    "directory name of angles": lambda: _field(b"From", b"a@b.example\nX-From: " + b"<" * 60_000),
    "date of 30,000 numbers": lambda: _field(b"Date", b"1 " * 30_000),
    "RFC 2231 continuation storm": lambda: _field(
        b"Content-Type", b"text/plain" + b"".join(b";\n name*%d*=%%41%%42" % n for n in range(4_000))
    ),
    "RFC 2231 storm in each part": lambda: _mixed(
        b"Content-Type: text/plain" + b"".join(b";\n name*%d*=%%41" % n for n in range(700)) + b"\n\nhi", 700
    ),
    "parameter of escapes": lambda: _field(b"Content-Type", b'text/plain; a="' + b'\\"' * 30_000),
    "parameter of blanks": lambda: _field(b"Content-Type", b"text/plain; a" + b" " * 60_000),
    "parameters of nothing": lambda: _field(b"Content-Type", b"text/plain" + b";  " * 20_000),
    # Encodings
    "huge base64": lambda: _letter(base64.encodebytes(b"words and " * 5_700), "Content-Transfer-Encoding: base64"),
    "base64 of junk": lambda: _letter(b"\x80", "Content-Transfer-Encoding: base64"),
    "huge quoted-printable": lambda: _letter(b"=3D", "Content-Transfer-Encoding: quoted-printable"),
    "quoted-printable of soft ends": lambda: _letter(b"=\n", "Content-Transfer-Encoding: quoted-printable"),
    "huge uuencode": lambda: filled(
        b"Subject: x\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n", b"M" + b"A" * 60 + b"\n"
    ),
    # Charsets
    **{
        f"charset bomb {name}": lambda name=name, piece=piece: _letter(
            piece, f"Content-Type: text/plain; charset={name}"
        )
        for name, piece in {
            "utf-7": b"+AGE-",
            "punycode": b"a-b",
            "idna": b"xn--a.",
            "utf-32": b"\xff\xfe\0\0",
            "utf-16": b"\x00\xd8",
            "zlib": b"x\x9c",
            "unicode_escape": b"\\N{DIGIT ONE}",
            "iso-2022-jp-2": b"\x1b$B\x1b(B",
            "hz": b"~{<:~}",
            "x-none": bytes(range(256)),
            "utf-8": b"Gr\xfc\xdfe ",
        }.items()
    },
    "noise in each part": lambda: (
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"".join(b"--b\nContent-Type: text/plain; charset=utf-8\n\n" + _noise(n, 20_000) + b"\n" for n in range(500))
    ),
    "noise": lambda: b"Subject: x\n\n" + _noise(1, FULL - 20),
    "combining marks": lambda: _letter(("e" + "\u0301\u0323" * 100_000).encode()),
    "ligatures that grow": lambda: _letter("\ufdfa".encode()),
    "null bytes": lambda: _letter(b"\0"),
    # HTML
    "HTML nested 100,000 deep": lambda: filled(b"Subject: x\nContent-Type: text/html\n\n" + b"<div>" * 100_000, b"x"),
    "HTML nested without end": lambda: _html(b"<b>"),
    "HTML hidden without end": lambda: _html(b"<p hidden>x<i style=display:none>y"),
    "HTML quotes without end": lambda: _html(b"<blockquote>a"),
    "HTML tables in tables": lambda: _html(b"<table><tr><td>a"),
    "HTML formatting adopted": lambda: _html(b"<a><font><b><i><p>x</font></b></i>"),
    "HTML of text nodes": lambda: _html(b"a<br>"),
    "HTML preformatted": lambda: _html(b"<pre>a\nb\n"),
    "HTML of endless attributes": lambda: filled(
        b"Subject: x\nContent-Type: text/html\n\n<p ", b" ".join(b"a%d=1" % n for n in range(100_000)), b">hi"
    ),
    "HTML pages by the dozen": lambda: _mixed(b"Content-Type: text/html\n\n" + b"a<br>" * 200_000, 10),
    "HTML of angles": lambda: _html(b"<"),
    "HTML comments never closed": lambda: _html(b"<!--"),
    "entity bomb": _entities,
    "CSS bomb": lambda: _html(b"<style>a{b:c;@media{x{</style><p style='" + b"display:none ;;" * 9_000 + b"'>hi"),
    "CSS of blanks": lambda: _html(b"<p style='" + b" " * 50 + b"color :  red; '>hi"),
    # Words
    "one line of blanks": lambda: _letter(b" "),
    "long lines of blanks": lambda: _letter(b" " * 100_000 + b"x\n"),
    "line ends": lambda: _letter(b"\n"),
    "carriage returns": lambda: filled(b"Subject: x\r\r", b"\r"),
    "short paragraphs": lambda: _letter(b"x\n\n"),
    "one line of quote marks": lambda: _letter(b">"),
    "answers between quotes": lambda: _letter(b"> a\nb\n"),
    "introductions": lambda: _letter(b"On 1 wrote:\n\n"),
    "fields of forwards": lambda: _letter(b"From: a\n"),
    "digits": lambda: _letter(b"1"),
    "telephone numbers": lambda: _letter(b"1 2-3.4/5("),
    "addresses in the text": lambda: _letter(b"a@"),
    "web addresses": lambda: _letter(b"https://a.example/?x=1&"),
    "signature without end": lambda: filled(b"Subject: x\n\nhi\n\n-- \n", b"a@b.c "),
    "flowed lines": lambda: _letter(b"a \n", "Content-Type: text/plain; format=flowed"),
    "flowed quotes": lambda: _letter(b">a \n", "Content-Type: text/plain; format=flowed"),
    "words of a lawyer": lambda: _prose(_USUAL, " "),
    "paragraphs of cues": lambda: _prose(_USUAL + _FIELDS, "\n\n"),
    "lines of cues": lambda: _prose(_USUAL + _FIELDS, "\n"),
    "voicemail of numbers": lambda: filled(
        b"From: Voicemail <voicemail@pbx.example>\nSubject: New voice message\n\n", b"Caller: +44 20 7946 0991 "
    ),
    "away until a thousand days": lambda: filled(
        b"From: a@x.example\nAuto-Submitted: auto-replied\nSubject: Out of office\n\n", b"I am away until 5 March 2024 "
    ),
}


def _read(make: Callable[[], bytes], lore: Lore) -> dict[str, object]:
    """Read one message; CPU seconds, for a busy machine is no fault of the reader."""
    before = _peak_mib()  # a child begins at its parent's present size
    raw = make()
    signal.setitimer(signal.ITIMER_PROF, _PATIENCE_S)
    start = time.process_time()
    found = parse(RawMessage(raw), lore)
    spent = time.process_time() - start
    beyond = _peak_mib() - before - len(raw) / MIB
    said = "" if isinstance(found, Message) else found.reason
    remarks = sorted(found.remarks) if isinstance(found, Message) else []
    return {"seconds": spent, "mib": beyond, "reason": said, "remarks": remarks, "size": len(raw)}


def _peak_mib() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Answer names of shapes until stdin ends."""
    lore = load(shipped_rules())
    parse(RawMessage(b"From: a@b.example\nSubject: x\n\nhello you"), lore)  # imports and caches are no cost of a shape
    for name in sys.stdin:
        child = os.fork()
        if child:
            if status := os.waitpid(child, 0)[1]:
                _say({"reason": f"the reader died ({status})", "mib": 0, "seconds": 0})
            continue
        _say(_read(SHAPES[name.strip()], lore))
        os._exit(0)


if __name__ == "__main__":
    main()
