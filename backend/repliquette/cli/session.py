"""What every command needs: settings, store, rules, and the doors to the mail server; each opened when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from repliquette import clock, settings
from repliquette.cli import HOME
from repliquette.errors import BusyError, SettingsError, ThrottledError
from repliquette.mailbox import login
from repliquette.mailbox.archive import ArchiveSource
from repliquette.mailbox.drafts import ImapDraftBox
from repliquette.mailbox.idling import WaitingConnection
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.patience import Habit
from repliquette.mailbox.source import DraftBox, Source
from repliquette.mailbox.watching import ArchiveWatch, ServerWatch, Watch
from repliquette.pipeline.desk import Desk
from repliquette.pipeline.hold import Hold
from repliquette.pipeline.keeper import Keeper
from repliquette.pipeline.knowledge import Knowledge, know
from repliquette.pipeline.status import Board
from repliquette.pipeline.sync import Intake, Progress, SyncReport, quiet
from repliquette.settings import AccountSetting, Places, Settings
from repliquette.store import Store

SESSION = "repliquette.session"
ARCHIVE_EVERY_S = 300.0  # looking through files costs more than asking a server

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
        if account.archive:
            with closing(ArchiveSource(account.archive)) as archive:
                yield archive
            return
        with closing(ImapSource.connect(account, login.find_password(account))) as source:
            yield source

    @contextmanager
    def watched(self, account: AccountSetting, habit: Habit) -> Iterator[tuple[Source, Watch]]:
        """The mailbox of an account, and what tells when to read it again; one connection for both."""
        if account.archive:
            with self.source(account) as archive:
                yield archive, ArchiveWatch(ARCHIVE_EVERY_S)
            return
        connection = WaitingConnection(account, login.find_password(account))
        with closing(ImapSource(account, connection)) as source:
            yield source, ServerWatch(connection, habit)

    def keeper(self, board: Board) -> Keeper:
        """Keeps all accounts up to date once it is started."""
        return Keeper((AccountDoor(self, a.address) for a in self.settings.account), board, Hold(self.places.data))

    def sync(self, account: AccountSetting, progress: Progress, *, wait_s: float = 0) -> SyncReport:
        """Bring one account up to date.

        BusyError while another run does, and still does after `wait_s` seconds; ThrottledError
        where the server has asked to be left alone until later.
        """
        intake = self.intake(account, progress)
        intake.check_rest()
        try:
            with Hold(self.places.data, wait_s=wait_s), self.source(account) as source:
                return intake.read(source)
        except ThrottledError as error:
            self.intake(account, progress).rest(error)  # as of now: another run may have been waited for
            raise

    def refresh(self) -> None:
        """Judge anew what time alone has changed ("too soon" is overdue some day); a sync beside us does it itself."""
        for account in self.settings.account:
            intake = self.intake(account, quiet)
            if intake.is_due():
                with suppress(BusyError), Hold(self.places.data):
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


@dataclass(frozen=True, slots=True)
class AccountDoor:
    """The way of the keeper to one account, by the settings as they are at each attempt."""

    session: Session
    account: str

    def secret(self) -> object:
        """The account's settings, and the password that is kept for it.

        A command that prints the password is not run to find out: it may ask its owner for a passphrase.
        """
        setting = self._setting()
        return setting, "" if setting.archive or setting.password_command else login.find_password(setting)

    def open(self, habit: Habit) -> AbstractContextManager[tuple[Source, Watch]]:
        """Log in anew, with the password of now."""
        return self.session.watched(self._setting(), habit)

    def intake(self, progress: Progress) -> Intake:
        """The way into the store, as of now."""
        return self.session.intake(self.session.settings.account_for(self.account), progress)

    def is_up_to_date(self) -> None:
        """Note that everything is known as of now."""
        store = self.session.store
        store.accounts.synced(store.account_id(self.account), clock.now())

    def _setting(self) -> AccountSetting:
        return settings.load(self.session.places.settings_file).account_for(self.account)


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
