"""rules/reasons/ read and compiled: one `Rulebook`, each phrase once, in the sets of those who can use it.

The owner's own files have the same form and win over the shipped ones of the
same standing and id, whole.  Every mistake is a `RuleError` with file and line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

from repliquette.conversation.turn import Side
from repliquette.errors import RuleError
from repliquette.model import REASONS, Reason, Standing
from repliquette.reasons.conditions import Condition, can_show, conditions
from repliquette.reasons.scene import Relation, Situation
from repliquette.reasons.schema import CueFile, ExampleFile, ReasonFile, SignalFile
from repliquette.reasons.searches import Searches, User, Users
from repliquette.rulebook.files import line_of, read, toml_files
from repliquette.rulebook.phrases import PhraseError, PhraseSet


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal made ready: `phrases`, `unless` and `beside` are numbers of phrases of the book."""

    rule: SignalFile
    phrases: frozenset[int]
    unless: frozenset[int]
    beside: frozenset[int]
    conditions: tuple[Condition, ...]
    leans: bool  # on other signals of its file


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason on one side.  `title` is for people; `grace` runs before a reply is late."""

    reason: Reason
    standing: Standing
    title: str
    summary: str
    document: str
    grace: timedelta
    action: str
    fits: float
    false_positives: tuple[str, ...]
    signals: tuple[Signal, ...]
    examples: tuple[ExampleFile, ...]
    file: Path


Offers = tuple[tuple[Rule, tuple[Signal, ...]], ...]


class Rulebook:
    """All reasons, in the order of the contract's tables."""

    def __init__(self, rules: Mapping[tuple[Standing, Reason], Rule], compiled: Callable[[Users], Searches]) -> None:
        """Keep the rules in the contract's order; `compiled` makes the searches for those who can use a phrase."""
        order = [(standing, reason) for standing, reasons in REASONS.items() for reason in reasons]
        self._rules = {key: rules[key] for key in order}
        self._known: dict[Situation, Offers] = {}
        self.phrases = compiled(self._users())

    def _users(self) -> Users:
        """On which sides, of which relations and at which places a signal asks for a phrase."""
        users: Users = defaultdict(set)
        for signal in (s for rule in self for s in rule.signals):
            who = set(product(signal.rule.turn or Side, signal.rule.relation or Relation, signal.rule.where))
            for phrase in signal.phrases | signal.unless | signal.beside:
                users[phrase] |= who
        return users

    def on(self, situation: Situation) -> Offers:
        """The rules with the signals that can show in a situation; those that lean on others come last."""
        if situation not in self._known:
            self._known[situation] = tuple(self._of(situation))
        return self._known[situation]

    def _of(self, situation: Situation) -> Iterator[tuple[Rule, tuple[Signal, ...]]]:
        for rule in self:
            signals = [s for s in rule.signals if can_show(s.rule, situation)]
            if signals:
                yield rule, tuple(sorted(signals, key=lambda s: s.leans))

    def rule(self, standing: Standing, reason: Reason) -> Rule:
        """The rule of a reason on a side; KeyError where the contract knows no such pair."""
        return self._rules[standing, reason]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())


@dataclass(frozen=True, slots=True)
class _Written:
    """A phrase and where it was written: `keys` is its place in the file, as pydantic counts."""

    phrase: str
    file: Path
    keys: tuple[int | str, ...]


class _Phrases:
    """Collects phrases, each once."""

    def __init__(self) -> None:
        self.written: list[_Written] = []
        self._known: dict[str, int] = {}

    def add(self, phrases: Iterable[str], file: Path, *keys: int | str) -> frozenset[int]:
        return frozenset(self._number(_Written(p, file, keys)) for p in phrases)

    def _number(self, written: _Written) -> int:
        if written.phrase not in self._known:
            self._known[written.phrase] = len(self.written)
            self.written.append(written)
        return self._known[written.phrase]

    def compile(self, users: Users) -> Searches:
        """One set for all phrases that the same can use; what nobody uses is compiled, and so checked, too."""
        alike: dict[frozenset[User], list[int]] = defaultdict(list)
        for number in range(len(self.written)):
            alike[frozenset(users.get(number, ()))].append(number)
        return Searches([(who, self._set(numbers), tuple(numbers)) for who, numbers in alike.items()])

    def _set(self, numbers: list[int]) -> PhraseSet:
        try:
            return PhraseSet([self.written[n].phrase for n in numbers])
        except PhraseError as error:
            raise _bad_phrase(self.written[numbers[error.index]], error) from error


