"""`repliquette demo`: the whole way on a sample mailbox, over real IMAP, in a folder that is gone afterwards."""

from __future__ import annotations

import secrets
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import tomlkit

from repliquette import clock
from repliquette.cli import output
from repliquette.cli.serve import announce
from repliquette.cli.session import Session
from repliquette.demo.sample import Sample, load
from repliquette.demo.server import EmbeddedServer
from repliquette.mailbox.drafts import ImapDraftBox
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.source import DraftBox, Source
from repliquette.model import Standing
from repliquette.settings import DEFAULT_PORT, AccountSetting, AwaySetting, Settings
from repliquette.web.app import create_app
from repliquette.web.service import serve as run

ROWS = 12


class DemoSession(Session):
    """A session whose mailbox is the embedded server; the password never leaves this process."""

    def __init__(self, home: Path, settings: Settings, password: str) -> None:
        super().__init__(home)
        self.settings = settings
        self._password = password

    def open_drafts(self, account: AccountSetting) -> DraftBox:
        """Log in to the embedded server."""
        return ImapDraftBox.connect(account, self._password)

    @contextmanager
    def source(self, account: AccountSetting) -> Iterator[Source]:
        """The sample mailbox."""
        with closing(ImapSource.connect(account, self._password)) as source:
            yield source


@click.command()
@click.option("--serve/--no-serve", default=True, help="Serve the page at the end, until Ctrl+C.")
@click.option("--port", default=DEFAULT_PORT, type=click.IntRange(1024, 65535), help="Where to serve the page.")
@click.option("--open", "open_", is_flag=True, help="Open the page in your browser.")
def demo(serve: bool, port: int, open_: bool) -> None:
    """Try everything on a sample mailbox; nothing of yours is touched.

    Starts a small mail server inside the program, with the mail of a person who
    does not exist, reads it over IMAP, shows both lists, saves one draft, and
    serves the page.  All of it is gone when you stop it with Ctrl+C.

    Example: repliquette demo --open
    """
    sample = load(clock.now())
    password = secrets.token_urlsafe(16)
    with TemporaryDirectory(prefix="repliquette-demo-") as folder:
        home = Path(folder)
        with EmbeddedServer(sample.address, password, {**sample.folders, "Drafts": ()}, home) as server:
            session = DemoSession(home, _settings(sample, server), password)
            with closing(session):
                _show(session, sample)
                if serve:
                    _serve(session, port, open_=open_)


def _settings(sample: Sample, server: EmbeddedServer) -> Settings:
    account = AccountSetting(address=sample.address, host=server.host, port=server.port, ca_file=server.ca_file)
    return Settings(
        name=sample.owner_name,
        time_zone=sample.time_zone,
        account=(account,),
        away=tuple(AwaySetting.model_validate({"from": a.start, "to": a.end}) for a in sample.absences),
        always_first=sample.always_first,
    )


def _show(session: Session, sample: Sample) -> None:
    number = sum(len(messages) for messages in sample.folders.values())
    output.words.print(f"The sample mailbox of {sample.owner_name}: {number} messages behind a real IMAP server.")
    with output.progress_bar() as progress:
        report = session.sync(session.settings.account[0], progress)
    output.words.print(f"Read {report.new} messages over IMAP, judged {report.judged} conversations.\n")
    _list(session, Standing.OWED, "You owe a reply")
    _list(session, Standing.AWAITING, "They owe you an answer")
    _draft(session)


def _list(session: Session, standing: Standing, title: str) -> None:
    desk = session.desk
    page = desk.entries(standing=standing, limit=ROWS)
    titles = {e.id: desk.title(standing, e.verdict.reason) for e in page.entries}
    output.out.print(f"{title}: {page.total}", style="bold")
    output.print_entries(page.entries, titles, desk.now())
    if page.total > len(page.entries):
        output.out.print(f"… and {page.total - len(page.entries)} more on the page.", style="dim")
    output.out.print()


def _draft(session: Session) -> None:
    """Save the first courteous "no" as a draft, to show what one looks like."""
    for entry in session.desk.entries(standing=Standing.OWED, limit=200).entries:
        suggestions = session.desk.show(entry.id).suggestions
        if suggestions and suggestions[0].action == "decline":
            receipt = session.desk.save_draft(entry.id)
            output.out.print(output.plain(f"Saved a draft to {entry.who.shown} in {receipt.folder}:"), style="bold")
            output.out.print(output.plain(suggestions[0].body))
            output.out.print()
            return


def _serve(session: Session, port: int, *, open_: bool) -> None:
    free = port if _is_free(port) else 0
    if not free:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            free = probe.getsockname()[1]
        output.words.print(f"Port {port} is taken, so the sidebar cannot find this demo; the page works all the same.")
    app = create_app(session.desk, session.store.keys, port=free)
    # Another process lets the sidebar in, and finds this store by the folder alone.
    document = session.settings.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    session.places.settings_file.write_text(tomlkit.dumps(document), "utf-8")
    pair = shlex.join([sys.argv[0], "--home", str(session.places.config), "pair"])
    run(app, free, on_ready=lambda: announce(session, free, open_=open_, pair=pair))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
