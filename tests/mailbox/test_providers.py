"""The table of providers."""

from __future__ import annotations

import pytest

from repliquette.mailbox.providers import DOMAINS, provider_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("kim@gmail.com", "imap.gmail.com"),
        ("Kim@GoogleMail.com", "imap.gmail.com"),
        ("kim@outlook.com", "outlook.office365.com"),
        ("kim@gmx.de", "imap.gmx.net"),
        ("kim@pm.me", "127.0.0.1"),
    ],
)
def test_known_domains_have_servers(address, host):
    provider = provider_of(address)
    assert provider is not None
    assert provider.host == host


@pytest.mark.parametrize("address", ["kim@firm.example", "kim@notgmail.com", "gmail.com@firm.example", "", "kim"])
def test_unknown_domains_have_none(address):
    assert provider_of(address) is None


@pytest.mark.parametrize("address", ["kim@gmail.com", "kim@icloud.com", "kim@yahoo.com", "kim@fastmail.com"])
def test_an_app_password_is_named_with_the_page_that_makes_it(address):
    assert "app password at https://" in provider_of(address).note


def test_no_domain_has_two_providers():
    domains = [domain for names in DOMAINS.values() for domain in names.split()]
    assert len(domains) == len(set(domains))
