"""`repliquette status`: how the running service is doing, account by account."""

from __future__ import annotations

from dataclasses import asdict

import click
from filelock import FileLock, Timeout
from rich.text import Text

from repliquette import clock
from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.pipeline.status import Note, State, Status

WORDS = {
    State.CONNECTING: "connecting",
    State.READING: "reading",
    State.WAITING: "up to date, waiting for new mail",
    State.BUSY: "another run reads this mailbox",
    State.OFFLINE: "cannot be reached",
    State.THROTTLED: "asked to be left alone",
    State.REFUSED: "refuses the login",
    State.STOPPED: "not read by this service",
}


@click.command()
@json_option
@pass_session
def status(session: Session, as_json: bool) -> None:
    """Tell how the running service is doing, mailbox by mailbox.

    Asks nobody: the service writes down what it does.  Without a service, only what
    was read before is told.

    Example: repliquette status
    """
    session.store  # noqa: B018 - says kindly that there is no mailbox yet, before anything else
    statuses = Note(session.places.data).read() if _is_serving(session) else ()
    if as_json:
        accounts = [
            {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in asdict(s).items()} for s in statuses
        ]
        output.print_json({"serving": bool(statuses), "accounts": accounts})
        return
    for one in statuses:
        output.out.print(_line(one))
    if not statuses:
        output.words.print("No service runs. To start it: repliquette serve")
    for coverage in session.desk.coverage():
        output.words.print(output.plain(output.coverage_line(coverage, session.desk.now())), style="dim")


def _line(one: Status) -> Text:
    now = clock.now()
    progress = f": {one.step}, {one.done:,} of {one.total:,}" if one.total else ""
    again = f"; tried again in {output.age(one.next_try - now)}" if one.next_try and one.next_try > now else ""
    trouble = f"\n{one.trouble}" if one.trouble else ""
    return output.plain(f"{one.account}: {WORDS[one.state]}{progress}{again}.{trouble}")


def _is_serving(session: Session) -> bool:
    try:
        with FileLock(session.places.data / "serve.lock", timeout=0):
            return False
    except Timeout:
        return True
