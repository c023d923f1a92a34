"""What is known of mail in general: languages, mail programs, machines that write.

`load` reads `rules/lexicon/` and `rules/kinds/` and compiles them once; every
reader of `message/` gets the result as a parameter.  An owner's own file takes
the place of the shipped one for the same language or kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

from repliquette.message import kindrules
from repliquette.message.kindrules import KindRules
from repliquette.message.lexicon import Lexicon, LinePattern, together
from repliquette.rulebook.files import read, toml_files
from repliquette.rulebook.normal import normalise
from repliquette.rulebook.phrases import PhraseSet

_DASHED = r"[-_>* ]*-{2,} *{} *:?-{2,}.*"


@dataclass(frozen=True, slots=True)
class QuoteLore:
    """The lines by which mail programs of all languages mark what is not new."""

    introduction: LinePattern
    attribution: LinePattern
    original: LinePattern
    forwarded: LinePattern
    sent_from: LinePattern
    fields: dict[str, str]
    legal: PhraseSet
    list_footer: PhraseSet
    warning: PhraseSet
    sign_offs: LinePattern
    greetings: LinePattern


@dataclass(frozen=True, slots=True)
class Lore:
    """Everything that the rule files of this room say, compiled."""

    languages: dict[str, Lexicon]
    stop_words: dict[str, tuple[str, ...]]
    quotes: QuoteLore
    kinds: KindRules


def load(shipped: Path, own: Path | None = None) -> Lore:
    """Read the rules of the program and, where given, the owner's; RuleError names file and line."""
    roots = [shipped] if own is None else [shipped, own]
    read_files = [read(path, Lexicon) for root in roots for path in toml_files(root / "lexicon")]
    languages = {lexicon.language: lexicon for lexicon in read_files}
    return Lore(
        languages,
        _stop_words(languages),
        _quotes(list(languages.values())),
        kindrules.load(root / "kinds" for root in roots),
    )


def _stop_words(languages: dict[str, Lexicon]) -> dict[str, tuple[str, ...]]:
    """Each frequent little word → the languages that have it."""
    words = {word for lexicon in languages.values() for word in lexicon.stop_words}
    return {word: tuple(code for code, x in languages.items() if word in x.stop_words) for word in words}


def _quotes(lexica: list[Lexicon]) -> QuoteLore:
    return QuoteLore(
        introduction=LinePattern(together(x.quote.introduction for x in lexica)),
        attribution=LinePattern(together(x.quote.attribution for x in lexica)),
        original=LinePattern(together(x.quote.original for x in lexica), _DASHED),
        forwarded=LinePattern(together(x.quote.forwarded for x in lexica), r"[-_>* ]*{} *:?[-_ ]*"),
        sent_from=LinePattern(together(x.close.sent_from for x in lexica)),
        fields=_fields(lexica),
        legal=PhraseSet(together(x.close.legal for x in lexica)),
        list_footer=PhraseSet(together(x.close.list_footer for x in lexica)),
        warning=PhraseSet(together(x.close.warning for x in lexica)),
        sign_offs=LinePattern(together(x.close.sign_offs for x in lexica), "{}[,.!]*"),
        greetings=LinePattern(together(x.close.greetings for x in lexica)),
    )


def _fields(lexica: list[Lexicon]) -> dict[str, str]:
    """The names of header fields in every language → "from", "sent", "to" or "subject"."""
    named = product(lexica, (("from", "from_"), ("sent", "sent"), ("to", "to"), ("subject", "subject")))
    return {normalise(word): role for x, (role, key) in named for word in getattr(x.quote, key)}
