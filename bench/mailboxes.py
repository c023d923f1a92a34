"""A mailbox as people have it, made up: a Maildir of any size, the same for the same seed.

Six years of mail up to a given instant, INBOX and Sent (about a fifth): newsletters,
notices and receipts (45 %) with the headers and the HTML that senders of such mail use,
mailing lists (10 %), and people: threads of one to twelve messages with the history
quoted below, plain or as HTML beside it, in four languages, some with attachments, which
bring the mean to 42 kB; automatic replies and delivery failures among them.  Every
name and domain is made up (`.example`).

Large pieces (attachments, the frames of newsletters) are made once and shared, so that
100,000 messages are written in minutes.

Run: python bench/mailboxes.py DIRECTORY [--messages N] [--seed N]
"""

from __future__ import annotations

import argparse
import base64
import os
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

OWNER = "kim@harbour.example"
NAME = "Kim Harbour"
YEARS = 6
SHARES = {"bulk": 45, "list": 10, "people": 45}

FIRST = [
    "Ada",
    "Bo",
    "Cleo",
    "Dario",
    "Edda",
    "Femi",
    "Gita",
    "Hugo",
    "Ines",
    "Jonas",
    "Kaia",
    "Liam",
    "Mara",
    "Nils",
    "Olga",
    "Pablo",
    "Quinn",
    "Rosa",
    "Sven",
    "Tara",
    "Umar",
    "Vera",
    "Wim",
    "Xenia",
    "Yara",
    "Zeno",
    "Anouk",
    "Bruno",
    "Carla",
    "Dunja",
    "Emil",
    "Frida",
    "Goran",
    "Hanna",
    "Ivo",
    "Jutta",
    "Klaus",
    "Lena",
    "Marek",
    "Nora",
]
LAST = [
    "Abel",
    "Brandt",
    "Costa",
    "Dorn",
    "Egger",
    "Falk",
    "Garcia",
    "Holm",
    "Ibsen",
    "Jansen",
    "Klein",
    "Lang",
    "Marsh",
    "Novak",
    "Ortega",
    "Prins",
    "Quist",
    "Rossi",
    "Stein",
    "Thiel",
    "Ude",
    "Voss",
    "Weber",
    "Young",
    "Zander",
    "Arnaud",
    "Blanc",
    "Clement",
    "Duval",
    "Esposito",
]
FIRMS = [
    "kiln",
    "press",
    "ferry",
    "orchard",
    "lantern",
    "cobalt",
    "meadow",
    "quarry",
    "violin",
    "bakery",
    "harvest",
    "tannery",
    "copper",
    "sail",
    "glasshouse",
    "loom",
    "gallery",
    "archive",
    "bindery",
    "nursery",
    "foundry",
    "printworks",
    "boatyard",
    "vineyard",
]
NOUNS = [
    "glaze",
    "lamp",
    "frame",
    "order",
    "boat",
    "paint",
    "ferry",
    "price",
    "week",
    "draft",
    "invoice",
    "schedule",
    "poster",
    "catalogue",
    "window",
    "deck",
    "roof",
    "engine",
    "garden",
    "contract",
    "proof",
    "sample",
    "cover",
    "sketch",
    "map",
    "key",
    "chair",
    "table",
    "stage",
    "speech",
    "programme",
    "photo",
    "recipe",
    "ticket",
    "parcel",
    "grant",
    "report",
    "survey",
    "sensor",
    "cable",
    "server",
    "licence",
    "venue",
    "menu",
    "guest",
    "band",
    "choir",
    "harvest",
    "mould",
    "kiln",
    "brush",
    "canvas",
    "ledger",
    "budget",
    "forecast",
    "figure",
    "minute",
    "agenda",
    "workshop",
    "lesson",
    "exam",
    "thesis",
    "chapter",
    "index",
    "fold",
    "margin",
    "type",
    "ink",
    "paper",
    "spine",
    "glue",
    "thread",
    "needle",
    "cloth",
    "dye",
    "wool",
    "pattern",
    "button",
    "sleeve",
    "hem",
    "lining",
    "timber",
    "plank",
    "beam",
    "nail",
    "screw",
    "hinge",
    "door",
    "lock",
]
VERBS = [
    "send",
    "check",
    "order",
    "move",
    "finish",
    "print",
    "measure",
    "paint",
    "fold",
    "ship",
    "repair",
    "book",
    "cancel",
    "copy",
    "sign",
    "price",
    "draw",
    "cut",
    "clean",
    "collect",
    "deliver",
    "translate",
    "record",
    "edit",
    "upload",
    "return",
    "replace",
    "fix",
    "weigh",
    "store",
    "label",
    "test",
    "tune",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]

