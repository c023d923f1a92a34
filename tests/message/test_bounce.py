"""Which address failed, and whether for good: from reports (RFC 3464), and from words where there is none."""

from __future__ import annotations

import pytest

from repliquette.model import Bounce, Kind

HEAD = (
    "From: MAILER-DAEMON@mx.harbour.example\nTo: ines@lighthouse.example\nSubject: Undelivered mail\nReturn-Path: <>\n"
)
REPORT = """Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Your letter came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.harbour.example

{groups}
--b
Content-Type: message/rfc822

To: otto@granary.example
Subject: rope

the letter
--b--
"""


@pytest.mark.parametrize(
    ("groups", "bounce"),
    [
        (
            (
                "Final-Recipient: rfc822; Otto@granary.example\nAction: failed\nStatus: 5.1.1\n"
                "Diagnostic-Code: smtp; 550 5.1.1 no such\n user"
            ),
            Bounce(("otto@granary.example",), permanent=True, diagnostic="550 5.1.1 no such user"),
        ),
        (
            (
                "Original-Recipient: rfc822; post@granary.example\nFinal-Recipient: rfc822; box7@granary.example\n"
                "Action: failed\nStatus: 4.2.2"
            ),
            Bounce(("post@granary.example",), permanent=False, diagnostic="4.2.2"),
        ),
        (
            "Final-Recipient: rfc822; otto@granary.example\nAction: delayed\nStatus: 5.0.0",
            Bounce(("otto@granary.example",), permanent=False, diagnostic="5.0.0"),
        ),
        (
            (
                "Final-Recipient: rfc822; a@granary.example\nAction: delivered\nStatus: 2.0.0\n\n"
                "Final-Recipient: rfc822; b@granary.example\nAction: failed\nStatus: 5.2.1"
            ),
            Bounce(("b@granary.example",), permanent=True, diagnostic="5.2.1"),
        ),
    ],
    ids=["failed", "whom I wrote to, and full", "delayed is not lost", "one of two"],
)
def test_reports(groups, bounce, read):
    message = read(HEAD + REPORT.format(groups=groups))

    assert (message.kind, message.bounce) == (Kind.BOUNCE, bounce)


def test_a_report_that_it_arrived_is_no_bounce(read):
    groups = "Final-Recipient: rfc822; otto@granary.example\nAction: delivered\nStatus: 2.0.0"
    message = read(HEAD.replace("Undelivered mail", "Delivered") + REPORT.format(groups=groups))

    assert (message.kind, message.bounce) == (Kind.AUTOMATED, None)


@pytest.mark.parametrize(
    ("words", "failed", "permanent"),
    [
        (
            (
                "Your message could not be delivered to:\n\n<otto@granary.example>\n  550 5.1.1 unknown user\n\n"
                "--- Below this line is a copy of the message.\n\nTo: else@granary.example\n"
            ),
            ("otto@granary.example",),
            True,
        ),
        (
            "This is only a warning. Delivery to otto@granary.example is delayed; we will keep trying for 3 days.",
            ("otto@granary.example",),
            False,
        ),
        ("Undeliverable: the mailbox of otto@granary.example is full, over quota.", ("otto@granary.example",), False),
        ("Undelivered. There is no such user here: otto@granary.example.", ("otto@granary.example",), True),
        ("Your mail to <otto@granary.example> was returned.", ("otto@granary.example",), None),
        (
            "Undeliverable mail. Ask postmaster@granary.example about otto@granary.example.",
            ("otto@granary.example",),
            None,
        ),
        ("Undeliverable mail, delivery failed.", (), None),
    ],
    ids=["copy below", "delayed", "full", "no such user", "says no more", "who wrote it", "no address"],
)
def test_words(words, failed, permanent, read):
    message = read(f"{HEAD}\n{words}\n")

    assert message.kind is Kind.BOUNCE
    assert (message.bounce.failed, message.bounce.permanent) == (failed, permanent)


def test_exim_names_the_failed_in_the_head(read):
    message = read(f"{HEAD}X-Failed-Recipients: otto@granary.example, eva@granary.example\n\nMail delivery failed.\n")

    assert message.bounce.failed == ("otto@granary.example", "eva@granary.example")


def test_a_server_without_an_address(read):
    raw = "From: mailer-daemon\nReturn-path: <>\nSubject: There was a problem sending your mail\nAuto-Submitted: auto-replied\n"

    assert read(f"{raw}\nDelivery to <otto@granary.example> failed: permanent error.\n").kind is Kind.BOUNCE


def test_a_letter_that_tells_of_a_bounce_is_a_persons(read):
    raw = "From: Otto Brenner <otto@granary.example>\nTo: ines@lighthouse.example\nSubject: Returned mail\n\n"

    assert read(f"{raw}Ines, your mail was returned to me: user unknown. Have you moved?\n").bounce is None
