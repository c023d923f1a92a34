"""RFC 3676."""

from __future__ import annotations

import pytest

from repliquette.message.flowed import unflowed


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> one \n> two\nthree", "> one two\nthree"),
        ("> one \n>> two", "> one \n>> two"),
        ("one\n-- \nKim", "one\n-- \nKim"),
        (" >no quote", ">no quote"),
        ("\n\n", "\n\n"),
    ],
)
def test_soft_line_ends(text, read):
    assert unflowed(text) == read


def test_delete_space():
    assert unflowed("日本 \n語", delete_space=True) == "日本語"
