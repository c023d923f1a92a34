"""Labelled conversations as the learner sees them, and labelled sentences.

The sights are made by the same code that judges, so that what is learned is what is
scored.  `group` is whose mail it is, or whose hand wrote it: folds go by it, so that
nobody's habits are in both halves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from repliquette.conversation.turn import Side
from repliquette.evaluation.cases import Case, CaseError, read
from repliquette.message.lore import Lore
from repliquette.model import Reason, Standing
from repliquette.reasons.grams import Sentence, sentences
from repliquette.reasons.look import Look, look
from repliquette.reasons.rules import Rulebook
from repliquette.reasons.sight import Sight


@dataclass(frozen=True, slots=True)
class Example:
    """A case with what is seen of it, and the name of its file."""

    case: Case
    file: str
    group: str
    side: Side
    sight: Sight

    @property
    def standing(self) -> Standing | None:
        """The standing that the label names, if it does."""
        return self.case.expect.standing

    @property
    def reason(self) -> Reason | None:
        """The reason that the label names, if it does."""
        return self.case.expect.reason


@dataclass(frozen=True, slots=True)
class AskingSentence:
    """A sentence, and whether it asks for something."""

    sentence: Sentence
    asks: bool


def examples(sources: Sequence[str], book: Rulebook, lore: Lore) -> list[Example]:
    """The cases of files.  "FILE@PREFIX" takes those alone whose `source` begins so."""
    found = []
    for source in sources:
        path, _, prefix = source.partition("@")
        cases = (case for case in read(Path(path), lore) if case.source.startswith(prefix))
        found += [_example(case, Path(path).stem, book, lore) for case in cases]
    return found


def _example(case: Case, file: str, book: Rulebook, lore: Lore) -> Example:
    seen: Look = look(case.conversation, case.ledger, case.owner, case.now, book, lore)
    return Example(case, file, case.voice or case.conversation.account, seen.scene.turn.side, seen.sight)


def asking_sentences(path: Path, split: str = "train") -> list[AskingSentence]:
    """Lines `{"text", "label", "split"}`; those of another split are left out.  CaseError where a line is none."""
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return [s for row in rows if row.get("split", split) == split for s in _sentence(row["text"], row["label"])]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise CaseError(f"{path} holds no labelled sentences.", seen=f"{type(error).__name__}: {error}") from error


def _sentence(text: str, label: int) -> Iterator[AskingSentence]:
    """The line as one sentence, even where it holds two."""
    said = sentences(text)
    if said:
        whole = Sentence(0, len(text), frozenset().union(*(s.grams for s in said)))
        yield AskingSentence(whole, bool(label))
