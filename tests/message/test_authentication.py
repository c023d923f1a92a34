"""S25: only what the owner's own server says, and only on top."""

from __future__ import annotations

import pytest

from repliquette.message.authentication import Authentication, authentication
from repliquette.message.headers import split_head

OURS = "Authentication-Results: mx.home.example 1; spf=pass smtp.mailfrom=x.example; dkim=fail (bad key); dmarc=none\n"
THEIRS = "Authentication-Results: mx.evil.example; spf=pass; dkim=pass; dmarc=pass\n"
UNKNOWN = Authentication()


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (OURS, Authentication("pass", "fail", "none")),
        (OURS + THEIRS, Authentication("pass", "fail", "none")),
        (THEIRS + OURS, UNKNOWN),
        (THEIRS, UNKNOWN),
        ("", UNKNOWN),
        ("Authentication-Results: mx.home.example.evil.example; spf=pass\n", UNKNOWN),
        ("Authentication-Results: mx.home.example; spf=great\n", UNKNOWN),
        ("Authentication-Results: (mx.home.example) mx.evil.example; spf=pass\n", UNKNOWN),
        ("Authentication-Results: mx.home.example; none\n", UNKNOWN),
        ("ARC-Authentication-Results: i=1; mx.home.example; spf=pass\n", UNKNOWN),
    ],
)
def test_only_the_topmost_of_our_own_server_counts(head, found):
    headers, _ = split_head(f"{head}From: a@x.example\n\n".encode(), set())

    assert authentication(headers, {"mx.home.example"}) == found
