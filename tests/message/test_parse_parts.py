"""What of a message is its text: alternatives, attached messages, sealed and wrapped mail."""

from __future__ import annotations

import pytest


def _part(media: str, text: str, *more: str) -> str:
    return "\n".join((f"Content-Type: {media}", *more, "", text))


def _multi(kind: str, *parts: str) -> str:
    """A multipart with a boundary of its own."""
    mark = f"b{abs(hash((kind, parts)))}"
    return _part(f"multipart/{kind}; boundary={mark}", "".join(f"--{mark}\n{p}\n" for p in parts) + f"--{mark}--")


PLAIN, HTML = _part("text/plain", "The boat leaks."), _part("text/html", "<p>The <b>boat</b> leaks.</p>")
FOOTER = _part("text/plain", "See you on the quay.")


@pytest.mark.parametrize(
    ("content", "fresh"),
    [
        (_multi("alternative", PLAIN, HTML), "The boat leaks."),
        (_multi("alternative", HTML, PLAIN), "The boat leaks."),
        (_multi("alternative", PLAIN, _multi("related", HTML, _part("image/png", "AAAA"))), "The boat leaks."),
        (_multi("alternative", _part("text/plain", "  "), HTML), "The boat leaks."),
        (_multi("mixed", HTML, FOOTER), "The boat leaks.\n\nSee you on the quay."),
        (_multi("mixed", PLAIN, HTML), "The boat leaks."),
        (_part("text/plain", "<html><p>The boat leaks.</p></html>"), "The boat leaks."),
        (_part("text/enriched", "The <bold>boat</bold> leaks."), "The boat leaks."),
        ("Content-Type: multipart/mixed\n\n--x\n\nThe boat leaks.\n--x--\n", "The boat leaks."),
        ("Content-Type: multipart/mixed; boundary=lost\n\n--x\n\nThe boat leaks.\n--x--\n", "The boat leaks."),
        ("Content-Type: multipart/mixed; boundary=lost\n\nThe boat leaks.\n", "The boat leaks."),
    ],
)
def test_text(read, content, fresh):
    assert read(f"From: a@b.example\n{content}").fresh == fresh


def test_an_attached_message_is_forwarded(read):
    inner = "From: Jo <jo@quay.example>\nSubject: =?utf-8?q?B=C3=B6rd?=\n\nThe mast is down."

    message = read("From: a@b.example\n" + _multi("mixed", PLAIN, _part("message/rfc822", inner)))

    assert message.fresh == "The boat leaks."
    assert message.forwarded == "From: Jo <jo@quay.example>\nSubject: Börd\n\nThe mast is down."
    assert message.attachments == ("message/rfc822",)


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (_part("application/ms-tnef", "x"), "tnef"),
        (_part("application/octet-stream; name=WINMAIL.DAT", "x"), "tnef"),
        (_part("application/pkcs7-mime", "x"), "smime"),
        (_part("application/octet-stream; name=smime.p7s", "x"), "smime"),
        (_multi("encrypted", _part("application/pgp-encrypted", "Version: 1")), "pgp"),
        (_part("text/plain", "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----"), "pgp"),
    ],
)
def test_sealed_mail_is_noticed(read, content, remark):
    message = read(f"From: a@b.example\nDate: Tue, 5 Mar 2024 09:30:00 +0100\n{content}")

    assert (message.remarks, message.fresh) == ({remark}, "")


def test_clear_signed_text_is_read_without_its_armour(read):
    message = read(
        "From: a@b.example\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe boat leaks.\n- - badly\n"
        "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"
    )

    assert message.fresh == "The boat leaks.\n- badly"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_header(read, codec):
    assert read("From: a@b.example\nSubject: Börd\n\nhi".encode(codec)).subject == "Börd"
