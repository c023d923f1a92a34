"""Read receipts (RFC 8098), with and without a report."""

from __future__ import annotations

import pytest

from repliquette.model import Kind, Receipt

HEAD = "From: Clara Weiss <clara@atelier.example>\nTo: otis@cove.example\n"
REPORT = """Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

Seen.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; Clara@atelier.example
Original-Message-ID: <frames.7@cove.example>
Disposition: {disposition}
--b--
"""


@pytest.mark.parametrize(
    ("disposition", "opened"),
    [
        ("manual-action/MDN-sent-manually; displayed", True),
        ("automatic-action/MDN-sent-automatically; deleted", False),
        ("automatic-action/MDN-sent-automatically; processed", None),
    ],
)
def test_reports(disposition, opened, read):
    message = read(f"{HEAD}Subject: frames\n{REPORT.format(disposition=disposition)}")

    assert message.kind is Kind.AUTOMATED
    assert message.receipt == Receipt("frames.7@cove.example", "clara@atelier.example", opened)


@pytest.mark.parametrize(
    ("subject", "words", "opened"),
    [
        ("Read: frames", "Your message\n\nTo: Clara\nSubject: frames\n\nwas read on Tuesday, 3 March 2026.", True),
        ("Not read: frames", "Your message\n\nTo: Clara\n\nwas deleted without being read on Tuesday.", False),
        ("Gelesen: Rahmen", "Ihre Nachricht an Clara wurde am 3. März gelesen.", True),
    ],
)
def test_words(subject, words, opened, read):
    assert read(f"{HEAD}Subject: {subject}\n\n{words}\n").receipt == Receipt(opened=opened)


def test_a_letter_about_reading_is_a_persons(read):
    message = read(f"{HEAD}Subject: Read: the new catalogue\n\nOtis, have you read it? I like page 12. Clara\n")

    assert (message.kind, message.receipt) == (Kind.PERSON, None)
