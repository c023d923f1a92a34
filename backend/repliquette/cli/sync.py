"""`repliquette sync`: read what is new."""

from __future__ import annotations

import click

from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session


@click.command()
@click.option("--account", default="", metavar="ADDRESS", help="Only this mailbox.")
@json_option
@pass_session
def sync(session: Session, account: str, as_json: bool) -> None:
    """Read what is new in the mailboxes and judge what it changes.

    Nothing changes on the server: no message is marked as read, moved or deleted.
    May be stopped at any time; the next run goes on from there.

    Example: repliquette sync
    """
    wanted = [session.settings.account_for(account)] if account else list(session.settings.account)
    session.store  # noqa: B018 - says kindly that there is no mailbox yet, before anything else
    reports = []
    for setting in wanted:
        with output.progress_bar() as progress:
            report = session.sync(setting, progress)
        reports.append({"account": setting.address, "new": report.new, "judged": report.judged})
        output.words.print(f"{setting.address}: {report.new} new messages, {report.judged} conversations judged.")
        for trouble in report.troubles:  # no word of the mail: this is for a report of the mistake
            output.words.print(f"Could not judge {trouble}. Please report this; it is tried again next time.")
    if as_json:
        output.print_json(reports)
