"""`repliquette owed` and `repliquette awaiting`: the lists."""

from __future__ import annotations

import click

from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.limits import PAGE_SIZE, PAGE_SIZE_MOST
from repliquette.model import REASONS, Reason, Standing
from repliquette.web.shapes import Listed, Row

_NOTHING = {Standing.OWED: "All caught up: you owe nobody a reply.", Standing.AWAITING: "Nobody owes you an answer."}


def _command(name: str, standing: Standing, text: str) -> click.Command:
    @click.command(name, help=text)
    @click.option("--reason", type=click.Choice([r.value for r in REASONS[standing]]), help="Only this reason.")
    @click.option("--account", default="", metavar="ADDRESS", help="Only this mailbox.")
    @click.option("--search", default="", metavar="WORDS", help="Only rows with these words.")
    @click.option("--limit", default=PAGE_SIZE, type=click.IntRange(1, PAGE_SIZE_MOST), help="How many rows at most.")
    @json_option
    @pass_session
    def command(session: Session, reason: str | None, account: str, search: str, limit: int, as_json: bool) -> None:
        if account:  # an alias will do; a name that is none of ours is no empty list
            account = session.settings.account_for(account).address
        session.refresh()
        _list(session, standing, Reason(reason) if reason else None, (account, search, limit), as_json=as_json)

    return command


def _list(
    session: Session, standing: Standing, reason: Reason | None, wanted: tuple[str, str, int], *, as_json: bool
) -> None:
    account, search, limit = wanted
    desk = session.desk
    page = desk.entries(standing=standing, reason=reason, account=account, query=search, limit=limit)
    titles = {e.id: desk.title(e.verdict.standing, e.verdict.reason) for e in page.entries}
    now = desk.now()
    if as_json:
        rows = [Row.of(e, titles[e.id], now) for e in page.entries]
        output.print_json(Listed.of(page, rows, desk.counts(), desk.coverage()).model_dump(mode="json"))
        return
    if page.entries:
        output.print_entries(page.entries, titles, now)
    else:
        output.words.print("Nothing fits." if reason or account or search else _NOTHING[standing])
    if page.total > len(page.entries):
        output.words.print(f"{len(page.entries)} of {page.total}; --limit shows more.", style="dim")
    for coverage in desk.coverage():
        output.words.print(output.coverage_line(coverage, now), style="dim", soft_wrap=True)


owed = _command(
    "owed",
    Standing.OWED,
    "List the conversations in which you owe a reply, most pressing first.\n\n"
    "Reads only what was synced; run `repliquette sync` first for the newest mail.\n\n"
    "Example: repliquette owed --reason courteous_no",
)
awaiting = _command(
    "awaiting",
    Standing.AWAITING,
    "List the conversations in which somebody owes you an answer, and when a follow-up is due.\n\n"
    "Example: repliquette awaiting --search invoice",
)