SAID: dict[str, tuple[str, ...]] = {
    "en": (
        "Could you {verb} the {noun} before {day}?",
        "The {noun} from the {firm} came this morning and looks better than I feared.",
        "I'll {verb} it by {day} and let you know how the {noun} turned out.",
        "Thanks for the {noun}, that was quick.",
        "We had to {verb} the {noun} twice because the {noun2} would not hold.",
        "What do you think of the {noun}, and would the {noun2} fit beside it?",
        "Please let me know whether {day} works for the {noun}.",
        "Sorry for the silence, the {noun} kept all of us busy until {day}.",
        "I am afraid we cannot {verb} the {noun} this month.",
        "Is the {noun} still with you or did {first} take it to the {firm}?",
        "My mother is in hospital, so I shall be slow to answer this week.",
        "Would you have two tickets for the {noun} on {day}?",
        "For your information: the {noun} goes to {first} at the {firm} from now on.",
        "Great, that settles the {noun}.",
        "Attached is the {noun} with the changes to the {noun2} marked in red.",
        "{first} said the {noun} costs {number} more than the {noun2} did last year.",
        "No hurry with the {noun}.",
        "It would mean a lot if you came to the {noun} and said a few words.",
        "I have been trying to {verb} the {noun} with a {noun2}, which worked for a while, and then it did not.",
        "The meeting on {day} is about the {noun}; bring the {noun2} if you can.",
    ),
    "de": (
        "Könntest du bis {day} den Entwurf für {noun} schicken?",
        "Die Lieferung an {firm} ist heute Morgen angekommen, danke.",
        "Ich melde mich am {day} wieder, sobald {first} die Zahlen hat.",
        "Leider klappt es mit {noun} diesen Monat nicht mehr.",
        "Was meinst du, passt das Angebot so, oder soll ich es noch einmal rechnen?",
        "Wir haben das Muster zweimal geprüft und {number} Stück bestellt.",
    ),
    "fr": (
        "Pourriez-vous m'envoyer le devis pour {noun} avant {day} ?",
        "Merci beaucoup pour votre réponse, c'est parfait.",
        "Je reviens vers vous dès que {first} aura vu les épreuves.",
        "Nous avons reçu {number} exemplaires ce matin à l'atelier {firm}.",
    ),
    "es": (
        "¿Podrías mandarme el presupuesto de {noun} antes del {day}?",
        "Muchas gracias por la respuesta, queda perfecto.",
        "Te escribo en cuanto {first} tenga las pruebas.",
        "Hemos recibido {number} ejemplares en el taller {firm}.",
    ),
}
HELLO = {"en": "Hi {name},", "de": "Hallo {name},", "fr": "Bonjour {name},", "es": "Hola {name},"}
BYE = {"en": "Best wishes,", "de": "Viele Grüße", "fr": "Bien cordialement,", "es": "Un saludo,"}
WROTE = {
    "en": "On {date}, {name} <{email}> wrote:",
    "de": "Am {date} schrieb {name} <{email}>:",
    "fr": "Le {date}, {name} <{email}> a écrit :",
    "es": "El {date}, {name} <{email}> escribió:",
}
STYLE = 'style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333;margin:0 0 12px 0;padding:0"'


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be written into one file."""

    date: datetime
    folder: str
    flags: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Laid:
    """What was written: messages by folder, and bytes."""

    place: Path
    folders: dict[str, int]
    octets: int


@dataclass(slots=True)
class Words:
    """Sentences by chance."""

    chance: random.Random
    language: str = "en"

    def sentence(self) -> str:
        """One sentence."""
        pick = self.chance.choice
        return pick(SAID[self.language]).format(
            verb=pick(VERBS), noun=pick(NOUNS), noun2=pick(NOUNS), day=pick(DAYS), first=pick(FIRST),
            firm=pick(FIRMS), number=self.chance.randint(2, 900),
        )  # fmt: skip

    def paragraph(self) -> str:
        """One to four sentences."""
        return " ".join(self.sentence() for _ in range(self.chance.choice((1, 1, 2, 2, 3, 4))))

    def text(self, most: int) -> list[str]:
        """One to `most` paragraphs."""
        return [self.paragraph() for _ in range(self.chance.randint(1, most))]


@dataclass(slots=True)
class Correspondent:
    """Makes messages one after the other; everything it does follows from the seed."""

    seed: int
    now: datetime
    people: list[Person] = field(init=False)
    mailers: list[Person] = field(init=False)
    payloads: list[bytes] = field(init=False)
    pages: list[list[str]] = field(init=False)

    def __post_init__(self) -> None:
        chance = random.Random(f"{self.seed}/world")
        names = [f"{a} {b}" for a in FIRST for b in LAST]
        chance.shuffle(names)
        self.people = [
            Person(name, f"{name.lower().replace(' ', '.')}@{chance.choice(FIRMS)}.example") for name in names
        ]
        self.mailers = [
            Person(f"{firm.title()} {what}", f"{what.lower()}@{firm}-mail.example")
            for firm in FIRMS
            for what in ("News", "Billing", "Notices", "Shop")
        ]
        self.payloads = [_payload(chance) for _ in range(24)]
        self.pages = [_page(chance) for _ in range(len(self.mailers))]

    def letters(self, count: int) -> list[Letter]:
        """So many letters, oldest first."""
        made: list[Letter] = []
        number = 0
        while len(made) < count:
            number += 1
            chance = random.Random(f"{self.seed}/{number}")
            made.extend(self._some(chance, number))
        made.sort(key=lambda letter: letter.date)
        return made[-count:]

    def _some(self, chance: random.Random, number: int) -> Iterator[Letter]:
        """A thread of people, or as many single letters of machines as are its share."""
        yield from self._thread(chance, number)
        for _ in range(_times(chance, THREAD_MEAN * SHARES["bulk"] / SHARES["people"])):
            yield self._bulk(random.Random(chance.random()), self._when(chance))
        for _ in range(_times(chance, THREAD_MEAN * SHARES["list"] / SHARES["people"])):
            yield self._list_post(random.Random(chance.random()), self._when(chance))

    def _when(self, chance: random.Random) -> datetime:
        # A little more mail each year, and less at night.
        days = YEARS * 365 * (1 - chance.random() ** 0.8)
        moment = self.now - timedelta(days=days, hours=1)
        return moment.replace(hour=int(chance.triangular(6, 23, 11)), minute=chance.randint(0, 59)) - timedelta(days=1)

    def _bulk(self, chance: random.Random, date: datetime) -> Letter:
        at = chance.randrange(len(self.mailers))
        mailer, kind = self.mailers[at], at % 4
        ident = f"{chance.getrandbits(64):016x}"
        return Letter(date, "INBOX", "S" if chance.random() < 0.7 else "",
                      lambda: _newsletter(chance, mailer, kind, ident, date, self.pages[at]))  # fmt: skip

    def _list_post(self, chance: random.Random, date: datetime) -> Letter:
        person = chance.choice(self.people[:400])
        return Letter(date, "INBOX", "S", lambda: _list_mail(chance, person, date))

    def _thread(self, chance: random.Random, number: int) -> Iterator[Letter]:
        other = chance.choice(self.people[: 40 if chance.random() < 0.6 else len(self.people)])
        me = Person(NAME, OWNER)
        language = chance.choices(("en", "de", "fr", "es"), (78, 10, 7, 5))[0]
        date, length = self._when(chance), chance.choices(range(1, 13), LENGTHS)[0]
        mine = chance.random() < 0.35
        is_page = chance.random() < 0.6
        subject = f"{chance.choice(NOUNS).title()} for {chance.choice(DAYS)} ({chance.choice(FIRMS)})"
        history: list[str] = []
        names: list[str] = []
        for place in range(length):
            if date >= self.now - timedelta(minutes=5):
                break
            sender, receiver = (me, other) if mine else (other, me)
            name = f"{number}.{place}.{chance.getrandbits(32):x}@{sender.email.rpartition('@')[2]}"
            post = _Post(
                sender, receiver, date, name, tuple(names[-20:]), subject if not place else f"Re: {subject}", language,
                tuple(Words(chance, language).text(4)), tuple(history[-4:]), is_page,
                chance.choice(self.payloads) if chance.random() < ATTACHED else b"",
            )  # fmt: skip
            flags = "S" if mine or chance.random() < 0.9 else ""
            if not mine and place + 1 < length and "S" in flags:
                flags = "RS"
            yield Letter(date, "Sent" if mine else "INBOX", flags, post.to_bytes)
            if mine and chance.random() < 0.04:
                note = _notice if chance.random() < 0.5 else _failure
                at = date + timedelta(minutes=1)
                yield Letter(at, "INBOX", "S", lambda note=note, post=post, at=at: note(post, at))
            history = [*history, WROTE[language].format(date=f"{date:%d %b %Y, %H:%M}", name=sender.name,
                                                        email=sender.email), *post.paragraphs]  # fmt: skip
            names.append(name)
            date += timedelta(hours=chance.lognormvariate(1.5, 1.5))
            mine = not mine if chance.random() < 0.85 else mine


LENGTHS = (34, 22, 14, 9, 6, 5, 3, 2, 2, 1, 1, 1)
THREAD_MEAN = 2.95
ATTACHED = 0.17


def _times(chance: random.Random, mean: float) -> int:
    """How often, so that the mean comes out."""
    return int(mean) + (chance.random() < mean % 1)


def _payload(chance: random.Random) -> bytes:
    """A picture or a document, as it travels: 60 kB to 1.5 MB."""
    size = int(min(1_100_000, max(45_000, chance.lognormvariate(12.5, 0.8))))
    return base64.encodebytes(chance.randbytes(size))


def _page(chance: random.Random) -> list[str]:
    """The frame of a newsletter: its head, rows to choose from, and its foot."""
    css = "\n".join(
        f".c{n} {{ font-size:{chance.randint(11, 28)}px; color:#{chance.getrandbits(24):06x}; padding:{n % 20}px; }}"
        for n in range(chance.randint(20, 120))
    )
    head = f"<!DOCTYPE html><html><head><meta charset='utf-8'><style>{css}</style></head><body>"
    words = Words(chance)
    rows = [
        '<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" align="center"><tr>'
        f'<td {STYLE} class="c{n}" bgcolor="#ffffff" valign="top"><a href="https://click.mail.example/{chance.getrandbits(160):x}'
        f'?utm_source=mail&amp;utm_campaign={chance.getrandbits(32)}"><img src="https://img.mail.example/{chance.getrandbits(64):x}'
        f'.png" width="280" height="120" alt="{chance.choice(NOUNS)}" border="0"></a><h2 {STYLE}>{words.sentence()}</h2>'
        f"<p {STYLE}>{words.paragraph()}</p></td></tr></table>"
        for n in range(chance.randint(9, 45))
    ]
    foot = (
        f"<p {STYLE}>You receive this because you signed up. <a href='https://mail.example/u'>Unsubscribe</a> or "
        "<a href='https://mail.example/v'>view this mail in your browser</a>.</p></body></html>"
    )
    return [head, foot, *rows]


def _head(sender: Person, to: Person, date: datetime, subject: str, name: str) -> list[str]:
    domain = sender.email.rpartition("@")[2]
    stamp = format_datetime(date)
    seal = base64.b64encode(f"{name}{stamp}".encode() * 4).decode()[:340]
    return [
        f"Return-Path: <{sender.email}>",
        f"Delivered-To: {to.email}",
        *(
            f"Received: from mx{n}.{domain} (mx{n}.{domain} [192.0.2.{n + 10}])\r\n\tby mx{n}.harbour.example (Postfix)"
            f" with ESMTPS id {abs(hash_of(name)) % 10**9:09d}{n}\r\n\tfor <{to.email}>; {stamp}"
            for n in range(3)
        ),
        f"Authentication-Results: mx.harbour.example; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={sender.email}",
        (
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\r\n\th=from:to:subject:date:message-id;"
            f"\r\n\tbh={seal[:44]};\r\n\tb={seal[44:110]}\r\n\t {seal[110:180]}\r\n\t {seal[180:]}"
        ),
        f"Message-ID: <{name}>",
        f"Date: {stamp}",
        f"From: {sender.name} <{sender.email}>",
        f"To: {to.name} <{to.email}>",
        f"Subject: {subject}",
        "MIME-Version: 1.0",
    ]


def hash_of(text: str) -> int:
    """A number from a text, the same in every run."""
    return int.from_bytes(text.encode()[:8].ljust(8, b"."), "big")


def _newsletter(chance: random.Random, mailer: Person, kind: int, ident: str, date: datetime, page: list[str]) -> bytes:
    words = Words(chance)
    subject = (
        f"{chance.choice(NOUNS).title()} and more: this week at {mailer.name}",
        f"Your receipt {chance.randint(10**5, 10**6)} from {mailer.name}",
        f"[{mailer.name}] {words.sentence()}",
        f"{chance.randint(10, 60)} % off every {chance.choice(NOUNS)}, today only",
    )[kind]
    head = _head(mailer, Person(NAME, OWNER), date, subject, f"{ident}@{mailer.email.rpartition('@')[2]}")
    if kind in (0, 3):
        head += [
            f"List-Unsubscribe: <https://mail.example/u/{ident}>, <mailto:u-{ident}@{mailer.email.rpartition('@')[2]}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            f"List-Id: <{kind}.{mailer.email.replace('@', '.')}>",
            f"Feedback-ID: {ident[:6]}:camp{kind}:{mailer.name.split()[0]}",
            "Precedence: bulk",
            f"X-Mailer-Info: {ident}{ident}{ident}",
        ]
    else:
        head += ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", f"X-Notification: {ident}"]
    frame, foot, *rows = page
    shown = rows[: chance.randint(len(rows) // 2, len(rows))] if kind != 1 else rows[:3]
    news = f"<h1 {STYLE}>{words.sentence()}</h1><p {STYLE}>{words.paragraph()}</p>"
    html = "\r\n".join([frame, news, *shown, foot])
    plain = "\r\n\r\n".join([words.paragraph() for _ in range(5)] + [f"Unsubscribe: https://mail.example/u/{ident}"])
    return _both(head, ident, plain, html)


def _both(head: list[str], boundary: str, plain: str, html: str, payload: bytes = b"") -> bytes:
    alternative = (
        f'Content-Type: multipart/alternative; boundary="a{boundary}"\r\n\r\n'
        f"--a{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{plain}\r\n"
        f"--a{boundary}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{html}\r\n"
        f"--a{boundary}--\r\n"
    )
    return _with(head, boundary, alternative, payload)


def _with(head: list[str], boundary: str, body: str, payload: bytes) -> bytes:
    start = "\r\n".join(head)
    if not payload:
        return f"{start}\r\n{body}".encode()
    opening = f'{start}\r\nContent-Type: multipart/mixed; boundary="m{boundary}"\r\n\r\n--m{boundary}\r\n{body}'
    attached = (
        f'--m{boundary}\r\nContent-Type: application/pdf; name="{boundary[:8]}.pdf"\r\n'
        f'Content-Disposition: attachment; filename="{boundary[:8]}.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return b"".join((opening.encode(), attached.encode(), payload, f"--m{boundary}--\r\n".encode()))


@dataclass(frozen=True, slots=True)
class _Post:
    """A message of a person within a thread; `quoted` is what stands below, oldest first."""

    sender: Person
    receiver: Person
    date: datetime
    name: str
    before: tuple[str, ...]
    subject: str
    language: str
    paragraphs: tuple[str, ...]
    quoted: tuple[str, ...]
    is_page: bool
    payload: bytes

    def to_bytes(self) -> bytes:
        """As it travels."""
        head = _head(self.sender, self.receiver, self.date, self.subject, self.name)
        if self.sender.email == OWNER:
            head = head[7:]  # what I sent has passed no server
        if self.before:
            head += [f"In-Reply-To: <{self.before[-1]}>", "References: " + "\r\n ".join(f"<{n}>" for n in self.before)]
        said = [
            HELLO[self.language].format(name=self.receiver.name.split()[0]), *self.paragraphs,
            f"{BYE[self.language]}\r\n{self.sender.name.split()[0]}",
        ]  # fmt: skip
        plain = "\r\n\r\n".join(said)
        if self.quoted:
            plain += "\r\n\r\n" + self.quoted[0] + "\r\n" + "\r\n>\r\n".join(f"> {row}" for row in self.quoted[1:])
        boundary = f"{hash_of(self.name[::-1]):x}"
        if not self.is_page:
            body = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{plain}\r\n"
            return _with(head, boundary, body, self.payload)
        rows = "".join(f"<p {STYLE}><span {STYLE}>{row}</span></p>\r\n" for row in said)
        old = "".join(f"<p {STYLE}>{row}</p>\r\n" for row in self.quoted)
        quote = f'<blockquote class="gmail_quote" type="cite">{old}</blockquote>' if old else ""
        return _both(head, boundary, plain, f"<html><body>{rows}{quote}</body></html>", self.payload)


def _list_mail(chance: random.Random, person: Person, date: datetime) -> bytes:
    group = chance.choice(FIRMS)
    post = Person(f"{group.title()} talk", f"{group}-talk@lists.example")
    subject = f"[{group}-talk] {chance.choice(NOUNS)} against {chance.choice(NOUNS)}"
    head = _head(person, post, date, subject, f"{chance.getrandbits(64):x}@lists.example")
    head += [
        f"List-Id: <{group}-talk.lists.example>", f"List-Post: <mailto:{group}-talk@lists.example>",
        f"List-Unsubscribe: <https://lists.example/{group}>", "Precedence: list",
    ]  # fmt: skip
    text = "\r\n\r\n".join(Words(chance).text(8))
    quoted = "\r\n".join(f"> {Words(chance).sentence()}" for _ in range(chance.randint(0, 12)))
    footer = (
        f"_______________________________________________\r\n{group}-talk mailing list\r\nhttps://lists.example/{group}"
    )
    body = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{quoted}\r\n\r\n{text}\r\n-- \r\n{footer}\r\n"
    return _with(head, "", body, b"")


def _notice(post: _Post, date: datetime) -> bytes:
    """An automatic reply to a message of mine."""
    back = date + timedelta(days=9)
    head = _head(post.receiver, post.sender, date, f"Automatic reply: {post.subject}", f"auto.{post.name}")
    head += ["Auto-Submitted: auto-replied", "X-Autoreply: yes", f"In-Reply-To: <{post.name}>"]
    text = f"I am out of the office and back on {back:%d %B %Y}. For anything urgent please write to the front desk."
    return _with(head, "", f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n", b"")


def _failure(post: _Post, date: datetime) -> bytes:
    """A delivery failure of a message of mine (RFC 3464)."""
    daemon = Person("Mail Delivery System", "mailer-daemon@mx.harbour.example")
    head = _head(daemon, post.sender, date, "Undelivered Mail Returned to Sender", f"dsn.{post.name}")
    head += ["Auto-Submitted: auto-replied", f"In-Reply-To: <{post.name}>"]
    body = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="d"\r\n\r\n'
        "--d\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nI'm sorry to have to inform you that your message could "
        f"not be delivered.\r\n\r\n<{post.receiver.email}>: user unknown\r\n"
        "--d\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.harbour.example\r\n\r\n"
        f"Final-Recipient: rfc822; {post.receiver.email}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n"
        f"--d\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{post.name}>\r\nSubject: {post.subject}\r\n--d--\r\n"
    )
    return _with(head, "", body, b"")


def lay(place: Path, count: int, *, seed: int = 1, now: datetime) -> Laid:
    """Write a Maildir of `count` messages (Maildir++: ".Sent" beside the inbox's "cur")."""
    homes = {"INBOX": place / "cur", "Sent": place / ".Sent" / "cur"}
    for home in homes.values():
        for part in ("cur", "new", "tmp"):
            (home.parent / part).mkdir(parents=True, exist_ok=True)
    numbers = dict.fromkeys(homes, 0)
    octets = 0
    for number, letter in enumerate(Correspondent(seed, now).letters(count), 1_000_000_000):
        raw = letter.make()
        path = homes[letter.folder] / f"{number}.M1P1.rig:2,{letter.flags}"
        write(path, raw, letter.date)
        numbers[letter.folder] += 1
        octets += len(raw)
    return Laid(place, numbers, octets)


def write(path: Path, raw: bytes, date: datetime) -> None:
    """One file, dated as the server shall date the message."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(descriptor, raw)
    finally:
        os.close(descriptor)
    os.utime(path, (date.timestamp(), date.timestamp()))


def main() -> int:
    """Write a mailbox and say what it holds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--messages", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--now", type=datetime.fromisoformat, default=datetime(2026, 3, 4, 9, tzinfo=UTC))
    given = arguments.parse_args()
    laid = lay(given.directory, given.messages, seed=given.seed, now=given.now)
    print(f"{laid.folders} messages, {laid.octets / sum(laid.folders.values()) / 1000:.1f} kB on average")
    return 0


if __name__ == "__main__":
    sys.exit(main())
