"""The sample mailbox: one believable owner, about 150 conversations, every reason.

`load(now)` reads the data files in `sample/` and makes raw mail of them, dated
relative to `now`, the same bytes for the same instant.  Nothing here is real: all
addresses lie in `.example` (RFC 2606), telephone numbers in ranges kept for drama.
The form of the files is told in `script`; a mistake in one is a `RuleError` with
its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from repliquette.demo.letter import Letter, to_bytes
from repliquette.demo.script import ConversationFile, ConversationScript, PeopleFile
from repliquette.demo.stage import Stage
from repliquette.errors import RuleError
from repliquette.model import Absence, Reason, Standing
from repliquette.rulebook.files import read, toml_files

SHIPPED = Path(__file__).with_name("sample")
INBOX, SENT, ARCHIVE = "INBOX", "Sent", "Archive"
_PEOPLE_FILE = "people.toml"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a courteous reader says of a conversation."""

    standing: Standing
    reason: Reason
    also: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """The mailbox.  `folders` holds (raw message, when it arrived in UTC), oldest first.

    `expectations` goes by the Message-ID, without angle brackets, of the message
    that opened the conversation.  `absences` and `always_first` are settings that
    the owner would have made.
    """

    owner_name: str
    address: str
    time_zone: str
    always_first: tuple[str, ...]
    absences: tuple[Absence, ...]
    folders: dict[str, list[tuple[bytes, datetime]]]
    expectations: dict[str, Expectation]


def load(now: datetime, folder: Path = SHIPPED) -> Sample:
    """The mailbox as it lies there at `now` (aware); RuleError for a mistake in the data."""
    stage = Stage(read(folder / _PEOPLE_FILE, PeopleFile), now)
    folders: dict[str, list[tuple[bytes, datetime]]] = {INBOX: [], SENT: [], ARCHIVE: []}
    expectations: dict[str, Expectation] = {}
    for script in _conversations(folder, stage):
        letters = stage.play(script)
        expected = Expectation(script.standing, script.reason, script.also)
        expectations[letters[0].message_id] = expected
        for letter in letters:
            place = _place(stage, script, letter)
            folders[place].append((to_bytes(letter, lost=letters[0]), letter.date.astimezone(UTC)))
    for messages in folders.values():
        messages.sort(key=lambda pair: (pair[1], pair[0]))
    return _sample(stage, folders, expectations)


def _sample(
    stage: Stage, folders: dict[str, list[tuple[bytes, datetime]]], expectations: dict[str, Expectation]
) -> Sample:
    owner = stage.owner
    first, last = (stage.today - timedelta(days=days) for days in owner.away)
    return Sample(
        owner_name=owner.name,
        address=owner.address,
        time_zone=owner.time_zone,
        always_first=tuple(stage.address(name).email for name in owner.always_first),
        absences=(Absence(first, last, "settings"),),
        folders=folders,
        expectations=expectations,
    )


def _place(stage: Stage, script: ConversationScript, letter: Letter) -> str:
    if letter.sender.email == stage.owner.address:
        return SENT
    return ARCHIVE if script.archive else INBOX


def _conversations(folder: Path, stage: Stage) -> Iterator[ConversationScript]:
    seen: set[str] = set()
    for path in toml_files(folder):
        if path.name == _PEOPLE_FILE:
            continue
        for script in read(path, ConversationFile).conversation:
            if script.id in seen:
                raise _mistake(path, script.id, f"conversation id {script.id!r} is used twice")
            seen.add(script.id)
            _check_names(path, script, stage)
            yield script


def _check_names(path: Path, script: ConversationScript, stage: Stage) -> None:
    for message in script.message:
        for name in (message.sender, *message.to, *message.cc, *filter(None, [message.reply_to])):
            try:
                stage.person(name)
            except (KeyError, ValidationError) as error:
                what = f"{name!r} is neither in {_PEOPLE_FILE} nor 'Name <address@….example>'"
                raise _mistake(path, name, what) from error


def _mistake(path: Path, words: str, what: str) -> RuleError:
    rows = enumerate(path.read_text("utf-8").splitlines(), 1)
    # The last place: of two equal ids, the second is the mistake.
    line, source = [pair for pair in rows if f'"{words}"' in pair[1]][-1]
    return RuleError(what, file=path, line=line, source=source, column=source.index(f'"{words}"'))