def load(shipped: Path, own: Path | None = None) -> Rulebook:
    """Read `shipped`/reasons and, over it, `own`/reasons; RuleError for the first mistake.

    A missing `own` folder means that the owner has no rules of their own.
    """
    phrases = _Phrases()
    cues = _read_cues(shipped, phrases)
    rules = _read_reasons(shipped, cues, phrases)
    if own is not None:
        cues |= _read_cues(own, phrases)
        rules |= _read_reasons(own, cues, phrases)
    for standing, reasons in REASONS.items():
        for reason in reasons:
            if (standing, reason) not in rules:
                raise RuleError(f"no file for the reason {reason} of {standing}", file=shipped / "reasons")
    return Rulebook(rules, phrases.compile)


_Cue = tuple[frozenset[int], frozenset[int]]


def _read_cues(folder: Path, phrases: _Phrases) -> dict[str, _Cue]:
    cues: dict[str, _Cue] = {}
    for file in toml_files(folder / "reasons" / "cues"):
        cue = read(file, CueFile)
        if cue.id in cues:
            raise _at(file, ("id",), f"the cue {cue.id!r} exists already in this folder")
        cues[cue.id] = (phrases.add(cue.phrase, file, "phrase"), phrases.add(cue.unless, file, "unless"))
    return cues


def _read_reasons(folder: Path, cues: Mapping[str, _Cue], phrases: _Phrases) -> dict[tuple[Standing, Reason], Rule]:
    rules: dict[tuple[Standing, Reason], Rule] = {}
    for file in toml_files(folder / "reasons"):
        if file.parent.name == "cues":
            continue
        written = read(file, ReasonFile)
        key = (written.standing, written.id)
        if key in rules:
            raise _at(file, ("id",), f"{written.id} of {written.standing} exists already: {rules[key].file.name}")
        rules[key] = _rule(written, file, cues, phrases)
    return rules


def _rule(written: ReasonFile, file: Path, cues: Mapping[str, _Cue], phrases: _Phrases) -> Rule:
    _check_signals(written.signal, file, cues)
    signals = tuple(_signal(s, n, file, cues, phrases) for n, s in enumerate(written.signal))
    return Rule(
        reason=written.id,
        standing=written.standing,
        title=written.title,
        summary=written.summary,
        document=written.document,
        grace=written.grace,
        action=written.action,
        fits=written.fits,
        false_positives=written.false_positives,
        signals=signals,
        examples=written.example,
        file=file,
    )


def _signal(written: SignalFile, number: int, file: Path, cues: Mapping[str, _Cue], phrases: _Phrases) -> Signal:
    own = phrases.add(written.phrase, file, "signal", number, "phrase")
    unless = phrases.add(written.unless, file, "signal", number, "unless")
    shared = [cues[name] for name in written.cue]
    return Signal(
        written,
        own.union(*(wanted for wanted, _ in shared)),
        unless.union(*(unwanted for _, unwanted in shared)),
        frozenset().union(*(cues[name][0] for name in written.beside)),
        conditions(written),
        bool(written.needs or written.excludes),
    )


def _check_signals(signals: tuple[SignalFile, ...], file: Path, cues: Mapping[str, _Cue]) -> None:
    """Ids are unique; cues exist; needs and excludes name signals that ask for no further ones."""
    simple = {s.id for s in signals if not (s.needs or s.excludes)}
    seen: set[str] = set()
    for number, signal in enumerate(signals):
        if signal.id in seen:
            raise _at(file, ("signal", number, "id"), f"the signal {signal.id!r} exists twice")
        seen.add(signal.id)
        for key, names, known in (
            ("cue", signal.cue, cues.keys()),
            ("beside", signal.beside, cues.keys()),
            ("needs", signal.needs, simple),
            ("excludes", signal.excludes, simple),
        ):
            for name in names:
                if name not in known:
                    raise _at(file, ("signal", number, key), f"{key}: there is no {name!r} to be named here")


def _at(file: Path, keys: tuple[int | str, ...], what: str) -> RuleError:
    text = file.read_text("utf-8")
    line = line_of(text, keys)
    source = text.splitlines()[line - 1]
    column = max(source.find(str(keys[-1])), 0)
    return RuleError(what, file=file, line=line, source=source, column=column, hint="Every key: docs/rules.md")


def _bad_phrase(written: _Written, error: PhraseError) -> RuleError:
    """Point at the line in which the phrase itself stands, below the key of its list."""
    lines = written.file.read_text("utf-8").splitlines()
    start = line_of("\n".join(lines), written.keys) - 1
    line = next((n for n in range(start, len(lines)) if written.phrase in lines[n].replace("\\\\", "\\")), start)
    source = lines[line]
    column = max(source.find(written.phrase), 0)
    what = f"the phrase {written.phrase!r} cannot be used: {error}"
    return RuleError(what, file=written.file, line=line + 1, source=source, column=column, hint="See docs/rules.md")
