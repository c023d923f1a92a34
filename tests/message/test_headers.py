"""Heads of messages: fields unfolded, RFC 2047 and RFC 2231 read, in the broken forms of real mail too."""

from __future__ import annotations

import pytest

from repliquette import limits
from repliquette.message.headers import decoded, parameter, split_head


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain words", "plain words"),
        ("=?utf-8?q?caf=C3=A9_noir?=", "café noir"),
        ("=?UTF-8?B?Y2Fmw6k=?=", "café"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("=?iso-8859-1*fr?q?=E9t=E9?=", "été"),
        ('"=?utf-8?q?=C3=A9?="', '"é"'),
        ("=?x-unknown?q?=C3=A9?=", "é"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("=?windows-1252?q?=93hi=94?=", "“hi”"),
    ],
)
def test_encoded_words(value, text):
    assert decoded(value, set()) == text


def test_beyond_the_cap_words_stay_as_written():
    word = "=?utf-8?q?a?="

    text = decoded(" x ".join([word] * (limits.ENCODED_WORDS + 1)), set())

    assert text.count("=?") == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('attachment; filename="a b.txt"', "a b.txt"),
        ("attachment; filename=a.txt", "a.txt"),
        ("attachment; filename*=utf-8'de'%C3%BCber.txt", "über.txt"),
        ("attachment; filename*0=long; filename*1=er.txt", "longer.txt"),
        ("attachment; filename*0*=utf-8''%C3%BC; filename*1=b.txt", "üb.txt"),
        ('attachment; filename="=?utf-8?q?=C3=BC.txt?="', "ü.txt"),
        ("attachment", ""),
        ('attachment; filename="never closed', '"never closed'),
    ],
)
def test_parameters(value, text):
    assert parameter(value, "filename", set()) == text


def test_folded_fields_and_a_lost_empty_line():
    headers, body = split_head(b"Subject: one\n two\nTo: a@b.example\nHello without a gap\nmore\n\nlast", set())

    assert headers.fields == (("subject", "one two"), ("to", "a@b.example"))
    assert body == b"Hello without a gap\nmore\n\nlast"


def test_a_head_beyond_the_cap_is_cut_and_told():
    remarks: set[str] = set()

    headers, body = split_head(b"A: x\nB: " + b"y" * limits.HEADER_BYTES + b"\n\nbody", remarks)

    assert (headers.fields, body, remarks) == ((("a", "x"),), b"body", {"truncated"})


def test_eight_bit_heads_are_read_and_told():
    remarks: set[str] = set()

    headers, _ = split_head("Subject: Grüße aus Köln".encode("latin-1") + b"\n\n", remarks)

    assert headers.first("subject") == "Grüße aus Köln"
    assert remarks == {"charset_repaired"}
