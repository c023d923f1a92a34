"""Heads of messages: fields unfolded, RFC 2047 and RFC 2231 read, in the broken forms of real mail too."""

from __future__ import annotations

import pytest

from repliquette import limits
from repliquette.message.headers import Headers, base64_bytes, decoded, parameter, split_head


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
        ("=?utf-8?q?never closed", "never closed"),
        ("=?utf-8?q?never closed =?utf-8?q?but?=", "=?utf-8?q?never closed but"),
        ("=?utf-8?q?really??=", "really?"),
        ("=??q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?Y2Fm w6k=?=", "café"),
        ("=?utf-8?b?YQ==YmM=?=", "abc"),
        ("=?utf-8?q?a?=\t =?iso-8859-1?q?=E9?= b", "aé b"),
        ("=?utf-8?q?=E9t=E9?=", "été"),
        ("=?iso-8859-1?q?=C3=A9?=", "é"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("a =? b", "a =? b"),
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
        ('attachment; filename="never closed', "never closed"),
        ("attachment filename=a.txt", "a.txt"),
        ("attachment; filename*=%C3%BC.txt", "ü.txt"),
        ("attachment; filename*=x-none''%FC.txt", "ü.txt"),
        ("attachment; filename*1=b.txt; filename*0=a", "ab.txt"),
        ("attachment; filename*0*=''a; filename*2*=c", "ac"),
        ("attachment; filename*=utf-8''a.txt; filename=b.txt", "a.txt"),
        ("attachment; filename=a.txt; filename=b.txt", "a.txt"),
        (r'attachment; filename="a\"b.txt"', 'a"b.txt'),
    ],
)
def test_parameters(value, text):
    assert parameter(value, "filename", set()) == text


def test_folded_fields_and_a_lost_empty_line():
    headers, body = split_head(b"Subject: one\n two\nTo: a@b.example\nHello without a gap\nmore\n\nlast", set())

    assert headers.fields == (("subject", "one two"), ("to", "a@b.example"))
    assert body == b"Hello without a gap\nmore\n\nlast"


def test_a_fold_that_lost_its_blank_stays_in_the_head():
    headers, body = split_head(b"Subject: one\ntwo\nMessage-ID: <a@b.example>\n\nbody", set())

    assert headers.fields == (("subject", "one two"), ("message-id", "<a@b.example>"))
    assert body == b"body"


def test_a_part_without_head_is_all_body():
    assert split_head(b"only words\n\nand more", set(), inner=True) == (Headers(()), b"only words\n\nand more")


def test_utf8_heads_need_no_mending():
    """RFC 6532."""
    remarks: set[str] = set()

    assert split_head("Subject: Grüße\n\n".encode(), remarks)[0].first("subject") == "Grüße"
    assert remarks == set()


def test_a_head_beyond_the_cap_is_cut_and_told():
    remarks: set[str] = set()

    headers, body = split_head(b"A: x\nB: " + b"y" * limits.HEADER_BYTES + b"\n\nbody", remarks)

    assert (headers.fields, body, remarks) == ((("a", "x"),), b"body", {"truncated"})


def test_eight_bit_heads_are_read_and_told():
    remarks: set[str] = set()

    headers, _ = split_head("Subject: Grüße aus Köln".encode("latin-1") + b"\n\n", remarks)

    assert headers.first("subject") == "Grüße aus Köln"
    assert remarks == {"charset_repaired"}


def test_padding_without_end_in_base64_is_bounded():
    """Found by bench/fuzz.py: the rest beyond the bound held padding of its own and raised."""
    assert base64_bytes(b"YQ=" * 1_100 + b"YQ") == b"a" * 1_000
