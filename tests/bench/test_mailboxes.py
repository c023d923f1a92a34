"""The made-up mailbox: the same for the same seed, of the promised size and mix, and readable throughout."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from repliquette.message import lore as lores
from repliquette.message.parse import parse
from repliquette.model import Kind, Message, RawMessage
from repliquette.rulebook.files import shipped_rules

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
COUNT = 1_500


@pytest.fixture(scope="module")
def mailboxes():
    path = Path(__file__).parents[2] / "bench" / "mailboxes.py"
    spec = importlib.util.spec_from_file_location("mailboxes", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["mailboxes"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["mailboxes"]


@pytest.fixture(scope="module")
def letters(mailboxes):
    return mailboxes.Correspondent(1, NOW).letters(COUNT)


def test_the_same_seed_gives_the_same_files(mailboxes, tmp_path):
    files = []
    for name in ("one", "other"):
        mailboxes.lay(tmp_path / name, 60, seed=7, now=NOW)
        files.append({p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.rig*")})

    assert files[0] == files[1]
    assert len(files[0]) == 60


def test_another_seed_gives_other_mail(mailboxes, letters):
    assert mailboxes.Correspondent(2, NOW).letters(1)[0].make() != letters[0].make()


def test_it_spans_years_up_to_now_oldest_first(letters):
    dates = [letter.date for letter in letters]

    assert dates == sorted(dates)
    assert dates[0] < NOW - timedelta(days=4 * 365)
    assert NOW - timedelta(days=14) < dates[-1] < NOW


def test_size_and_mix_are_those_of_a_real_mailbox(letters):
    lore = lores.load(shipped_rules())
    raws = [letter.make() for letter in letters]
    read = [parse(RawMessage(raw), lore) for raw in raws]
    kinds = Counter(m.kind for m in read if isinstance(m, Message))
    sent = sum(letter.folder == "Sent" for letter in letters)

    assert sum(kinds.values()) == COUNT
    assert 25_000 < sum(map(len, raws)) / COUNT < 60_000
    assert 0.15 < sent / COUNT < 0.28
    assert 0.30 < (kinds[Kind.BULK] + kinds[Kind.AUTOMATED]) / COUNT < 0.65
    assert kinds[Kind.AUTO_REPLY]
    assert kinds[Kind.BOUNCE]
