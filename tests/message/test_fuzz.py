"""S23: a small slice of `bench/fuzz.py`: spoilt mail raises nothing, not even below the guard."""

from __future__ import annotations

import pytest

from repliquette.message import parse as parse_module
from repliquette.model import Message, RawMessage, Unreadable
from support.hostile import SHAPES
from support.mutation import mutant

SLICES = 10
EACH = 200


@pytest.fixture(scope="module")
def mails():
    return [make()[:4_000] for make in SHAPES.values()]


@pytest.mark.parametrize("part", range(SLICES))
def test_spoilt_mail_is_read(lore, mails, part):
    for number in range(part * EACH, part * EACH + EACH):
        assert isinstance(parse_module._parse(RawMessage(mutant(mails, number)), lore), Message | Unreadable), number
