"""`repliquette serve`: the page and the sidebar's backend, for this machine only."""

from __future__ import annotations

import webbrowser
from contextlib import closing

import click
from filelock import FileLock, Timeout

from repliquette import clock
from repliquette.cli import output
from repliquette.cli.session import Session, pass_session
from repliquette.pipeline.status import Board, Note, State, Status
from repliquette.web.app import create_app
from repliquette.web.service import serve as run

_READ_BEFORE = "The lists show what was read before."
UNTIL = {
    State.OFFLINE: f"It is tried again, soon at first and every five minutes at last. {_READ_BEFORE}",
    State.THROTTLED: f"It is left alone for as long as it asked. {_READ_BEFORE}",
    State.REFUSED: f"A refused password is not tried again until it, or the settings, are others. {_READ_BEFORE}",
}
TROUBLED = UNTIL.keys()


@click.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Another port than the one in the settings (47811).")
@click.option("--open", "open_", is_flag=True, help="Open the page in your browser.")
@click.option("--sync/--no-sync", default=True, help="Read new mail now, and as soon as it arrives.")
@pass_session
def serve(session: Session, port: int | None, open_: bool, sync: bool) -> None:
    """Serve the page and the browser sidebar, to this machine only, until Ctrl+C.

    There is no way to serve other machines.  The link that is printed opens the
    page once, within two minutes; run the command again, also while it serves, for
    another.  New mail is read and judged as it arrives; `repliquette status` tells how
    each mailbox is doing.

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
    board, note = Board(a.address for a in session.settings.account), Note(session.places.data)
    board.listen(Teller())
    with closing(note), closing(session.keeper(board)) as keeper:
        note.follow(board)
        if sync:
            keeper.start()
        run(app, port, on_ready=lambda: announce(session, port, open_=open_), on_stop=keeper.stop)


def announce(session: Session, port: int, *, open_: bool, pair: str = "repliquette pair") -> None:
    """Tell where to look; the link works once.  `pair` is the command that lets the sidebar in."""
    link = f"http://127.0.0.1:{port}/open?key={session.store.keys.new_page_link(clock.now())}"
    output.words.print("Repliquette serves this machine. Stop it with Ctrl+C.")
    output.words.print(f"The page, once, within two minutes: {link}", soft_wrap=True)
    output.words.print(f"For the browser sidebar, run: {pair}", style="dim", soft_wrap=True)
    if open_:
        webbrowser.open(link)


class Teller:
    """Tells the owner at the terminal of each trouble once, and of its end."""

    def __init__(self) -> None:
        """Nothing is told yet."""
        self._told: dict[str, str] = {}

    def __call__(self, status: Status) -> None:
        """Look at a status that has changed."""
        told = self._told.get(status.account, "")
        if status.state in TROUBLED and status.trouble != told:
            self._told[status.account] = status.trouble
            words = f"Could not read new mail of {status.account}. {status.trouble}\n{UNTIL[status.state]}"
            output.words.print(output.plain(words), soft_wrap=True)
        elif status.state is State.WAITING and told:
            self._told[status.account] = ""
            output.words.print(output.plain(f"{status.account}: new mail is read again."))
