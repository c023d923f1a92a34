"""`repliquette serve`: the page and the sidebar's backend, for this machine only."""

from __future__ import annotations

import webbrowser

import click

from repliquette import clock
from repliquette.cli import output
from repliquette.cli.session import Session, pass_session
from repliquette.web.app import create_app
from repliquette.web.service import serve as run


@click.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Another port than the one in the settings (47811).")
@click.option("--open", "open_", is_flag=True, help="Open the page in your browser.")
@pass_session
def serve(session: Session, port: int | None, open_: bool) -> None:
    """Serve the page and the browser sidebar, to this machine only, until Ctrl+C.

    There is no way to serve other machines.  The link that is printed opens the
    page once, within two minutes; run the command again for another.

    Example: repliquette serve --open
    """
    number = port or session.settings.port
    app = create_app(session.desk, session.store.keys, port=number)
    run(app, number, on_ready=lambda: announce(session, number, open_=open_))


def announce(session: Session, port: int, *, open_: bool) -> None:
    """Tell where to look; the link works once."""
    link = f"http://127.0.0.1:{port}/open?key={session.store.keys.new_page_link(clock.now())}"
    output.words.print("Repliquette serves this machine. Stop it with Ctrl+C.")
    output.words.print(f"The page, once, within two minutes: {link}", soft_wrap=True)
    output.words.print("For the browser sidebar, run: repliquette pair", style="dim")
    if open_:
        webbrowser.open(link)
