"""Quoted history as mail programs append it to a reply.

The data of the sample mailbox hold only what each person newly wrote; the tail
that Gmail, Outlook, Apple Mail or an old-fashioned program would add is made
here, in the words these programs use in English, German, French and Spanish.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape

from repliquette.demo.dating import MONTHS, WEEKDAYS, day_and_month
from repliquette.model import Address


class App(StrEnum):
    """The program a person writes with; `BARE` quotes nothing, `INLINE` puts the quotation first."""

    GMAIL = "gmail"
    OUTLOOK = "outlook"
    APPLE = "apple"
    INLINE = "inline"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that is quoted, with all that was quoted in it already."""

    sender: Address
    to: tuple[Address, ...]
    date: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a message carries: plain text, HTML, or both ("" where there is none)."""

    text: str
    html: str = ""


_WROTE = {
    "en": "On {weekday:.3}, {day} {month:.3} {year} at {clock}, {name} <{email}> wrote:",
    "de": "Am {weekday:.2}., {day}. {month:.3}. {year} um {clock} Uhr schrieb {name} <{email}>:",
    "fr": "Le {weekday:.3}. {day} {month} {year} à {clock}, {name} <{email}> a écrit :",
    "es": "El {weekday:.3}, {day} {month:.3} {year} a las {clock}, {name} (<{email}>) escribió:",
}
_APPLE_WROTE = {
    "en": "On {day} {month:.3} {year}, at {clock}, {name} <{email}> wrote:",
    "de": "Am {day}.{number:02}.{year} um {clock} schrieb {name} <{email}>:",
    "fr": "Le {day} {month} {year} à {clock}, {name} <{email}> a écrit :",
    "es": "El {day} {month:.3} {year}, a las {clock}, {name} <{email}> escribió:",
}
_OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado el", "Para", "Asunto"),
}


def with_history(text: str, quoted: Quoted, app: App, language: str) -> Body:
    """The reply `text` as `app` would send it, with `quoted` below (or above) it."""
    match app:
        case App.GMAIL:
            return _gmail(text, quoted, language)
        case App.OUTLOOK:
            return Body(f"{text}\n\n{'_' * 32}\n{_block(quoted, language)}\n\n{quoted.text}")
        case App.APPLE:
            line = _attribution(_APPLE_WROTE, quoted, language)
            return Body(f"{text}\n\n{_marked(f'{line}{chr(10) * 2}{quoted.text}')}")
        case App.INLINE:
            line = _attribution(_WROTE, quoted, language)
            return Body(f"{line}\n{_marked(quoted.text)}\n\n{text}")
        case App.BARE:
            return Body(text)


def _gmail(text: str, quoted: Quoted, language: str) -> Body:
    line = _attribution(_WROTE, quoted, language)
    html = (
        f'<div dir="ltr">{paragraphs(text)}</div><br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">{escape(line)}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">'
        f"{paragraphs(quoted.text)}</blockquote></div>"
    )
    return Body(f"{text}\n\n{line}\n\n{_marked(quoted.text)}", html)


def paragraphs(text: str) -> str:
    """Plain text as the simple HTML that a web mail makes of it."""
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.splitlines())


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _attribution(words: dict[str, str], quoted: Quoted, language: str) -> str:
    date = quoted.date
    return words[language].format(
        weekday=WEEKDAYS[language][date.weekday()],
        day=date.day,
        month=MONTHS[language][date.month - 1],
        number=date.month,
        year=date.year,
        clock=f"{date:%H:%M}",
        name=quoted.sender.shown,
        email=quoted.sender.email,
    )


def _block(quoted: Quoted, language: str) -> str:
    sender, sent, to, subject = _OUTLOOK[language]
    date = quoted.date
    when = f"{WEEKDAYS[language][date.weekday()]}, {day_and_month(date, language)} {date.year} {date:%H:%M}"
    people = "; ".join(f"{a.shown} <{a.email}>" for a in quoted.to)
    return (
        f"{sender}: {quoted.sender.shown} <{quoted.sender.email}>\n{sent}: {when}\n"
        f"{to}: {people}\n{subject}: {quoted.subject}"
    )
