"""Raw letters for tests that read a mailbox."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from support.mail import ANA, ME, NOW


def raw(text, *, sender=ANA, to=ME, subject="Plans", ago=30, message_id="a", **headers):
    """The bytes of a letter to me, `ago` hours before NOW; further words are further fields."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{sender.name} <{sender.email}>", to.email, subject
    mail["Date"], mail["Message-ID"] = format_datetime(NOW - timedelta(hours=ago)), f"<{message_id}@t.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


ASK = raw("Could you send me the contract by Friday? I need it for the board.", ago=40)
ANSWER = raw("Here it is.", sender=ME, to=ANA, subject="Re: Plans", ago=20, message_id="b", In_Reply_To="<a@t.example>")
