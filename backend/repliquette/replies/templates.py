"""`rules/replies/<language>/` -> templates that were tried before they are used.

One file a reason, several replies a file, each a sandboxed Jinja template over
the names of `facts.Facts`.  A syntax error, an unknown name or a reply that
would leave a mark in a draft is a RuleError with file and line, at load.  An
owner's own file for a reason wins over the shipped one of the same language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, model_validator

from repliquette.errors import RuleError
from repliquette.model import Kind, Reason, Standing, Style, Verdict
from repliquette.replies.facts import Facts
from repliquette.replies.names import NameWords
from repliquette.replies.topic import Things
from repliquette.replies.voice import Voice
from repliquette.rulebook import files

FALLBACK = "en"
Action = Literal["decline", "answer", "ask", "condole", "keep", "follow_up", "resend", "release", "wait"]
_FACT_NAMES = Facts.names()
_EVERY_FACT = Facts.all_known()
_MARKS = re.compile(r"\{\{|\}\}|\{%|%\}|\bTODO\b|\bXXX\b|_{3,}|\[[^\]]*\]|<[^>]*>")
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReplyFile(_Strict):
    """One reply: a button and its words.

    It is offered where every fact of `needs` is known and true, and none of `unless`.
    """

    label: str = Field(min_length=2, max_length=30)
    style: Style
    action: Action
    body: str = Field(min_length=10)
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    warning: str = ""


class RepliesFile(_Strict):
    """The replies for one reason on one side, or for one kind of message whatever the reason."""

    standing: Standing
    reason: Reason | None = None
    kind: Kind | None = None
    reply: tuple[ReplyFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_subject(self) -> RepliesFile:
        if (self.reason is None) == (self.kind is None):
            message = "name either the reason or the kind that these replies are for"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply ready to be rendered."""

    file: ReplyFile
    template: Template
    uses: frozenset[str]

    def fits(self, facts: Facts) -> bool:
        """Whether its conditions hold."""
        values = facts.values()
        return all(values[n] for n in self.file.needs) and not any(values[n] for n in self.file.unless)

    def render(self, facts: Facts) -> str:
        """The body without greeting and sign-off, its blank lines single."""
        text = re.sub(r"[ \t]+(?=\n|$)", "", self.template.render(facts.values()))
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def used(self, facts: Facts, body: str) -> tuple[str, ...]:
        """The pieces of a body that came from the conversation or the settings."""
        values = facts.values()
        pieces = (values[name] for name in sorted(self.uses - {"apology"}))
        return tuple(p for p in pieces if isinstance(p, str) and p and p in body)


@dataclass(frozen=True, slots=True)
class Language:
    """Everything that is said in one language."""

    voice: Voice
    things: Things
    replies: dict[tuple[Standing, Reason | Kind], tuple[Reply, ...]]

    def replies_for(self, verdict: Verdict, kind: Kind) -> tuple[Reply, ...]:
        """Those for this kind of message (a call is returned whatever its reason), else those for the reason."""
        for subject in (kind, verdict.reason):
            if found := self.replies.get((verdict.standing, subject)):
                return found
        return ()


@dataclass(frozen=True, slots=True)
class Templates:
    """The replies of every language, by its two-letter code."""

    languages: dict[str, Language]
    names: NameWords

    def speaks(self, code: str) -> bool:
        """Whether there are replies in this language; an unknown one ("") gets the benefit of the doubt."""
        return not code or code in self.languages

    def language(self, code: str) -> Language:
        """The language of a conversation, or English."""
        return self.languages.get(code) or self.languages[FALLBACK]


def load(shipped: Path, own: Path | None = None) -> Templates:
    """Read `replies/` below the folder of shipped rules, then below the owner's; RuleError at the first mistake."""
    languages = {f.name: _language(f) for f in _folders(shipped)}
    for folder in _folders(own) if own else []:
        languages[folder.name] = _language(folder, languages.get(folder.name))
    return Templates(languages, _names(own) or files.read(_name_file(shipped), NameWords))


def _name_file(rules: Path) -> Path:
    return rules / "replies" / "names.toml"


def _names(own: Path | None) -> NameWords | None:
    return files.read(_name_file(own), NameWords) if own and _name_file(own).exists() else None


def _folders(rules: Path) -> list[Path]:
    place = rules / "replies"
    return sorted(f for f in place.iterdir() if f.is_dir()) if place.is_dir() else []


def _language(folder: Path, base: Language | None = None) -> Language:
    own = {"voice.toml": Voice, "things.toml": Things}
    replies = dict(base.replies) if base else {}
    for path in files.toml_files(folder):
        if path.name not in own:
            file = files.read(path, RepliesFile)
            subject = file.reason or file.kind
            assert subject is not None  # the model wants one of them
            replies[file.standing, subject] = tuple(_reply(path, n, r) for n, r in enumerate(file.reply))
    if base is None:
        return Language(files.read(folder / "voice.toml", Voice), files.read(folder / "things.toml", Things), replies)
    voice, things = folder / "voice.toml", folder / "things.toml"
    return replace(
        base,
        voice=files.read(voice, Voice) if voice.exists() else base.voice,
        things=files.read(things, Things) if things.exists() else base.things,
        replies=replies,
    )


def _reply(path: Path, number: int, file: ReplyFile) -> Reply:
    place = _Place(path, number)
    for key in ("needs", "unless"):
        if strange := sorted(set(getattr(file, key)) - _FACT_NAMES):
            raise place.error(f"{strange[0]!r} is no fact", key=key, hint=_KNOWN)
    try:
        uses = frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(file.body)))
        if strange := sorted(uses - _FACT_NAMES):
            raise place.error(f"{strange[0]!r} is no fact", line=_line_with(file.body, strange[0]), hint=_KNOWN)
        reply = Reply(file, _ENVIRONMENT.from_string(file.body), uses)
        drafts = [reply.render(facts) for facts in (Facts(), _EVERY_FACT)]
    except TemplateSyntaxError as error:
        raise place.error(error.message or "not understood", line=error.lineno) from error
    except (TemplateError, TypeError) as error:
        raise place.error(str(error)) from error
    if marks := next((m for d in drafts if (m := _MARKS.search(d))), None):
        raise place.error(f"{marks[0]!r} would stand in the draft", line=_line_with(file.body, marks[0]))
    return reply


_KNOWN = f"Facts: {', '.join(sorted(_FACT_NAMES))}"


def _line_with(text: str, word: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if word in line), 1)


@dataclass(frozen=True, slots=True)
class _Place:
    """A reply in its file, for words about its mistakes."""

    path: Path
    number: int

    def error(self, what: str, *, key: str = "body", line: int = 1, hint: str = "") -> RuleError:
        """`line` counts from the first line of the body."""
        text = self.path.read_text("utf-8")
        rows = text.splitlines()
        at = files.line_of(text, ("reply", self.number, key))
        if key == "body" and rows[at - 1].rstrip().endswith(('"""', "'''")):
            at += line  # the text begins on the line after the quotes
        source = rows[at - 1] if at <= len(rows) else ""
        return RuleError(what, file=self.path, line=at, source=source, hint=hint)
