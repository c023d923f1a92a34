"""`repliquette digest`: the week, on the terminal or as files."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import TypeAdapter

from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.digest import content, form

_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.option("--html", type=_FILE, help="Write it as a page into this file.")
@click.option("--text", type=_FILE, help="Write it as plain text into this file.")
@json_option
@pass_session
def digest(session: Session, html: Path | None, text: Path | None, as_json: bool) -> None:
    """The week: what you owe (by reason), what others owe you, with the courteous "no"s ready to look over.

    Reads only what was synced, and sends nothing.  Without --html or --text it is
    printed here.

    Example: repliquette digest --html digest.html
    """
    session.refresh()
    week = content.build(session.desk, session.desk.now())
    for path, words in ((html, form.to_html), (text, form.to_text)):
        if path:
            path.write_text(words(week), "utf-8")
            output.words.print(f"Wrote {path}: {form.subject(week)}", soft_wrap=True)
    if as_json:
        output.print_json(TypeAdapter(content.Digest).dump_python(week, mode="json"))
    elif not (html or text):
        click.echo(form.to_text(week))
