"""`repliquette draft`: the courteous reply, on the screen or in the Drafts folder."""

from __future__ import annotations

import click

from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.model import Style, Suggestion
from repliquette.web.shapes import Choice, Receipt


@click.command()
@click.argument("conversation", metavar="ID")
@click.option("--style", type=click.Choice([s.value for s in Style]), help="How the draft speaks.")
@click.option("--save", is_flag=True, help="Save it into your Drafts folder, in its thread.  Nothing is sent.")
@click.option("--body", type=click.File(encoding="utf-8"), help="Save these words instead (a file, or - for stdin).")
@json_option
@pass_session
def draft(
    session: Session, conversation: str, style: str | None, save: bool, body: click.File | None, as_json: bool
) -> None:
    """Show the suggested replies; with --save, lay one into your Drafts folder.

    Saving the same words twice makes one draft.  Nothing is ever sent: you do
    that, from your own mail program.

    Example: repliquette draft c1a2b3c4d5e6 --style warm --save
    """
    if body and not save:
        raise click.UsageError("--body goes with --save.")
    if save:
        _save(session, conversation, style, body.read() if body else None, as_json=as_json)  # type: ignore[attr-defined]
        return
    suggestions = [s for s in session.desk.show(conversation).suggestions if style in (None, s.style)]
    if as_json:
        output.print_json([Choice.model_validate(s).model_dump(mode="json") for s in suggestions])
        return
    for suggestion in suggestions:
        _print(suggestion)
    if not suggestions:
        output.words.print("There is nothing to write here.")


def _save(session: Session, conversation: str, style: str | None, body: str | None, *, as_json: bool) -> None:
    receipt = session.desk.save_draft(conversation, body=body, style=style)
    if as_json:
        output.print_json(Receipt.model_validate(receipt).model_dump(mode="json"))
        return
    said = "Saved in" if receipt.created else "The same draft lies already in"
    output.words.print(f"{said} {receipt.folder}. Nothing was sent.")


def _print(suggestion: Suggestion) -> None:
    to = ", ".join(f"{a.name} <{a.email}>" if a.name else a.email for a in suggestion.to)
    output.out.print(f"{suggestion.label} ({suggestion.style})", style="bold")
    output.out.print(output.plain(f"To: {to}\nSubject: {suggestion.subject}"), style="dim")
    if suggestion.warning:
        output.out.print(output.plain(suggestion.warning), style="yellow")
    output.out.print(output.plain(suggestion.body))
    output.out.print()
