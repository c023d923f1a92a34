"""S24: a domain that may deceive is shown in punycode."""

from __future__ import annotations

import pytest

from repliquette.message.domains import shown


@pytest.mark.parametrize(
    ("domain", "seen"),
    [
        ("Frames.example", "frames.example"),
        ("kölner.example", "kölner.example"),
        ("straße.example", "straße.example"),
        ("ｆｒａｍｅｓ。example", "frames.example"),
        ("p\u0430ypal.example", "xn--pypal-4ve.example"),
        ("\u0430\u0440\u0440\u04cf\u0435.example", "xn--80ak6aa92e.example"),
        ("почта.example", "почта.example"),
        ("メール日本の.example", "メール日本の.example"),
        ("메일.example", "메일.example"),
        ("☃.example", "xn--n3h.example"),
        ("a\u0628b.example", "xn--ab-ftd.example"),
    ],
)
def test_shown(domain, seen):
    assert shown(domain) == seen


def test_a_label_without_end_costs_nothing():
    """Punycode takes quadratic time."""
    assert len(shown("\u0430b" * 50_000)) < 300
