"""One message of the sample mailbox as RFC 5322 bytes, the same for the same input.

The standard library does the encoding; here it is told which parts there are
(RFC 2046 alternatives and attachments, RFC 3464 delivery reports, an RFC 5545
invitation) and its random boundaries are replaced by ones made from the Message-ID.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from repliquette.demo.quoting import Body
from repliquette.demo.script import Bounce
from repliquette.model import Address

# What an attached file holds matters to nobody; its name and type do.
_ATTACHED = b"This file belongs to the sample mailbox of Repliquette.\n"
_HEADERS_OF_THE_LOST = ("From", "To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with everything decided; `message_id` and `references` are without angle brackets."""

    message_id: str
    date: datetime
    sender: Address
    to: tuple[Address, ...]
    subject: str
    body: Body
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    attach: tuple[str, ...] = ()
    calendar: str = ""
    bounce: Bounce | None = None

    @property
    def by_machine(self) -> bool:
        """Whether nobody wrote this: a note or a delivery report."""
        return self.bounce is not None or any(name == "Auto-Submitted" for name, _ in self.headers)


def to_bytes(letter: Letter, lost: Letter | None = None) -> bytes:
    """The message as a server keeps it; `lost` is the one that a delivery report is about."""
    content = _report(letter, letter.bounce, lost) if letter.bounce and lost else _content(letter)
    for name, value in _headers(letter):
        content[name] = value
    for number, part in enumerate(content.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"=-{number}-{letter.message_id.partition('@')[0]}")
    return content.as_bytes(policy=policy.SMTP)


def _headers(letter: Letter) -> Iterable[tuple[str, str]]:
    own = dict(letter.headers)
    yield "From", _people([letter.sender])
    if "To" not in own:
        yield "To", _people(letter.to)
    if letter.cc:
        yield "Cc", _people(letter.cc)
    if letter.reply_to:
        yield "Reply-To", _people([letter.reply_to])
    yield "Subject", letter.subject
    yield "Date", format_datetime(letter.date)
    yield "Message-ID", f"<{letter.message_id}>"
    if letter.references:
        yield "In-Reply-To", f"<{letter.references[-1]}>"
        yield "References", " ".join(f"<{r}>" for r in letter.references)
    yield from own.items()


def _people(addresses: Iterable[Address]) -> str:
    return ", ".join(_quoted(a.name) + f" <{a.email}>" if a.name else a.email for a in addresses)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _content(letter: Letter) -> EmailMessage:
    message = EmailMessage(policy.SMTP)
    if letter.body.text or not letter.body.html:
        message.set_content(letter.body.text + "\n")
        if letter.body.html:
            message.add_alternative(letter.body.html, subtype="html")
    else:
        message.set_content(letter.body.html, subtype="html")
    if letter.calendar:
        message.add_alternative(letter.calendar, subtype="calendar", params={"method": _method(letter.calendar)})
    for name in letter.attach:
        maintype, subtype = (mimetypes.guess_type(name)[0] or "application/octet-stream").split("/")
        message.add_attachment(_ATTACHED, maintype=maintype, subtype=subtype, filename=name)
    return message


def _method(calendar: str) -> str:
    return next((row.partition(":")[2] for row in calendar.splitlines() if row.startswith("METHOD:")), "PUBLISH")


def _report(letter: Letter, bounce: Bounce, lost: Letter) -> MIMEMultipart:
    report = MIMEMultipart("report", report_type="delivery-status", policy=policy.SMTP)
    report.attach(MIMEText(letter.body.text + "\n", "plain", "utf-8"))
    status = MIMEBase("message", "delivery-status")
    status.set_payload([_fields(_about_server(letter)), _fields(_about_recipient(bounce))])
    report.attach(status)
    headers = {name.lower(): (name, value) for name, value in _headers(lost)}
    kept = [headers[name.lower()] for name in _HEADERS_OF_THE_LOST]
    report.attach(MIMEText("".join(f"{n}: {v}\n" for n, v in kept), "rfc822-headers", "utf-8"))
    return report


def _about_server(letter: Letter) -> dict[str, str]:
    return {"Reporting-MTA": f"dns; {letter.sender.domain}", "Arrival-Date": format_datetime(letter.date)}


def _about_recipient(bounce: Bounce) -> dict[str, str]:
    return {
        "Final-Recipient": f"rfc822; {bounce.to}",
        "Action": "delayed" if bounce.status.startswith("4") else "failed",
        "Status": bounce.status,
        "Diagnostic-Code": f"smtp; {bounce.diagnostic}",
    }


def _fields(fields: dict[str, str]) -> Message:
    block = Message()
    for name, value in fields.items():
        block[name] = value
    return block
