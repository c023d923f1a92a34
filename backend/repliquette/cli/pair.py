"""`repliquette pair`: let a browser's sidebar in, see who is in, show somebody out."""

from __future__ import annotations

import click

from repliquette import clock
from repliquette.cli import output
from repliquette.cli.session import Session, json_option, pass_session
from repliquette.limits import PAIR_CODE_LIFE_S, PAIR_CODE_TRIES


@click.command()
@click.option("--list", "list_", is_flag=True, help="List the paired browsers.")
@click.option("--revoke", type=int, metavar="NUMBER", help="End the access of a browser, by its number in --list.")
@json_option
@pass_session
def pair(session: Session, list_: bool, revoke: int | None, as_json: bool) -> None:
    """Show a six-digit code that lets one browser sidebar in.

    Type it into the sidebar while `repliquette serve` runs.  The code works once,
    for two minutes, and is void after three wrong tries.  A paired browser may read
    the lists and save drafts until you revoke it.

    Example: repliquette pair
    """
    keys = session.store.keys
    if revoke is not None:
        keys.revoke(revoke)
        output.words.print("That browser has no access any more.")
    elif list_:
        _list(session, as_json=as_json)
    else:
        code = keys.new_code(clock.now())
        output.words.print(
            f"Type this into the sidebar within {PAIR_CODE_LIFE_S // 60} minutes ({PAIR_CODE_TRIES} tries):"
        )
        click.echo(code if not as_json else f'{{"code": "{code}"}}')


def _list(session: Session, *, as_json: bool) -> None:
    clients = session.store.keys.clients()
    if as_json:
        output.print_json([{"number": c.id, "name": c.name, "origin": c.origin} for c in clients])
        return
    for client in clients:
        output.out.print(output.plain(f"{client.id}  {client.name}  {client.origin}"))
    if not clients:
        output.words.print("No browser is paired. Run `repliquette pair` for a code.")
