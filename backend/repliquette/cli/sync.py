"""`repliquette sync`: read what is new."""

from __future__ import annotations

from dataclasses import dataclass

import click

from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.errors import Exit, RepliquetteError
from repliquette.pipeline.sync import SyncReport
from repliquette.settings import AccountSetting

WAIT_S = 3600.0  # the first reading of a large mailbox by another run is over by then


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one account: a report or an error."""

    account: str
    report: SyncReport | None = None
    error: RepliquetteError | None = None

    @property
    def exit(self) -> Exit:
        """What the exit code should tell."""
        if self.error:
            return self.error.exit
        return Exit.SERVER if self.report and self.report.rests_until else Exit.OK


@click.command()
@click.option("--account", default="", metavar="ADDRESS", help="Only this mailbox.")
@click.option("--wait", is_flag=True, help="Wait while another run reads the mailbox (up to an hour).")
@json_option
@click.pass_context
@pass_session
def sync(session: Session, context: click.Context, account: str, wait: bool, as_json: bool) -> None:
    """Read what is new in the mailboxes and judge what it changes.

    Nothing changes on the server: no message is marked as read, moved or deleted.
    May be stopped at any time; the next run goes on from there.  A mailbox that
    cannot be read keeps no other from being read; the exit code tells of the first
    such trouble.

    Example: repliquette sync
    """
    wanted = [session.settings.account_for(account)] if account else list(session.settings.account)
    session.store  # noqa: B018 - says kindly that there is no mailbox yet, before anything else
    outcomes = [_tell(session, _sync(session, setting, WAIT_S if wait else 0)) for setting in wanted]
    if as_json:
        output.print_json([_as_data(outcome) for outcome in outcomes])
    if troubled := [outcome.exit for outcome in outcomes if outcome.exit is not Exit.OK]:
        context.exit(int(troubled[0]))


def _sync(session: Session, setting: AccountSetting, wait_s: float) -> Outcome:
    try:
        with output.progress_bar() as progress:
            return Outcome(setting.address, session.sync(setting, progress, wait_s=wait_s))
    except RepliquetteError as error:
        return Outcome(setting.address, error=error)


def _tell(session: Session, outcome: Outcome) -> Outcome:
    """Say it in words: what came, what went, what is covered now; or what went wrong."""
    for line in _trouble(outcome) if outcome.error else _summary(outcome):
        output.words.print(output.plain(line), soft_wrap=True)
    for coverage in session.desk.coverage():
        if coverage.account == outcome.account:
            output.words.print(output.plain(output.coverage_line(coverage, session.desk.now())), style="dim")
    return outcome


def _summary(outcome: Outcome) -> list[str]:
    report = outcome.report
    assert report is not None
    lines = [f"{outcome.account}: {report.new:,} new messages, {report.judged:,} conversations judged."]
    # No word of the mail: this is for a report of the mistake.
    lines += [f"Could not judge {t}. Please report this; it is tried again next time." for t in report.troubles]
    if report.rests_until:
        lines += [report.why, f"What was read is kept. Run it again after {report.rests_until:%Y-%m-%d %H:%M} UTC."]
    return lines


def _trouble(outcome: Outcome) -> list[str]:
    return [f"Error: {outcome.account}: {outcome.error}"]


def _as_data(outcome: Outcome) -> dict[str, object]:
    if report := outcome.report:
        rest = {"rests_until": report.rests_until.isoformat()} if report.rests_until else {}
        return {"account": outcome.account, "new": report.new, "judged": report.judged, **rest}
    assert outcome.error is not None
    return {"account": outcome.account, "error": outcome.error.code, "message": str(outcome.error)}
