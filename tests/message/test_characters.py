"""What cannot be seen goes; what is piled up is lowered."""

from __future__ import annotations

import unicodedata

import pytest

from repliquette.message.characters import composed, visible


def test_visible_is_one_line_without_what_cannot_be_seen():
    assert visible("a\r\nBcc: b\u2066c\u00add\ufeff", 100) == "a Bcc: b c d"
    assert visible("x" * 200, 100) == "x" * 100


@pytest.mark.parametrize("text", ["plain", "cafe\u0301", "\u1112\u1161\u11ab", "─" * 80, "👍🏽" * 40])
def test_composed_is_nfc(text):
    assert composed(text) == unicodedata.normalize("NFC", text)


def test_of_a_pile_of_marks_thirty_stay():
    """UAX #15: normalising 200,000 marks on one letter takes half a minute."""
    assert len(unicodedata.normalize("NFD", composed("e" + "\u0301\u0323" * 100_000))) == 31
