"""The people of the sample mailbox, and their conversations played out as letters.

Here a short script becomes what a mail program would have sent: the recipients
and the subject of a reply, the threading headers (RFC 5322 §3.6.4), the usual
signature, the quoted history, and the owner's out-of-office note where one followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from repliquette.clock import local_date
from repliquette.demo.dating import fill, instant
from repliquette.demo.letter import Letter
from repliquette.demo.quoting import App, Body, Quoted, with_history
from repliquette.demo.script import ConversationScript, MessageScript, PeopleFile, Person
from repliquette.model import Address

ME = "me"
_NOTE_DELAY = timedelta(minutes=1)
_PREFIXES = re.compile(r"^(?:(?:re|aw|fwd|wg|tr)\s*:\s*)+", re.IGNORECASE)


class Stage:
    """Everybody who writes, and the day on which it is played."""

    def __init__(self, people: PeopleFile, now: datetime) -> None:
        """Cast the owner and the people of `people.toml`; `now` is aware."""
        self.owner = people.owner
        self._people: Mapping[str, Person] = {**people.people, ME: people.owner}
        self._now = now
        self.today = local_date(now, self.owner.time_zone)

    def person(self, name: str) -> Person:
        """By short name or from "Name <address>"; KeyError or ValidationError where it is neither."""
        if "@" not in name:
            return self._people[name]
        shown, address = parseaddr(name)
        return Person(name=shown, address=address)

    def address(self, name: str) -> Address:
        """The address of a short name or "Name <address>"."""
        person = self.person(name)
        return Address(person.address, person.name)

    def play(self, script: ConversationScript) -> list[Letter]:
        """The letters of a conversation, the owner's out-of-office notes among them."""
        letters: list[Letter] = []
        for message in script.message:
            letters.append(self._letter(script, message, letters))
            if message.away_note:
                letters.append(self._away_note(script, letters))
        return letters

    def _letter(self, script: ConversationScript, message: MessageScript, earlier: Sequence[Letter]) -> Letter:
        person = self.person(message.sender)
        by_people = [letter for letter in earlier if not letter.by_machine]
        return Letter(
            message_id=_message_id(script, earlier, person.address),
            date=instant(message.ago, self._now, self.owner.time_zone).astimezone(ZoneInfo(person.time_zone)),
            sender=self.address(message.sender),
            to=tuple(map(self.address, message.to)) or (self._answered(message, by_people),),
            cc=tuple(map(self.address, message.cc)),
            reply_to=self.address(message.reply_to) if message.reply_to else None,
            subject=fill(message.subject, self.today, person.language) or _reply_subject(person, by_people),
            body=self._body(script, message, by_people),
            references=tuple(letter.message_id for letter in by_people),
            headers=tuple(message.headers.items()),
            attach=message.attach,
            calendar=fill(message.calendar, self.today, person.language),
            bounce=message.bounce,
        )

    def _answered(self, message: MessageScript, by_people: Sequence[Letter]) -> Address:
        if message.sender != ME:
            return self.address(ME)
        others = [letter.sender for letter in by_people if letter.sender.email != self.owner.address]
        return others[-1] if others else by_people[0].to[0]

    def _body(self, script: ConversationScript, message: MessageScript, by_people: Sequence[Letter]) -> Body:
        person = self.person(message.sender)
        text = fill(message.text.strip("\n"), self.today, person.language)
        html = fill(message.html.strip("\n"), self.today, person.language)
        if person.signature and message.signed and not (script.private and message.sender == ME):
            text = f"{text}\n\n{person.signature.strip()}".lstrip("\n")
        app = _app(message, person)
        if html or not by_people:
            return Body(text if message.text else "", html)
        return with_history(text, _quotable(by_people[-1], person), app, person.language)

    def _away_note(self, script: ConversationScript, earlier: Sequence[Letter]) -> Letter:
        cause, owner = earlier[-1], self.owner
        return Letter(
            message_id=_message_id(script, earlier, owner.address),
            date=(cause.date + _NOTE_DELAY).astimezone(ZoneInfo(owner.time_zone)),
            sender=self.address(ME),
            to=(cause.sender,),
            subject=f"{owner.away_subject}: {cause.subject}",
            body=Body(fill(owner.away_note.strip("\n"), self.today, owner.language)),
            references=(cause.message_id,),
            headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        )


def _message_id(script: ConversationScript, earlier: Sequence[Letter], address: str) -> str:
    return f"{script.id}.{len(earlier) + 1}@{address.partition('@')[2]}"


def _app(message: MessageScript, person: Person) -> App:
    if message.quote:
        return message.quote
    return App.BARE if "Auto-Submitted" in message.headers or message.bounce else person.app


def _reply_subject(person: Person, by_people: Sequence[Letter]) -> str:
    if not by_people:
        return ""
    prefix = "AW" if (person.app, person.language) == (App.OUTLOOK, "de") else "Re"
    return f"{prefix}: {_PREFIXES.sub('', by_people[0].subject)}"


def _quotable(letter: Letter, reader: Person) -> Quoted:
    seen = letter.date.astimezone(ZoneInfo(reader.time_zone))
    return Quoted(letter.sender, letter.to, seen, letter.subject, letter.body.text)
