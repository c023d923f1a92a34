"""The table of providers."""

from __future__ import annotations

import pytest

from repliquette.conversation import people
from repliquette.mailbox.providers import DOMAINS, NAMED, PUBLIC_DOMAINS, WORKSPACE, Way, provider_at, provider_of

# What the project promises to know.
PROMISED = {
    "Gmail", "Google Workspace", "Outlook.com", "Microsoft 365", "iCloud", "Yahoo", "AOL", "Fastmail", "GMX",
    "WEB.DE", "Proton Bridge", "Zoho", "Yandex", "mail.ru", "Infomaniak", "mailbox.org", "Posteo",
}  # fmt: skip


def test_the_promised_providers_are_there():
    assert {provider.name for provider in DOMAINS} >= PROMISED


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("kim@gmail.com", "imap.gmail.com"),
        ("Kim@GoogleMail.com", "imap.gmail.com"),
        ("kim@outlook.com", "outlook.office365.com"),
        ("kim@gmx.de", "imap.gmx.net"),
        ("kim@gmx.com", "imap.gmx.com"),
        ("kim@pm.me", "127.0.0.1"),
        ("kim@ya.ru", "imap.yandex.com"),
        ("kim@bk.ru", "imap.mail.ru"),
        ("kim@ik.me", "mail.infomaniak.com"),
    ],
)
def test_known_domains_have_servers(address, host):
    provider = provider_of(address)
    assert provider is not None
    assert provider.host == host


@pytest.mark.parametrize("address", ["kim@firm.example", "kim@notgmail.com", "gmail.com@firm.example", "", "kim"])
def test_unknown_domains_have_none(address):
    assert provider_of(address) is None


@pytest.mark.parametrize("provider", [p for p in DOMAINS if p.ways[0] is Way.APP_PASSWORD], ids=lambda p: p.name)
def test_an_app_password_is_named_with_the_page_that_makes_it(provider):
    assert provider.page.startswith("https://")
    assert "app password" in provider.advice
    assert provider.page in provider.advice


@pytest.mark.parametrize("provider", [p for p in DOMAINS if Way.OAUTH in p.ways], ids=lambda p: p.name)
def test_a_way_by_oauth_names_its_table_of_the_settings(provider):
    assert provider.oauth in {"google", "microsoft"}


@pytest.mark.parametrize("provider", [*DOMAINS, *NAMED.values()], ids=lambda p: p.name)
def test_every_server_speaks_tls_from_the_first_byte(provider):
    """Port 993; Proton Bridge, on this machine, has a port of its own."""
    assert provider.port == 993 or provider.host == "127.0.0.1"


def test_no_domain_has_two_providers():
    domains = [domain for names in DOMAINS.values() for domain in names.split()]
    assert len(domains) == len(set(domains))


def test_who_shares_a_public_domain_is_no_colleague():
    """One list for both rooms."""
    assert people.PUBLIC_DOMAINS is PUBLIC_DOMAINS
    assert {"gmail.com", "web.de", "yahoo.co.jp"} <= PUBLIC_DOMAINS


@pytest.mark.parametrize("host", ["imap.gmail.com", "IMAP.Gmail.com."])
def test_a_server_of_many_domains_is_known_by_its_name(host):
    assert provider_at(host) is WORKSPACE


def test_another_server_is_not_taken_for_one_of_them():
    assert provider_at("imap.gmail.com.evil.example") is None


def test_the_documents_table_is_this_table(root):
    """Row by row: whoever changes one changes the other."""
    text = (root / "docs" / "providers.md").read_text("utf-8")
    section = text.partition("## The table")[2].partition("## Step")[0]
    shown = [
        tuple(cell.strip(" `") for cell in line.strip("|").split("|"))
        for line in section.splitlines()
        if line.startswith("| ") and not line.startswith(("| provider", "| ---"))
    ]
    assert shown == [(p.name, p.host, str(p.port), ", ".join(p.ways), p.page or "—") for p in DOMAINS]


def test_the_document_has_steps_for_every_provider(root):
    text = (root / "docs" / "providers.md").read_text("utf-8")
    steps = text.partition("## Step by step")[2].partition("## OAuth")[0]
    named = " ".join(line.partition("**")[2].partition("**")[0] for line in steps.splitlines())
    families = {p.name.removesuffix(" Mail").removesuffix(".com").split(" 1")[0] for p in DOMAINS}
    assert [name for name in sorted(families) if name not in named] == []
