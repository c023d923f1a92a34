"""Whether any mutated message raises inside the reader, and what the worst one costs.

Mutates the mail of the folders named (else the shapes of our own tests, small): bytes
flipped, pieces spliced, cut, soiled, heads shuffled, messages wrapped; the same for
the same seed.  Reads below the guard of `parse`, so that nothing is hidden.  Prints
a JSON line and exits 0 only where nothing raised and no message took 2 s.

Run: python bench/fuzz.py [FOLDER ...] [--count 200000] [--first 0] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from repliquette.message import parse
from repliquette.message.lore import load
from repliquette.model import RawMessage
from repliquette.rulebook.files import shipped_rules
from support.hostile import SHAPES
from support.mutation import CHARS, mutant

SECONDS = 2.0


def sources(folders: Iterable[Path]) -> list[bytes]:
    """The mail to mutate."""
    found = [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [raw for raw in found if raw] + [make()[:CHARS] for make in SHAPES.values()]


def main() -> int:
    """Read the mutants one after another."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="*", type=Path)
    arguments.add_argument("--count", type=int, default=2_000)
    arguments.add_argument("--first", type=int, default=0, help="number of the first mutant, to split a run")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    lore, mails = load(shipped_rules()), sources(given.folder)
    raised: list[str] = []
    slowest = (0.0, -1)
    begun = time.perf_counter()
    for number in range(given.first, given.first + given.count):
        raw = RawMessage(mutant(mails, number, given.seed))
        start = time.process_time()
        try:
            parse._parse(raw, lore)  # noqa: SLF001 - below the guard, which would hide the fault
        except Exception as error:  # noqa: BLE001 - to count them is the purpose
            raised.append(f"{number}: {error!r}"[:200])
        slowest = max(slowest, (time.process_time() - start, number))
    figure = {
        "figure": "mutated messages read without an exception",
        "count": given.count,
        "first": given.first,
        "seconds": round(time.perf_counter() - begun, 1),
        "exceptions": len(raised),
        "raised": raised[:20],
        "slowest_s": round(slowest[0], 3),
        "slowest": slowest[1],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "holds": not raised and slowest[0] < SECONDS,
    }
    print(json.dumps(figure), flush=True)
    return 0 if figure["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
