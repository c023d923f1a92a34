"""`repliquette show`: one conversation, and why it is where it is; or one mail file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.text import Text

from repliquette.cli import output
from repliquette.cli.mailfile import is_file, show_file
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.model import Evidence, Message, Standing
from repliquette.pipeline.desk import Shown
from repliquette.web.shapes import Opened

_SAYS = {
    Standing.OWED: "You owe {who} a reply",
    Standing.AWAITING: "You are waiting for {who}",
    Standing.SETTLED: "Nobody owes a reply",
}


@click.command()
@click.argument("conversation", metavar="ID|FILE")
@click.option("--why", is_flag=True, help="Also list every signal with the words that show it.")
@json_option
@pass_session
def show(session: Session, conversation: str, why: bool, as_json: bool) -> None:
    """Show one conversation, and why it is where it is.

    Changes nothing.  ID is the first column of `repliquette owed`, or a mail
    file: then what is read of it is shown, without any mailbox: zones in
    colours, kind with evidence, dates with their words, names of attachments.

    Example: repliquette show c1a2b3c4d5e6 --why

    Example: repliquette show letter.eml
    """
    if is_file(conversation):
        show_file(Path(conversation), session.knowledge.lore, as_json=as_json)
        return
    shown = session.desk.show(conversation)
    if as_json:
        output.print_json(Opened.of(shown, shown.title, session.desk.now()).model_dump(mode="json", by_alias=True))
        return
    _verdict(shown, session.desk.now())
    for message in shown.conversation.messages:
        _message(message, shown)
    if why:
        _why(shown)
    elif shown.verdict.evidence:
        output.words.print("\n--why lists the signals; `repliquette draft ID` shows the reply.", style="dim")


def _verdict(shown: Shown, now: datetime) -> None:
    output.out.print(output.plain(shown.conversation.subject or "(no subject)"), style="bold")
    line = Text.assemble(
        output.plain(_SAYS[shown.verdict.standing].format(who=shown.entry.who.shown)), f" · {shown.title}"
    )
    if shown.verdict.standing is not Standing.SETTLED:
        line.append_text(Text(" · due ")).append_text(output.due_in_words(shown.entry, now))
    output.out.print(line)
    person = shown.person
    output.out.print(
        f"{person.tier} · {person.received} messages from them, {person.sent} from you before this", style="dim"
    )


def _message(message: Message, shown: Shown) -> None:
    local = message.date.astimezone(ZoneInfo(shown.owner.time_zone))
    sender = "you" if shown.owner.is_me(message.sender) else message.sender.shown
    output.out.print()
    output.out.print(Text.assemble((f"{local:%a %d %b %Y %H:%M}  ", "dim"), output.plain(sender)))
    words = {(e.start, e.end) for e in shown.verdict.evidence if e.message_id == message.message_id}
    body = output.plain(message.fresh or message.forwarded)
    for start, end in words if message.fresh else ():
        body.stylize("bold green", start, end)
    output.out.print(body)


def _why(shown: Shown) -> None:
    main = shown.verdict.reason
    others = [e for e in shown.verdict.evidence if e.reason not in ("", main)]
    output.out.print(f"\nWhy {shown.title}", style="bold")
    for evidence in shown.verdict.evidence:
        if evidence not in others:
            output.out.print(_evidence(evidence))
    if others:
        output.out.print("\nOther reasons weighed", style="bold")
    for evidence in others:
        output.out.print(_evidence(evidence))
    output.out.print(f"confidence {shown.verdict.confidence:.0%}", style="dim")


def _evidence(evidence: Evidence) -> Text:
    line = Text.assemble(f"  {evidence.weight:+.1f}  ", evidence.title or evidence.signal)
    if evidence.words:
        line.append_text(Text.assemble(" “", output.plain(evidence.words), "”"))
    line.append(f"  [{evidence.signal}, {evidence.where}; {evidence.document}]", "dim")
    return line
