"""Everything that is read from `rules/`, loaded once; and the judgement that uses it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from repliquette import __version__
from repliquette.conversation.marks import settled_elsewhere, without_withdrawn
from repliquette.conversation.people import Ledger
from repliquette.message import lore as lores
from repliquette.message.lore import Lore
from repliquette.model import Conversation, Owner, Person, Suggestion, Verdict
from repliquette.reasons import decide, rules, weights
from repliquette.reasons.rules import Rulebook
from repliquette.reasons.weights import Weights
from repliquette.replies import compose, etiquette
from repliquette.replies.compose import Templates
from repliquette.rulebook.files import shipped_rules, toml_files
from repliquette.store.ledger import coarsely


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The rules of reading, of reasons and of replies."""

    lore: Lore
    book: Rulebook
    templates: Templates
    weights: Weights | None = None
    digest: str = ""
    own: Path | None = None

    def fingerprint(self, owner: Owner) -> str:
        """What verdicts depend on besides the mail: these rules, this version, the owner's settings."""
        lines = (
            __version__, self.digest, owner.name, owner.time_zone, *sorted(owner.addresses),
            *sorted(owner.always_first), *map(repr, owner.absences),
        )  # fmt: skip
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def judge(self, conversation: Conversation, ledger: Ledger, owner: Owner, now: datetime) -> Verdict:
        """Who owes whom, why, and when it is due; the same answer for the same question."""
        conversation = without_withdrawn(conversation, owner)
        verdict = decide.decide(conversation, coarsely(ledger), owner, now, self.book, self.lore, self.weights)
        verdict = settled_elsewhere(verdict, conversation, owner)
        return etiquette.schedule(verdict, conversation, owner, now, self.book, self.lore)

    def suggest(
        self, verdict: Verdict, conversation: Conversation, person: Person, owner: Owner, now: datetime
    ) -> tuple[Suggestion, ...]:
        """Replies to choose from, the most fitting first."""
        return compose.suggest(verdict, conversation, person, owner, now, self.templates)


def know(own: Path | None = None) -> Knowledge:
    """Load the shipped rules and the owner's own (which win); RuleError for a faulty file."""
    shipped = shipped_rules()
    mine = own if own is not None and own.is_dir() else None
    content = hashlib.sha256()
    for file in (*toml_files(shipped), *(toml_files(mine) if mine else ())):
        content.update(file.read_bytes())
    learned = shipped / weights.FILE
    if learned.is_file():
        content.update(learned.read_bytes())
    return Knowledge(
        lores.load(shipped, mine),
        rules.load(shipped, mine),
        compose.load(shipped, mine),
        weights.read(learned) if learned.is_file() else None,
        content.hexdigest(),
        mine,
    )
