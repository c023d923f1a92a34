"""What every command needs: settings, store, rules, and the doors to the mail server; each opened when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from repliquette import clock, settings
from repliquette.cli import HOME
from repliquette.errors import BusyError, SettingsError
from repliquette.mailbox import login
from repliquette.mailbox.archive import ArchiveSource
from repliquette.mailbox.drafts import ImapDraftBox
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.source import DraftBox, Source
from repliquette.pipeline.desk import Desk
from repliquette.pipeline.knowledge import Knowledge, know
from repliquette.pipeline.sync import Intake, Progress, SyncReport, alone, quiet
from repliquette.settings import AccountSetting, Places, Settings
from repliquette.store import Store

SESSION = "repliquette.session"

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Session:
    """One run of the program."""

    def __init__(self, home: Path | None = None) -> None:
        """Work in `home`, or in the usual places."""
        self.places = Places(home)

    @cached_property
    def settings(self) -> Settings:
        """What the owner has chosen."""
        return settings.load(self.places.settings_file)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The rules, the owner's own included."""
        return know(self.places.own_rules)

    @cached_property
    def store(self) -> Store:
        """The store; SettingsError before there is any account."""
        if not self.settings.account:
            raise SettingsError(
                "There is no mailbox yet.", hint="Run: repliquette setup YOU@EXAMPLE.ORG, or: repliquette demo"
            )
        self.places.make()
        return Store(self.places.store_file)

    @cached_property
    def desk(self) -> Desk:
        """The desk over all accounts."""
        return Desk(self.settings, self.store, self.knowledge, self.open_drafts)

    def open_drafts(self, account: AccountSetting) -> DraftBox:
        """Log in to lay down a draft."""
        return ImapDraftBox.connect(account, login.find_password(account))

    @contextmanager
    def source(self, account: AccountSetting) -> Iterator[Source]:
        """The mailbox of an account, closed afterwards."""
        opened: Source = (
            ArchiveSource(account.archive)
            if account.archive
            else ImapSource.connect(account, login.find_password(account))
        )
        with closing(opened):
            yield opened

    def sync(self, account: AccountSetting, progress: Progress) -> SyncReport:
        """Bring one account up to date; BusyError while another run does."""
        intake = self.intake(account, progress)
        with alone(self.places.data), self.source(account) as source:
            return intake.read(source)

    def refresh(self) -> None:
        """Judge anew what time alone has changed ("too soon" is overdue some day); a sync beside us does it itself."""
        for account in self.settings.account:
            intake = self.intake(account, quiet)
            if intake.is_due():
                with suppress(BusyError), alone(self.places.data):
                    intake.settle()

    def intake(self, account: AccountSetting, progress: Progress) -> Intake:
        """The way into the store for one account."""
        owner = self.settings.owner(account)
        return Intake(self.store, account.address, owner, self.knowledge, clock.now(), progress)

    def reload(self) -> None:
        """Read the settings anew, after `setup` changed them."""
        self.close()
        for name in ("settings", "store", "desk"):
            self.__dict__.pop(name, None)

    def close(self) -> None:
        """Release the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()


def pass_session(command: Callable[Concatenate[Session, Given], Result]) -> Callable[Given, Result]:
    """Give a command the run's session as its first argument; it is closed when the run ends."""

    @wraps(command)
    def with_session(*words: Given.args, **options: Given.kwargs) -> Result:
        context = click.get_current_context()
        if SESSION not in context.meta:
            session = context.meta[SESSION] = Session(context.meta[HOME])
            context.find_root().call_on_close(session.close)
        return command(context.meta[SESSION], *words, **options)

    return with_session


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of words.")
