"""`repliquette serve`: the page and the sidebar's backend, for this machine only."""

from __future__ import annotations

import threading
import webbrowser
from contextlib import closing

import click
from filelock import FileLock, Timeout

from repliquette import clock
from repliquette.cli import output
from repliquette.cli.session import Session, pass_session
from repliquette.errors import RepliquetteError
from repliquette.pipeline.sync import quiet
from repliquette.web.app import create_app
from repliquette.web.service import serve as run

# Gentle on every provider's limits; being told of new mail at once is a later step.
SYNC_EVERY_S = 300.0


@click.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Another port than the one in the settings (47811).")
@click.option("--open", "open_", is_flag=True, help="Open the page in your browser.")
@click.option("--sync/--no-sync", default=True, help="Read new mail now and every five minutes.")
@pass_session
def serve(session: Session, port: int | None, open_: bool, sync: bool) -> None:
    """Serve the page and the browser sidebar, to this machine only, until Ctrl+C.

    There is no way to serve other machines.  The link that is printed opens the
    page once, within two minutes; run the command again, also while it serves, for
    another.  New mail is read every five minutes.

    Example: repliquette serve --open
    """
    session.store  # noqa: B018 - says kindly that there is no mailbox yet, before anything else
    number = port or session.settings.port
    note = session.places.data / "serve.port"
    try:
        with FileLock(session.places.data / "serve.lock", timeout=0):
            note.write_text(str(number), "utf-8")
            _serve(session, number, open_=open_, sync=sync)
    except Timeout:
        output.words.print("Repliquette serves this mailbox already.")
        announce(session, int(note.read_text("utf-8")), open_=open_)


def _serve(session: Session, port: int, *, open_: bool, sync: bool) -> None:
    app = create_app(session.desk, session.store.keys, port=port)
    with closing(Keeper(session)) as keeper:
        if sync:
            keeper.start()
        run(app, port, on_ready=lambda: announce(session, port, open_=open_))


def announce(session: Session, port: int, *, open_: bool, pair: str = "repliquette pair") -> None:
    """Tell where to look; the link works once.  `pair` is the command that lets the sidebar in."""
    link = f"http://127.0.0.1:{port}/open?key={session.store.keys.new_page_link(clock.now())}"
    output.words.print("Repliquette serves this machine. Stop it with Ctrl+C.")
    output.words.print(f"The page, once, within two minutes: {link}", soft_wrap=True)
    output.words.print(f"For the browser sidebar, run: {pair}", style="dim", soft_wrap=True)
    if open_:
        webbrowser.open(link)


class Keeper(threading.Thread):
    """Keeps the store up to date while the service runs; trouble is told once, not every five minutes.

    It ends with the program wherever it is: every step of a sync commits by itself.
    """

    def __init__(self, session: Session, every_s: float = SYNC_EVERY_S) -> None:
        """Sync all accounts of `session` every `every_s` seconds once started."""
        super().__init__(name="repliquette-sync", daemon=True)
        self._session = session
        self._every_s = every_s
        self._stop_asked = threading.Event()
        self._told = ""

    def run(self) -> None:
        """Sync, wait, and again."""
        while not self._stop_asked.is_set():
            self._tell(self._sync())
            self._stop_asked.wait(self._every_s)

    def close(self) -> None:
        """Stop soon; what is half done is taken up by the next run."""
        self._stop_asked.set()

    def _sync(self) -> str:
        troubles = []
        for account in self._session.settings.account:
            try:
                self._session.sync(account, quiet)
            except RepliquetteError as error:
                troubles.append(f"{account.address}: {error}")
        return "\n".join(troubles)

    def _tell(self, troubles: str) -> None:
        if troubles and troubles != self._told:
            output.words.print(
                output.plain(f"Could not read new mail. {troubles}\nThe lists show what was read before.")
            )
        self._told = troubles
