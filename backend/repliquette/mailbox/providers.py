"""An e-mail address -> the servers of the commonest providers, and what to know before logging in.

Thin on purpose: what is not in this table is asked of the owner.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """How to reach a mail provider; `note` is a sentence for the owner, or ""."""

    name: str
    host: str
    port: int = 993
    note: str = ""


_WANTS_ITS_OWN = "{} takes no plain password from mail programs: make an app password at {}."

GMAIL = Provider(
    "Gmail",
    "imap.gmail.com",
    note=_WANTS_ITS_OWN.format("Gmail", "https://myaccount.google.com/apppasswords"),
)
MICROSOFT = Provider(
    "Outlook",
    "outlook.office365.com",
    note="Microsoft has ended passwords over IMAP, app passwords included; it needs OAuth 2, which is not built yet.",
)
ICLOUD = Provider(
    "iCloud",
    "imap.mail.me.com",
    note=_WANTS_ITS_OWN.format("iCloud", "https://account.apple.com (Sign-In and Security)"),
)
YAHOO = Provider(
    "Yahoo",
    "imap.mail.yahoo.com",
    note=_WANTS_ITS_OWN.format("Yahoo", "https://login.yahoo.com/account/security"),
)
AOL = Provider("AOL", "imap.aol.com", note=_WANTS_ITS_OWN.format("AOL", "https://login.aol.com/account/security"))
FASTMAIL = Provider(
    "Fastmail",
    "imap.fastmail.com",
    note=_WANTS_ITS_OWN.format("Fastmail", "https://app.fastmail.com/settings/security/integrations"),
)
GMX = Provider("GMX", "imap.gmx.net", note="Allow IMAP first: GMX settings, POP3/IMAP.")
WEB_DE = Provider("WEB.DE", "imap.web.de", note="Allow IMAP first: WEB.DE settings, POP3/IMAP.")
PROTON = Provider(
    "Proton Mail",
    "127.0.0.1",
    1143,
    note=(
        "Proton Mail needs Proton Bridge on this machine. Set its IMAP connection to SSL, use the password that "
        "Bridge shows, and export its certificate for the key ca_file."
    ),
)
ZOHO = Provider("Zoho Mail", "imap.zoho.com", note="Allow IMAP first: Zoho settings, Mail accounts.")
POSTEO = Provider("Posteo", "posteo.de")
MAILBOX_ORG = Provider("mailbox.org", "imap.mailbox.org")
T_ONLINE = Provider(
    "T-Online", "secureimap.t-online.de", note="T-Online wants the separate password for e-mail programs."
)
ORANGE = Provider("Orange", "imap.orange.fr")
FREE = Provider("Free", "imap.free.fr")
LIBERO = Provider("Libero", "imapmail.libero.it")
WP = Provider("WP", "imap.wp.pl")
QQ = Provider("QQ Mail", "imap.qq.com", note="QQ Mail wants an authorization code in place of the password.")
NETEASE = Provider("NetEase", "imap.163.com", note="NetEase wants an authorization code in place of the password.")

DOMAINS = {
    GMAIL: "gmail.com googlemail.com",
    MICROSOFT: (
        "outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.de hotmail.fr hotmail.co.uk "
        "live.com live.de live.fr live.nl live.co.uk msn.com"
    ),
    ICLOUD: "icloud.com me.com mac.com",
    YAHOO: "yahoo.com yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.uk ymail.com rocketmail.com",
    AOL: "aol.com aol.de",
    FASTMAIL: "fastmail.com fastmail.fm",
    GMX: "gmx.de gmx.net gmx.at gmx.ch gmx.com",
    WEB_DE: "web.de",
    PROTON: "proton.me protonmail.com protonmail.ch pm.me",
    ZOHO: "zoho.com zohomail.com",
    POSTEO: "posteo.de posteo.net",
    MAILBOX_ORG: "mailbox.org",
    T_ONLINE: "t-online.de magenta.de",
    ORANGE: "orange.fr wanadoo.fr",
    FREE: "free.fr",
    LIBERO: "libero.it",
    WP: "wp.pl",
    QQ: "qq.com foxmail.com",
    NETEASE: "163.com",
}
_BY_DOMAIN = {domain: provider for provider, domains in DOMAINS.items() for domain in domains.split()}


def provider_of(address: str) -> Provider | None:
    """The provider of an address, by its domain; None where it is not one of the commonest."""
    return _BY_DOMAIN.get(address.rpartition("@")[2].lower())
