"""The reading of a draft before it goes out, and of a message that came in (`reasons.md`, Message craft).

One file a check in `rules/craft/`.  Each says what is missing or in the way,
where, and how to mend it; none blocks anything.  The words are read, never the
person: nothing here depends on who sends the message, only on the occasion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from repliquette.errors import RuleError
from repliquette.replies import topic
from repliquette.replies.addressing import bare_subject
from repliquette.rulebook import files
from repliquette.rulebook.normal import Normal
from repliquette.rulebook.phrases import PhraseError, PhraseSet

Place = Literal["opening", "beginning", "text", "ending", "first"]
OPENING_SENTENCES = 2
BEGINNING_SENTENCES = 4  # a greeting, a name and two sentences of why
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ORDER = [
    "identity",
    "purpose",
    "one_ask",
    "bridge",
    "value",
    "brief",
    "tone",
    "no_demands",
    "reachable",
    "next_step",
    "too_soon",
    "after_no",
    "shady",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LookFile(_Strict):
    """Phrases and the part of the message in which they count; "first" is the whole text of a first message."""

    where: Place = "text"
    phrase: tuple[str, ...] = Field(min_length=1)


class CheckFile(_Strict):
    """One check.  It holds when something of every `wants` stands there, nothing of `refuses`, and no limit is passed."""

    id: str
    title: str = Field(min_length=5)
    document: str
    advice: str = Field(min_length=10)
    first_only: bool = False
    essential: bool = False
    wants: tuple[LookFile, ...] = ()
    refuses: tuple[LookFile, ...] = ()
    words_most: int | None = None
    spoken_words_most: int | None = None
    questions_most: int | None = None
    hours_least: float | None = None
    not_after_no: bool = False
    no_false_reply: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the message is for.

    `first`: the reader does not know the writer.  `spoken`: left on a machine.
    `hours_since`: since the writer's last message to them, None if there is none.
    `after_no`: they have declined.  `answers`: there is an earlier message it replies to.
    """

    first: bool = True
    spoken: bool = False
    hours_since: float | None = None
    after_no: bool = False
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A check read: whether it holds, the words that show it, and what to do where it does not."""

    id: str
    title: str
    ok: bool
    words: tuple[str, ...]
    advice: str
    document: str
    essential: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    where: Place
    phrases: PhraseSet

    def found(self, text: str, occasion: Occasion) -> tuple[str, ...]:
        if self.where == "first" and not occasion.first:
            return ()
        return tuple(h.words for h in self.phrases.find(Normal(_part(text, self.where))))


@dataclass(frozen=True, slots=True)
class _Compiled:
    file: CheckFile
    wants: tuple[_Look, ...]
    refuses: tuple[_Look, ...]


@dataclass(frozen=True, slots=True)
class Craft:
    """The checks, compiled, in the order of the contract."""

    checks: tuple[_Compiled, ...]


def load(shipped: Path, own: Path | None = None) -> Craft:
    """Read `craft/` below the shipped rules and the owner's (which win); RuleError with file and line."""
    found: dict[str, _Compiled] = {}
    for folder in (shipped, own):
        for path in files.toml_files(folder / "craft") if folder else []:
            file = files.read(path, CheckFile)
            if file.id not in _ORDER:
                raise RuleError(f"{file.id!r} is no check", file=path, hint=f"Checks: {', '.join(_ORDER)}")
            found[file.id] = _compile(path, file)
    return Craft(tuple(found[name] for name in _ORDER if name in found))


def read(text: str, subject: str, occasion: Occasion, craft: Craft) -> tuple[Check, ...]:
    """Every check that the occasion calls for, in the order of the contract."""
    return tuple(
        _check(compiled, text, subject, occasion)
        for compiled in craft.checks
        if occasion.first or not compiled.file.first_only
    )


def earns_an_answer(checks: tuple[Check, ...]) -> bool:
    """Whether the message does what the documents ask at the least (the three callers of 003)."""
    return all(c.ok for c in checks if c.essential)


def _compile(path: Path, file: CheckFile) -> _Compiled:
    sides = {"wants": file.wants, "refuses": file.refuses}
    looks = {key: tuple(_look(path, key, n, look) for n, look in enumerate(side)) for key, side in sides.items()}
    return _Compiled(file, looks["wants"], looks["refuses"])


def _look(path: Path, key: str, number: int, look: LookFile) -> _Look:
    try:
        return _Look(look.where, PhraseSet(look.phrase))
    except PhraseError as error:
        text = path.read_text("utf-8")
        rows, start = text.splitlines(), files.line_of(text, (key, number, "phrase")) - 1
        phrase = look.phrase[error.index]
        line = next((n for n in range(start, len(rows)) if phrase in rows[n].replace("\\\\", "\\")), start)
        column = max(rows[line].find(phrase), 0)
        raise RuleError(str(error), file=path, line=line + 1, source=rows[line], column=column) from error


def _check(compiled: _Compiled, text: str, subject: str, occasion: Occasion) -> Check:
    file = compiled.file
    wanted = [look.found(text, occasion) for look in compiled.wants]
    refused = [w for look in compiled.refuses for w in look.found(text, occasion)]
    passed = _limits_passed(file, text, subject, occasion)
    ok = all(wanted) and not refused and not passed
    words = refused or [passed] * bool(passed) or [found[0] for found in wanted if found]
    return Check(file.id, file.title, ok, tuple(words), "" if ok else file.advice, file.document, file.essential)


def _limits_passed(file: CheckFile, text: str, subject: str, occasion: Occasion) -> str:
    """What goes beyond a limit, in words; "" where nothing does."""
    most = file.spoken_words_most if occasion.spoken else file.words_most
    spoken = len(_WORD.findall(text))
    asked = len(topic.questions(text))
    broken = {
        f"{spoken} words": most is not None and spoken > most,
        f"{asked} questions": file.questions_most is not None and asked > file.questions_most,
        f"{occasion.hours_since or 0:.0f} hours": _sooner_than(occasion.hours_since, file.hours_least),
        "a no": file.not_after_no and occasion.after_no,
        subject: file.no_false_reply and not occasion.answers and bare_subject(subject) != subject.strip(),
    }
    return next((words for words, is_broken in broken.items() if is_broken), "")


def _sooner_than(hours: float | None, least: float | None) -> bool:
    return hours is not None and least is not None and hours < least


def _part(text: str, where: Place) -> str:
    said = topic.sentences(text)
    if where == "opening":
        return " ".join(said[:OPENING_SENTENCES])
    if where == "beginning":
        return " ".join(said[:BEGINNING_SENTENCES])
    return said[-1] if where == "ending" and said else text
