"""How surely person, machine and bounce are told apart, on the corpora beside the project.

REPLIQUETTE_SHARED names the folder that holds `corpora/` and `eval/` (see the README
there); without it there is nothing to measure, which is said and counts as failure.
What counts as what:

- bounces: all files of `sisimai-bounces` with a header, but complaint reports (`arf-`),
  automatic answers (`rfc3834-`), `is-not-bounce-` and Amazon's notes of complaint or delivery
  by content.  Two letters in which people forward a bounce by hand count as bounces not found.
- machines: `hard-ham-1`, and of the easy ham what has a list's or a daemon's head; in the
  labelled cases those with reason `automated` or `bulk`.
- personal: labelled cases with any other reason.  A list post that names its reader in To is
  told by `conversation/`, which knows who that is; it is counted apart, not as lost.

Run: REPLIQUETTE_SHARED=… python bench/kinds.py [FILE.jsonl ...] [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from repliquette.message import lore as lore_door
from repliquette.message.lore import Lore
from repliquette.message.parse import parse
from repliquette.model import Kind, Message, RawMessage
from repliquette.rulebook.files import shipped_rules

LOST = frozenset({Kind.AUTOMATED, Kind.BULK, Kind.BOUNCE})
MACHINES = LOST | {Kind.AUTO_REPLY}
LABELS = ("real", "train", "reasons")
NO_BOUNCE = re.compile(r"arf-|rfc3834-|is-not-bounce-|size-")
NO_FAILURE = re.compile(rb'"notificationType":"(?:Complaint|Delivery)"')
LISTED = re.compile(
    rb"^(?:list-(?:id|post|unsubscribe)|mailing-list|precedence|x-beenthere|x-cron-env):|^to: undisclosed|^from:[^\n]*(?:rssfeeds|nobody|root)@|^subject: *(?:re: *)?\[spambayes\]",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Read:
    """A message with what it is, and what was seen; `mine` where it is a list post to its reader."""

    machine: bool
    seen: Kind
    mine: bool = False


def read(raw: bytes, machine: bool, lore: Lore, me: Iterable[str] = ()) -> Iterator[Read]:  # noqa: FBT001 - the label
    """One message, or nothing where it cannot be read."""
    message = parse(RawMessage(raw), lore)
    if isinstance(message, Message):
        mine = "list_post" in message.remarks and any(address.email in me for address in message.to)
        yield Read(machine, message.kind, mine)


def files(folder: Path, step: int) -> list[Path]:
    """Every `step`-th file below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())[::step]


def labelled(path: Path, step: int, lore: Lore) -> list[Read]:
    """The cases of a file whose reason is labelled; the last message of each."""
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines()[::step]]
    told = [(case, case["expect"].get("reason")) for case in cases]
    return [
        found
        for case, reason in told
        if reason
        for found in read(case["messages"][-1].encode(), reason in ("automated", "bulk"), lore, case["me"])
    ]


def ham(corpora: Path, step: int, lore: Lore) -> list[Read]:
    """Mail of the SpamAssassin corpus that machines and lists have sent."""
    raws = [path.read_bytes() for path in files(corpora / "spamassassin" / "hard-ham-1", step)]
    for folder in ("easy-ham-1", "easy-ham-2"):
        easy = (path.read_bytes() for path in files(corpora / "spamassassin" / folder, step))
        raws += [raw for raw in easy if LISTED.search(raw.partition(b"\n\n")[0])]
    return [found for raw in raws for found in read(raw, machine=True, lore=lore)]


def bounces(corpora: Path, step: int, lore: Lore) -> tuple[list[Read], list[Read]]:
    """The real bounces, and what lies among them without being one."""
    real: list[Read] = []
    other: list[Read] = []
    for path in files(corpora / "sisimai-bounces", step):
        raw = path.read_bytes()
        is_bounce = not NO_BOUNCE.match(path.name) and not NO_FAILURE.search(raw.replace(b"\\", b""))
        (real if is_bounce else other).extend(read(raw, machine=True, lore=lore))
    return real, other


def say(figure: str, hits: int, total: int, target: float, *, least: bool = True) -> bool:
    """Print one figure as a JSON line; whether it holds."""
    value = hits / total if total else 0.0
    holds = total > 0 and (value >= target if least else value <= target)
    line = {"figure": figure, "value": round(value, 4), "unit": f"of {total}", "baseline": None, "ratio": None}
    sys.stdout.write(json.dumps(line | {"target": target, "holds": holds}) + "\n")
    return holds


def say_kinds(name: str, found: list[Read]) -> list[bool]:
    """What was found of machines, and lost of people."""
    machines = [r for r in found if r.machine]
    people = [r for r in found if not r.machine and not (r.mine and r.seen is Kind.BULK)]
    holds = []
    if machines:
        holds.append(
            say(f"automated or bulk found, {name}", sum(r.seen in MACHINES for r in machines), len(machines), 0.97)
        )
    if people:
        lost = sum(r.seen in LOST for r in people)  # automatic answers are read, not lost
        holds.append(say(f"personal mail lost, {name}", lost, len(people), 0.01, least=False))
    return holds


def main() -> int:
    """Print the figures; 0 where all hold."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="*", type=Path, help="labelled cases; without any, the shared corpora")
    arguments.add_argument("--quick", action="store_true", help="every fourth message; says so in the figures")
    given = arguments.parse_args()
    step, lore = 4 if given.quick else 1, lore_door.load(shipped_rules())
    if given.files:
        found = [say_kinds(path.stem, labelled(path, step, lore)) for path in given.files]
        return 0 if all(map(all, found)) else 1
    shared = os.environ.get("REPLIQUETTE_SHARED")
    if shared is None:
        sys.stderr.write("REPLIQUETTE_SHARED does not name the folder with corpora/ and eval/: nothing to measure.\n")
        return 1
    real, other = bounces(Path(shared) / "corpora", step, lore)
    cases = {name: labelled(Path(shared) / "eval" / "dev" / f"{name}.jsonl", step, lore) for name in LABELS}
    mail = ham(Path(shared) / "corpora", step, lore)
    told = sum(r.seen is Kind.BOUNCE for r in real)
    enron = [
        found
        for path in files(Path(shared) / "corpora" / "enron-mailboxes", 8 * step)
        for found in read(path.read_bytes(), False, lore)
    ]
    people = [*other, *mail, *enron, *(r for found in cases.values() for r in found if not r.machine)]
    wrong = sum(r.seen is Kind.BOUNCE for r in people)
    holds = [say("bounces found", told, len(real), 0.99), say("precision of bounces", told, told + wrong, 0.99)]
    holds += say_kinds("SpamAssassin ham", mail)
    holds += [hold for name, found in cases.items() for hold in say_kinds(name, found)]
    holds += say_kinds("all", [*mail, *(r for found in cases.values() for r in found)])
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
