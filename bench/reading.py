"""How fast a message is read (parse, zones, kind), against what one would install for it.

The baseline is the stdlib's `email` with `policy.default`, BeautifulSoup's
`html.parser` for the HTML part, and `mail-parser-reply` for the zones; it tells no
kind.  Both read the same seeded messages: multipart, about 40 kB, with plain text, HTML,
a quoted history and a small attachment.

Run: python bench/reading.py [--quick]
"""

from __future__ import annotations

import argparse
import base64
import email
import email.policy
import json
import random
import statistics
import sys
import time
from collections.abc import Callable

from bs4 import BeautifulSoup
from mailparser_reply import EmailReplyParser

from repliquette.message.lore import Lore, load
from repliquette.message.parse import parse
from repliquette.model import RawMessage
from repliquette.rulebook.files import shipped_rules

TARGET = 3.0
WORDS = [
    "lamp",
    "glass",
    "frame",
    "order",
    "boat",
    "paint",
    "ferry",
    "price",
    "week",
    "please",
    "could",
    "send",
    "draft",
    "thanks",
    "the",
    "a",
    "of",
    "to",
    "and",
    "we",
    "you",
    "is",
    "it",
]


def _prose(chance: random.Random, sentences: int) -> str:
    return " ".join(
        " ".join(chance.choices(WORDS, k=chance.randint(5, 16))).capitalize() + "." for _ in range(sentences)
    )


def letter(number: int) -> bytes:
    """One message of about 40 kB."""
    chance = random.Random(number)
    fresh = [_prose(chance, 4) for _ in range(4)]
    quoted = [_prose(chance, 6) for _ in range(28)]
    plain = "\n\n".join([*fresh, "On Tue, 5 Mar 2024 at 09:30, Rosa Klein <rosa@frames.example> wrote:"])
    plain += "\n" + "\n>\n".join(f"> {row}" for row in quoted)
    style = 'style="font-family:Arial,sans-serif;font-size:11pt;color:#222222;margin:0"'
    rows = "".join(f"<p {style}><span {style}>{row}</span></p>\n" for row in fresh)
    old = "".join(f"<p {style}>{row}</p>\n" for row in quoted)
    page = f"<html><body>{rows}<blockquote>{old}</blockquote></body></html>"
    image = base64.encodebytes(chance.randbytes(12_000)).decode()
    received = "".join(
        f"Received: from mx{n}.frames.example by mx.lamp.example; Tue, 5 Mar 2024 10:00:0{n} +0100\n" for n in range(5)
    )
    return (
        f"{received}From: Owen Marsh <owen@lamp.example>\nTo: Rosa Klein <rosa@frames.example>\n"
        f"Subject: Re: =?utf-8?q?Gl=C3=A4ser?= number {number}\nDate: Tue, 5 Mar 2024 11:30:00 +0100\n"
        f"Message-ID: <{number}@lamp.example>\nIn-Reply-To: <a@frames.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: multipart/alternative; boundary="a"\n\n'
        f"--a\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n"
        f"--a\nContent-Type: text/html; charset=utf-8\n\n{page}\n--a--\n"
        f'--m\nContent-Type: image/png; name="lamp.png"\nContent-Transfer-Encoding: base64\n\n{image}\n--m--\n'
    ).encode()


def ours(raws: list[bytes], lore: Lore) -> None:
    """Everything that a `Message` holds."""
    for raw in raws:
        parse(RawMessage(raw), lore)


def baseline(raws: list[bytes]) -> None:
    """Head, both texts, and the newest reply."""
    for raw in raws:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        _ = (message["from"], message["to"], message["subject"], message["date"])
        texts = {
            part.get_content_type(): part.get_content()
            for part in message.walk()
            if part.get_content_maintype() == "text"
        }
        BeautifulSoup(texts["text/html"], "html.parser").get_text()
        _ = EmailReplyParser(languages=["en", "de"]).read(texts["text/plain"]).latest_reply


def seconds(work: Callable[[], None]) -> float:
    """One run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Print the figure; 0 where it holds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="fewer messages and repetitions")
    quick = arguments.parse_args().quick
    raws, lore = [letter(n) for n in range(20 if quick else 100)], load(shipped_rules())
    ours(raws, lore)  # fills caches, as any second message finds them
    baseline(raws[:5])
    rounds = 3 if quick else 7
    pairs = [(seconds(lambda: ours(raws, lore)), seconds(lambda: baseline(raws))) for _ in range(rounds)]
    ratios = [theirs / mine for mine, theirs in pairs]
    figure = {
        "figure": f"messages of {statistics.mean(map(len, raws)) / 1000:.0f} kB read",
        "value": round(statistics.median(len(raws) / mine for mine, _ in pairs)),
        "unit": "messages/s",
        "baseline": "email policy.default + BeautifulSoup(html.parser) + mail-parser-reply",
        "ratio": round(statistics.median(ratios), 2),
        "spread": [round(min(ratios), 2), round(max(ratios), 2)],
        "target": TARGET,
        "holds": statistics.median(ratios) >= TARGET,
        "repetitions": rounds,
    }
    print(json.dumps(figure))
    return 0 if figure["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
