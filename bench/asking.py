"""Whether a sentence asks for something, by the shipped weights: on sentences and on whole messages.

Two public corpora, neither part of this repository: the official test half of the
Parakweet intent sentences (the weights were learned from its training half), and BC3,
whose messages count as asking where two of three annotators marked a sentence so
(nothing of it was learned from).  The baseline is a question mark.

Run: python bench/asking.py --corpora DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from repliquette.reasons import weights
from repliquette.reasons.grams import Sentence, sentences
from repliquette.rulebook.files import shipped_rules

ANNOTATORS = 2


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a corpus."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def own_sentences(mail: dict[str, Any]) -> list[str]:
    """The sentences of a mail of BC3 that are not quoted."""
    return [s["text"] for s in mail["sentences"] if not s["text"].lstrip().startswith(">")]


def requests(mail: dict[str, Any]) -> list[int]:
    """How many annotators held each sentence to be a request."""
    return [s["labels"].get("req", 0) for s in mail["sentences"]]


def whole(text: str) -> Sentence:
    """A line of a corpus of sentences, as one sentence even where it holds two."""
    return Sentence(0, len(text), frozenset().union(*(s.grams for s in sentences(text))))


def figure(
    name: str, labels: list[bool], said: Iterable[bool], marks: Iterable[bool], least: float
) -> dict[str, object]:
    """Accuracy and F1 beside those of a question mark."""
    found, marked = list(said), list(marks)
    accuracy = share(labels, found)
    return {
        "figure": name,
        "cases": len(labels),
        "value": round(accuracy, 3),
        "f1": round(f1(labels, found), 3),
        "unit": "accuracy",
        "baseline": {"question mark": round(share(labels, marked), 3), "its F1": round(f1(labels, marked), 3)},
        "target": least,
        "holds": accuracy >= least,
    }


def share(labels: list[bool], said: list[bool]) -> float:
    """The share that is right."""
    return sum(a is b for a, b in zip(labels, said, strict=True)) / len(labels)


def f1(labels: list[bool], said: list[bool]) -> float:
    """Of those that ask."""
    right = sum(a and b for a, b in zip(labels, said, strict=True))
    return 2 * right / max(1, sum(labels) + sum(said))


def main() -> int:
    """Print both figures; 0 where both hold."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--corpora", type=Path, required=True, help="the folder of the corpora")
    place = arguments.parse_args().corpora
    asks: Callable[[Sentence], float] = weights.read(shipped_rules() / weights.FILE).asks
    lines = [r for r in rows(place / "enron-intent-sentences" / "parakweet.jsonl") if r["split"] != "train"]
    texts = [str(r["text"]) for r in lines]
    first = figure(
        "a sentence asks (Parakweet, official test)",
        [r["label"] == 1 for r in lines],
        (asks(whole(t)) > 0 for t in texts),
        ("?" in t for t in texts),
        0.86,
    )
    mails = rows(place / "bc3" / "messages.jsonl")
    said = [own_sentences(m) for m in mails]
    second = figure(
        "a message asks (BC3)",
        [any(n >= ANNOTATORS for n in requests(m)) for m in mails],
        (any(asks(whole(t)) > 0 for t in texts) for texts in said),
        (any("?" in t for t in texts) for texts in said),
        0.84,
    )
    for line in (first, second):
        sys.stdout.write(json.dumps(line) + "\n")
    return 0 if first["holds"] and second["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
