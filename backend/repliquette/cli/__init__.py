"""The command line: one file a command, loaded when it is called.

Data goes to stdout, words to stderr, `--json` is everywhere, and an error that
Repliquette knows ends with its words and the exit code of `errors.Exit`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from repliquette import __version__
from repliquette.errors import Exit, RepliquetteError

# Where `session.pass_session` finds the folder that --home names.
HOME = "repliquette.home"

INTERRUPTED = 130  # what shells expect after Ctrl+C

# Command → its module and a line for --help, so that --help loads no command.
COMMANDS = {
    "demo": ("demo", "Try everything on a sample mailbox; nothing of yours is touched."),
    "setup": ("setup", "Add a mailbox: log in, read it, show the first list."),
    "sync": ("sync", "Read what is new in the mailboxes; changes nothing there."),
    "owed": ("lists", "List the conversations in which you owe a reply, most pressing first."),
    "awaiting": ("lists", "List the conversations in which somebody owes you an answer."),
    "show": ("show", "Show one conversation, and why it is where it is."),
    "draft": ("draft", "Show the suggested reply; with --save, lay it into your Drafts folder."),
    "digest": ("digest", "The week: what you owe, what others owe you."),
    "serve": ("serve", "Serve the page and the browser sidebar, to this machine only."),
    "status": ("status", "Tell how the running service is doing, mailbox by mailbox."),
    "pair": ("pair", "Let a browser in: a six-digit code for its sidebar; list or revoke browsers."),
    "rules": ("rules", "Check, list or explain the rules behind the verdicts."),
    "eval": ("evaluate", "Measure the verdicts against labelled conversations."),
    "train": ("train", "Learn from labelled conversations how much each sign counts."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"repliquette.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name if name != "eval" else "evaluate")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RepliquetteError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(int(error.exit))
        except KeyboardInterrupt:
            click.echo("Stopped. Nothing was lost; the next run goes on from here.", err=True)
            ctx.exit(INTERRUPTED)
        except OSError as error:  # a full disk, a folder that may not be written: the system's words serve best
            click.echo(f"Error: {error.strerror or error}: {error.filename or ''}\nNothing was lost.", err=True)
            ctx.exit(int(Exit.FAILED))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="repliquette")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep settings and data in this folder instead of the usual ones (also REPLIQUETTE_HOME).",
)
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Who owes whom a reply, why, and the courteous draft.

    Repliquette reads your mailbox over IMAP without changing anything in it, and
    tells you which conversations wait for a reply and why.  Drafts are saved only
    when you say so, into your Drafts folder.  Nothing is ever sent.
    """
    ctx.meta[HOME] = home
