"""How fast mail is read and judged, against only parsing it with the standard library.

The baseline takes the same messages through `email` with `policy.default` and, for
HTML, BeautifulSoup with lxml: what a straightforward program would do before it has
judged anything.  Ours reads (text, quotes, kind), threads and judges.

Run: python bench/verdicts.py [--quick]
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bs4 import BeautifulSoup

from repliquette.conversation.people import Ledger
from repliquette.conversation.thread import thread
from repliquette.demo.sample import load
from repliquette.message.parse import parse
from repliquette.model import Conversation, Message, Owner, RawMessage
from repliquette.pipeline.knowledge import Knowledge, know

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def ours(raws: list[bytes], owner: Owner, knowledge: Knowledge) -> None:
    """Bytes to verdicts."""
    read = [parse(RawMessage(raw), knowledge.lore) for raw in raws]
    for group in thread(m for m in read if isinstance(m, Message)):
        knowledge.judge(Conversation(group[0].message_id, group), Ledger(), owner, NOW)


def baseline(raws: list[bytes]) -> None:
    """Bytes to text, by the standard library."""
    for raw in raws:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        _ = (message["from"], message["to"], message["subject"], message["date"])
        body = message.get_body(("plain", "html"))
        if body is not None:
            text = body.get_content()
            if body.get_content_subtype() == "html":
                BeautifulSoup(text, "lxml").get_text()


def seconds(work: Callable[[], None]) -> float:
    """One run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Print the figures; 0 where all hold."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="fewer repetitions; ends within a minute")
    rounds = 3 if arguments.parse_args().quick else 9
    sample, knowledge = load(NOW), know()
    raws = [raw for messages in sample.folders.values() for raw, _ in messages]
    owner = Owner(frozenset({sample.address}), sample.owner_name, sample.time_zone)
    ours(raws, owner, knowledge)  # fills caches, as any second message finds them
    pairs = [(seconds(lambda: ours(raws, owner, knowledge)), seconds(lambda: baseline(raws))) for _ in range(rounds)]
    speeds = [len(raws) / mine for mine, _ in pairs]
    ratios = [theirs / mine for mine, theirs in pairs]
    # Judging may cost as much again as the baseline's parsing alone, and no more.
    target = 0.5
    figure = {
        "figure": "messages read and judged",
        "value": round(statistics.median(speeds)),
        "unit": "messages/s",
        "baseline": "email policy.default + BeautifulSoup(lxml), parsing only",
        "ratio": round(statistics.median(ratios), 2),
        "spread": [round(min(ratios), 2), round(max(ratios), 2)],
        "target": target,
        "holds": statistics.median(ratios) >= target,
        "repetitions": rounds,
    }
    sys.stdout.write(json.dumps(figure) + "\n")
    return 0 if figure["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
