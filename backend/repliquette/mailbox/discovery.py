"""The mail server of a domain that no table knows, as the domain itself names it.

SRV records `_imaps._tcp` (RFC 6186), then the autoconfig page that Thunderbird
made usual, at the domain's own two addresses over https.  Nobody else is asked, no
third party's database and no MX record, and only after the owner agreed.  The page is
a stranger's XML: no DTD, no entities, bounded.  Results with TLS from the first
byte alone are used; STARTTLS is told apart so that it can be explained (RFC 8314).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import dns.exception
import dns.resolver
from lxml import etree

from repliquette.errors import ServerError
from repliquette.limits import DNS_TIMEOUT_S
from repliquette.mailbox import https

PAGES = (
    "https://autoconfig.{domain}/mail/config-v1.1.xml",
    "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
)
_NAME = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9_-]{1,63})+", re.IGNORECASE)
_OK = 200
_PORTS = range(1, 65536)
_BY_LOCAL_PART = "%EMAILLOCALPART%"


@dataclass(frozen=True, slots=True)
class Place:
    """An IMAP server as a domain names it.

    `sealed` is False for one that speaks TLS only after STARTTLS, `own` is True
    where it lies in the domain itself; another one is shown to the owner first
    (RFC 6186 §6).  `local_part` is True where the user name is the part before the "@".
    """

    host: str
    port: int
    own: bool
    sealed: bool = True
    local_part: bool = False


def discover(domain: str) -> tuple[Place, ...]:
    """What the domain says of its IMAP server, best first; () where it says nothing."""
    name = _ascii(domain)
    if not _NAME.fullmatch(name):
        return ()
    if places := _from_srv(name):
        return places
    for page in PAGES:
        if places := _from_page(page.format(domain=name), name):
            return places
    return ()


def _ascii(domain: str) -> str:
    try:
        return domain.lower().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _is_own(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _from_srv(domain: str) -> tuple[Place, ...]:
    try:
        records = _resolver().resolve(f"_imaps._tcp.{domain}", "SRV", search=False, lifetime=DNS_TIMEOUT_S)
    except dns.exception.DNSException:  # no such record, no name server, no network: the page is asked next
        return ()
    # Lowest priority first, then the heavier; one server is all we use (RFC 2782).
    ordered = sorted(records, key=lambda record: (record.priority, -record.weight))
    named = ((str(record.target).rstrip(".").lower(), int(record.port)) for record in ordered)
    # The target "." says that there is no such service (RFC 6186 §3.4).
    return tuple(Place(host, port, _is_own(host, domain)) for host, port in named if _is_place(host, port))


def _resolver() -> dns.resolver.Resolver:
    return dns.resolver.Resolver()


def _is_place(host: str, port: int) -> bool:
    return bool(_NAME.fullmatch(host)) and port in _PORTS


def _from_page(url: str, domain: str) -> tuple[Place, ...]:
    try:
        answer = https.ask(url)
    except ServerError:  # most domains have no such page, and no server of that name
        return ()
    return tuple(read_page(answer.body, domain)) if answer.status == _OK else ()


def read_page(page: bytes, domain: str) -> Iterable[Place]:
    """The IMAP servers of an autoconfig page, those with TLS from the first byte first."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(page, parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    if root.getroottree().docinfo.doctype:  # nobody needs a DTD there but who means harm
        return []
    servers = root.iterfind("./emailProvider/incomingServer[@type='imap']")
    places = (_place(server, domain) for server in servers)
    return sorted((place for place in places if place), key=lambda place: not place.sealed)


def _place(server: etree._Element, domain: str) -> Place | None:
    host = server.findtext("hostname", "").strip().lower().replace("%emaildomain%", domain)
    port = server.findtext("port", "").strip()
    kind = server.findtext("socketType", "").strip().upper()
    if not re.fullmatch(r"[0-9]{1,5}", port) or not _is_place(host, int(port)) or kind not in {"SSL", "STARTTLS"}:
        return None
    user = server.findtext("username", "").strip()
    return Place(host, int(port), _is_own(host, domain), kind == "SSL", user == _BY_LOCAL_PART)
