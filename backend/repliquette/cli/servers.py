"""For `setup`: which server an address has, and how it lets a mail program in.

In this order: what the options say, the table of providers, the domain itself
(asked only with the owner's consent), the owner.  Without a terminal nobody is
asked, and the error names the option that answers.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from repliquette import settings
from repliquette.cli import output
from repliquette.errors import SettingsError
from repliquette.mailbox import providers
from repliquette.mailbox.providers import Provider, Way
from repliquette.settings import AccountSetting, OAuthSetting, Settings

IMAPS = 993


@dataclass(frozen=True, slots=True)
class Options:
    """What was said on the command line; "" and None where nothing was."""

    host: str = ""
    port: int | None = None
    provider: str = ""
    username: str = ""
    aliases: tuple[str, ...] = ()
    ca_file: Path | None = None
    password_command: str = ""
    archive: Path | None = None
    discover: bool = False
    sent_folder: str = ""
    drafts_folder: str = ""
    oauth: str = ""
    client_id: str = ""
    client_secret: str = ""
    device: bool = False
    browser: bool = True


def account(address: str, options: Options, known: Settings) -> AccountSetting:
    """The account as the options, or what is known of the provider, describe it."""
    provider = None if options.archive else _provider(address, options)
    oauth = _oauth(address, options, provider, known)
    if provider and provider.advice and not options.password_command and not oauth:
        output.words.print(provider.advice, soft_wrap=True)
    return _checked(
        address=address,
        host=provider.host if provider else "",
        port=options.port or (provider.port if provider else IMAPS),
        password_command=_command(options),
        oauth=oauth,
        username=options.username or (address.partition("@")[0] if provider and provider.local_part else ""),
        aliases=options.aliases,
        ca_file=options.ca_file,
        archive=options.archive,
        sent_folder=options.sent_folder,
        drafts_folder=options.drafts_folder,
    )


def _checked(**fields: Any) -> AccountSetting:
    try:
        return AccountSetting.model_validate(fields)
    except ValidationError as error:
        said = settings.plain_message(error.errors()[0])
        raise SettingsError(f"{said}.", hint="See: repliquette setup --help") from error


def _command(options: Options) -> list[str]:
    try:
        return shlex.split(options.password_command)
    except ValueError as error:
        raise SettingsError(f"--password-command: {error}.", hint="Quote it as for a shell.") from error


def _provider(address: str, options: Options) -> Provider:
    """The provider; one without a name where only the server is known."""
    known = providers.NAMED.get(options.provider) or providers.provider_of(address)
    if options.host:
        at = providers.provider_at(options.host) or known
        return replace(at or Provider("", options.host), host=options.host)
    return known or _of_domain(address, options)


def _of_domain(address: str, options: Options) -> Provider:
    domain = address.rpartition("@")[2]
    how = f"repliquette setup {address} --host imap.example.org"
    if not _may_ask(domain, options):
        if sys.stdin.isatty():
            return _ask_owner()
        raise SettingsError(
            f"The mail server of {address} is not known.",
            hint=f"Name it: {how}, or let {domain} itself be asked for it: --discover",
        )
    from repliquette.mailbox import discovery  # noqa: PLC0415 - its libraries take a quarter of a second

    places = discovery.discover(domain)
    if sealed := [place for place in places if place.sealed]:
        return _agreed(domain, sealed[0], how)
    if places:
        raise SettingsError(
            f"{domain} names {places[0].host}:{places[0].port}, which begins in clear and changes to TLS afterwards "
            "(STARTTLS). Repliquette does not: whoever sits between can prevent the change.",
            hint=f"Most such servers have port {IMAPS} too: repliquette setup {address} --host {places[0].host}",
        )
    if sys.stdin.isatty():
        output.words.print(f"{domain} does not say where its mail server is.")
        return _ask_owner()
    raise SettingsError(f"{domain} does not say where its mail server is.", hint=f"Ask your provider, then: {how}")


def _may_ask(domain: str, options: Options) -> bool:
    question = f"May {domain} be asked where its mail server is? (one DNS query, at most two https requests, to {domain} alone)"
    return options.discover or (sys.stdin.isatty() and click.confirm(question, default=True, err=True))


def _ask_owner() -> Provider:
    host: str = click.prompt("The IMAP server (your provider's help page names it)", err=True)
    return Provider("", host.strip())


def _agreed(domain: str, place: Any, how: str) -> Provider:
    """The place that a domain named, where it is the domain's own, a provider's that we know, or agreed to."""
    if known := providers.provider_at(place.host):
        output.words.print(f"{domain} has its mail at {known.name}.")
        return known
    if not place.own:
        named = f"{domain} names the server {place.host}:{place.port}, which is not in its own domain."
        if not sys.stdin.isatty():
            hint = f"If it is right: {how.replace('imap.example.org', place.host)} --port {place.port}"
            raise SettingsError(named, hint=hint)
        if not click.confirm(f"{named} Send your login there?", default=False, err=True):
            return _ask_owner()
    output.words.print(f"{domain} names the server {place.host}:{place.port}.")
    return Provider("", place.host, port=place.port, local_part=place.local_part)


def _oauth(address: str, options: Options, provider: Provider | None, known: Settings) -> OAuthSetting | None:
    name = options.oauth or _usual_oauth(options, provider, known)
    if not name:
        return None
    if options.client_id:
        return OAuthSetting(name=name, client_id=options.client_id, client_secret=options.client_secret)
    if name in known.oauth:
        return known.oauth[name].model_copy(update={"name": name})
    raise SettingsError(
        f"{provider.name if provider and provider.name else name} needs OAuth 2, and that a client id of your own.",
        seen=provider.note if provider else "",
        hint=f"docs/providers.md tells how to get one (ten minutes), then: repliquette setup {address} --client-id ID",
    )


def _usual_oauth(options: Options, provider: Provider | None, known: Settings) -> str:
    """OAuth without being asked for: where nothing else works, or the owner has prepared it."""
    if provider is None or options.password_command:
        return ""
    is_only = provider.ways == (Way.OAUTH,)
    return provider.oauth if is_only or options.client_id or provider.oauth in known.oauth else ""
