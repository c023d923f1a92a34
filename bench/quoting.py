"""Whether the newly written text is found exactly, against the parsers whose own test mails these are.

The mails are the fixtures of five public reply parsers (`--corpus`, a folder with one
sub-folder a project; they are not part of this repository).  What is expected of each
stands in `quoting.json` as the first 16 hexadecimal digits of the SHA-256 of the
expected text, white space folded, so that no mail is copied here:

* discourse/email_reply_trimmer: its `trimmed/` files (read from the corpus itself);
* crisp-oss/email-reply-parser, willdurand/EmailReplyParser, github/email_reply_parser,
  alfonsrv/mail-parser-reply: the texts that their test code compares with; where a test
  says only where the first part ends, the text before it; where it says that there is
  one part alone, all of the mail.  Mails of which a test says less are left out.

Right is what equals the expected text, white space folded.  Where a project's taste differs
from ours (it keeps quotes, or drops the sign-off), that is a miss like any other.  Of every baseline the better of its two
readings counts.

Run: python bench/quoting.py --corpus DIR [--misses]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import quotequail
from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES

from repliquette.message import lore
from repliquette.message.text import split
from repliquette.rulebook.files import shipped_rules

EXPECTED = Path(__file__).with_suffix(".json")
TRIMMED = "discourse+email_reply_trimmer/test"
TARGET = 0.95

Reader = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Case:
    """A mail and the digest of what is new in it."""

    project: str
    name: str
    text: str
    expected: str

    def is_right(self, read: Reader) -> bool:
        """Whether a reader finds exactly what is expected."""
        return digest(read(self.text)) == self.expected


def digest(text: str) -> str:
    """A text, white space folded, as `quoting.json` knows it."""
    return hashlib.sha256(re.sub(r"\s+", " ", text).strip().encode()).hexdigest()[:16]


def cases(corpus: Path) -> Iterator[Case]:
    """Every mail that carries an expectation."""
    for folder, expected in json.loads(EXPECTED.read_text("utf-8")).items():
        for name, wanted in expected.items():
            yield Case(folder.partition("+")[2].partition("/")[0], name, words(corpus / folder / name), wanted)
    for path in sorted((corpus / TRIMMED / "trimmed").glob("*.txt")):
        yield Case(
            "email_reply_trimmer", path.name, words(corpus / TRIMMED / "emails" / path.name), digest(words(path))
        )


def words(path: Path) -> str:
    """A file as it was written."""
    return path.read_bytes().decode("utf-8", "replace")


def ours() -> Reader:
    """This program."""
    known = lore.load(shipped_rules())
    return lambda text: split(text, known).fresh


def mail_parser_reply() -> list[Reader]:
    """With all of its languages: the latest reply as a whole, and without its signature."""
    parser = EmailReplyParser(languages=[code for code in MAIL_LANGUAGES if code != "david"])

    def body(text: str) -> str:
        replies = parser.read(text).replies
        return replies[0].body if replies else ""

    return [lambda text: parser.parse_reply(text) or "", body]


def quotequail_readers() -> list[Reader]:
    """What it would show expanded, and what it unwraps from the older mail."""

    def expanded(text: str) -> str:
        return "\n".join(block for shown, block in quotequail.quote(text) if shown)

    def unwrapped(text: str) -> str:
        found = quotequail.unwrap(text)
        return text if found is None else found.get("text_top", "")

    return [expanded, unwrapped]


def talon_readers() -> list[Reader]:
    """Its rules for quotations, alone and with those for signatures; nothing where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from talon import quotations  # noqa: PLC0415 - too old to be a dependency of the project
            from talon.signature.bruteforce import extract_signature  # noqa: PLC0415 - as above
    except ImportError:
        return []
    return [quotations.extract_from_plain, lambda text: extract_signature(quotations.extract_from_plain(text))[0]]


def share(found: list[Case], readers: list[Reader]) -> float:
    """The share of cases that the best of the readers gets right."""
    return max(sum(case.is_right(read) for case in found) for read in readers) / len(found)


def figure(
    name: str, found: list[Case], mine: Reader, others: dict[str, list[Reader]], target: float | None
) -> dict[str, object]:
    """One line of the output."""
    value = share(found, [mine])
    baselines = {other: round(share(found, readers), 3) for other, readers in others.items()}
    ahead = value > max(baselines.values())
    return {
        "figure": f"fresh text exactly right, {name}",
        "value": round(value, 3),
        "unit": "share",
        "cases": len(found),
        "baseline": baselines,
        "ratio": round(value / max(*baselines.values(), 0.001), 2),
        "target": target,
        "holds": ahead and (target is None or value >= target),
    }


def main() -> int:
    """Print the figures; 0 where that of all mails holds."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--corpus", type=Path, required=True, help="the folder reply-quoting")
    arguments.add_argument("--misses", action="store_true", help="name our misses on standard error")
    given = arguments.parse_args()
    found, mine = list(cases(given.corpus)), ours()
    others = {"mail-parser-reply": mail_parser_reply(), "quotequail": quotequail_readers(), "talon": talon_readers()}
    others = {name: readers for name, readers in others.items() if readers}
    lines = [
        figure(project, [case for case in found if case.project == project], mine, others, None)
        for project in sorted({case.project for case in found})
    ]
    lines.append(figure("all", found, mine, others, TARGET))
    for line in lines:
        sys.stdout.write(json.dumps(line) + "\n")
    if given.misses:
        sys.stderr.writelines(f"{case.project} {case.name}\n" for case in found if not case.is_right(mine))
    return 0 if lines[-1]["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
