"""How a draft begins and ends: greeting, sign-off, and the sentence for a late answer.

The words are data (`rules/replies/<language>/voice.toml`); here they are chosen.
Learning them from the owner's sent mail comes later, behind the same door.
"""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from repliquette.model import Owner, Style
from repliquette.replies.names import Called
from repliquette.replies.topic import speakable


class Apology(BaseModel):
    """A sentence for an answer that is late by more than so many days beyond its grace."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: float = Field(ge=0)
    words: str = Field(min_length=5)


class Voice(BaseModel):
    """The owner's manner in one language.  `NAME` in a greeting stands for the person greeted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    greeting: str = Field(pattern=r"\bNAME\b")
    greeting_stranger: str = Field(pattern=r"\bNAME\b")
    greeting_titled: str = Field(pattern=r"\bNAME\b")
    greeting_nobody: str
    sign_off: dict[Style, str]
    apology: tuple[Apology, ...]
    day_of_month: str = Field(pattern=r"DAY.*MONTH|MONTH.*DAY")
    months: tuple[str, ...] = Field(min_length=12, max_length=12)

    def greet(self, who: Called, *, stranger: bool) -> str:
        """The first line; without a name it greets nobody by a wrong one."""
        if not who.name:
            return self.greeting_nobody
        line = self.greeting_titled if who.titled else self.greeting_stranger if stranger else self.greeting
        return line.replace("NAME", who.name)

    def close(self, style: Style, owner: Owner, *, stranger: bool) -> str:
        """The last lines: the sign-off and my name, the whole of it to strangers."""
        name = owner.name if stranger else owner.first_name
        return "\n".join(line for line in (self.sign_off[style], speakable(name)) if line)

    def day(self, day: date) -> str:
        """A day in words, without the year: "3 March"."""
        return self.day_of_month.replace("DAY", str(day.day)).replace("MONTH", self.months[day.month - 1])

    def sorry(self, late: timedelta) -> str:
        """The apology in proportion to the delay; "" within grace."""
        if late <= timedelta(0):
            return ""
        fitting = [a for a in self.apology if late >= timedelta(days=a.days)]
        return max(fitting, key=lambda a: a.days).words if fitting else ""
