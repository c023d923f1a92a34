"""The rules of `rules/kinds/`: what marks a message that no person wrote, compiled.

One file a kind.  A signal looks at one place: a header field (pattern over its
decoded value), the content types of the parts, the words of their machine-readable
ones, the shape of the whole (see `shape`), the sender's local part or display name,
the subject, or the fresh text.  The weights of the signals found
add up; a kind needs 1.0.  Patterns are phrases of `rulebook.phrases`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from repliquette.message.lexicon import Phrases
from repliquette.model import Kind
from repliquette.rulebook.files import read, toml_files
from repliquette.rulebook.phrases import PhraseSet

Place = Literal["part", "report", "shape", "sender", "name", "subject", "text"]
PLACES: tuple[Place, ...] = ("part", "report", "shape", "sender", "name", "subject", "text")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignalRule(_Part):
    """One sign of a kind: any of its patterns at its one place."""

    id: str
    weight: float
    title: str = ""
    header: str = ""
    value: Phrases = Field(default=(), description="patterns of the header's value; none: its presence counts")
    part: Phrases = ()
    report: Phrases = ()
    shape: Phrases = Field(default=(), description="words of `message.shape`, such as no_recipient")
    sender: Phrases = ()
    name: Phrases = ()
    subject: Phrases = ()
    text: Phrases = ()
    remark: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> SignalRule:
        places = [self.header, *(getattr(self, place) for place in PLACES)]
        if sum(map(bool, places)) != 1:
            message = "name exactly one of header, " + ", ".join(PLACES)
            raise ValueError(message)
        return self


class ExampleRule(_Part):
    """A message of this kind (`match`), or one that looks like it and is not."""

    match: bool
    headers: str
    text: str = ""
    why: str = ""


class KindRule(_Part):
    """One file of `rules/kinds/`."""

    kind: Kind
    title: str
    document: str = ""
    signal: tuple[SignalRule, ...]
    example: tuple[ExampleRule, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A signal and the kind it speaks for."""

    kind: KindRule
    signal: SignalRule


@dataclass(frozen=True, slots=True)
class Lookout:
    """The patterns of one place, searched at once; `signs[i]` is what pattern number i shows.

    One a kind: all kinds in one `re2.Set` would pass re2's memory.
    """

    phrases: PhraseSet
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class KindRules:
    """All kinds, compiled: by header field (lower case), and by place."""

    rules: tuple[KindRule, ...]
    headers: dict[str, Lookout]
    present: dict[str, tuple[Sign, ...]]
    places: dict[Place, tuple[Lookout, ...]]


def load(folders: Iterable[Path]) -> KindRules:
    """Read every file of the folders; a later file of the same kind replaces an earlier one."""
    files = [read(path, KindRule) for folder in folders for path in toml_files(folder)]
    rules = tuple({rule.kind: rule for rule in files}.values())
    signs = tuple(Sign(rule, signal) for rule in rules for signal in rule.signal)
    fields: dict[str, list[Sign]] = {}
    for sign in signs:
        fields.setdefault(sign.signal.header.lower(), []).append(sign)
    fields.pop("", None)
    return KindRules(
        rules,
        {field: _lookout(of_field, "value") for field, of_field in fields.items()},
        {field: tuple(s for s in of_field if not s.signal.value) for field, of_field in fields.items()},
        {place: tuple(_lookouts(rules, signs, place)) for place in PLACES},
    )


def _lookouts(rules: Iterable[KindRule], signs: Iterable[Sign], place: Place) -> Iterator[Lookout]:
    """The kinds that look at a place, each by itself."""
    for rule in rules:
        if looking := [s for s in signs if s.kind is rule and getattr(s.signal, place)]:
            yield _lookout(looking, place)


def _lookout(signs: Iterable[Sign], place: Literal["value"] | Place) -> Lookout:
    written = [(phrase, sign) for sign in signs for phrase in getattr(sign.signal, place)]
    return Lookout(PhraseSet([phrase for phrase, _ in written]), tuple(sign for _, sign in written))
