"""An e-mail address -> the servers of the commonest providers, how they let mail programs in, and where.

`docs/providers.md` shows the same table with the steps a person takes; a test keeps
the two equal.  For domains that are not here, `discovery` asks the domain itself.
Only IMAP over TLS from the first byte stands here (RFC 8314).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How a provider lets a mail program in."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a password
    APP_PASSWORD = "app password"  # noqa: S105 - likewise
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class Provider:
    """How to reach a mail provider.

    `ways` begins with the one that costs a newcomer least; `page` is where an app
    password is made or IMAP is allowed; `note` is a sentence for the owner, or "";
    `oauth` names the table of settings.toml for OAuth 2.  `local_part` is True where
    the user name is what stands before the "@".
    """

    name: str
    host: str
    ways: tuple[Way, ...] = (Way.PASSWORD,)
    page: str = ""
    note: str = ""
    port: int = 993
    oauth: str = ""
    local_part: bool = False

    @property
    def advice(self) -> str:
        """What the owner does before logging in, or ""."""
        made = f"{self.name} wants an app password from mail programs; it is made at {self.page}."
        allowed = f"The page for it: {self.page}" if self.page else ""
        first = made if self.ways[0] is Way.APP_PASSWORD else allowed
        return " ".join(part for part in (self.note, first) if part)


_APP = (Way.APP_PASSWORD,)

GMAIL = Provider(
    "Gmail",
    "imap.gmail.com",
    (Way.APP_PASSWORD, Way.OAUTH),
    "https://myaccount.google.com/apppasswords",
    "The account needs 2-Step Verification for it.",
    oauth="google",
)
WORKSPACE = Provider(
    "Google Workspace",
    "imap.gmail.com",
    (Way.APP_PASSWORD, Way.OAUTH),
    "https://myaccount.google.com/apppasswords",
    "Where your administrator has switched app passwords or IMAP off, only OAuth 2 or the administrator helps.",
    oauth="google",
)
OUTLOOK = Provider(
    "Outlook.com",
    "outlook.office365.com",
    (Way.OAUTH,),
    "https://outlook.live.com/mail/0/options/mail/accounts",
    "Microsoft takes no passwords over IMAP, app passwords included. Allow IMAP for devices and apps first.",
    oauth="microsoft",
)
MICROSOFT_365 = Provider(
    "Microsoft 365",
    "outlook.office365.com",
    (Way.OAUTH,),
    "",
    "Microsoft takes no passwords over IMAP. Your administrator must allow IMAP and the program you registered.",
    oauth="microsoft",
)
ICLOUD = Provider("iCloud", "imap.mail.me.com", _APP, "https://account.apple.com/account/manage")
YAHOO = Provider("Yahoo", "imap.mail.yahoo.com", _APP, "https://login.yahoo.com/account/security")
AOL = Provider("AOL", "imap.aol.com", _APP, "https://login.aol.com/account/security")
FASTMAIL = Provider(
    "Fastmail",
    "imap.fastmail.com",
    _APP,
    "https://app.fastmail.com/settings/security/integrations",
    "The plan Basic has no IMAP.",
)
_TWO_STEPS = "Allow IMAP first (settings, POP3 & IMAP). With two-factor authentication it wants an application-specific password."
GMX = Provider("GMX", "imap.gmx.net", (Way.PASSWORD, Way.APP_PASSWORD), "https://www.gmx.net/", _TWO_STEPS)
GMX_COM = Provider("GMX.com", "imap.gmx.com", (Way.PASSWORD, Way.APP_PASSWORD), "https://www.gmx.com/", _TWO_STEPS)
WEB_DE = Provider("WEB.DE", "imap.web.de", (Way.PASSWORD, Way.APP_PASSWORD), "https://web.de/", _TWO_STEPS)
MAIL_COM = Provider(
    "mail.com", "imap.mail.com", (Way.PASSWORD, Way.APP_PASSWORD), "https://www.mail.com/", "IMAP is part of Premium."
)
PROTON = Provider(
    "Proton Bridge",
    "127.0.0.1",
    (Way.PASSWORD,),
    "",
    (
        "Proton Mail needs Proton Bridge on this machine. Set its IMAP connection mode to SSL, use the password that "
        "Bridge shows (not your own), export its certificate and name it with --ca-file."
    ),
    port=1143,
)
ZOHO = Provider(
    "Zoho",
    "imap.zoho.com",
    (Way.PASSWORD, Way.APP_PASSWORD),
    "https://accounts.zoho.com/home#security/app_password",
    (
        "Allow IMAP first (settings, Mail Accounts). An account kept in Europe, India or Australia has "
        "--host imap.zoho.eu, .in or .com.au; an own domain has imappro in place of imap."
    ),
)
YANDEX = Provider(
    "Yandex",
    "imap.yandex.com",
    _APP,
    "https://id.yandex.com/security/app-passwords",
    "Allow IMAP first (settings, Email clients).",
)
MAIL_RU = Provider(
    "mail.ru", "imap.mail.ru", _APP, "https://account.mail.ru/user/2-step-auth/passwords", "It is a password for apps."
)
INFOMANIAK = Provider(
    "Infomaniak",
    "mail.infomaniak.com",
    (Way.PASSWORD, Way.APP_PASSWORD),
    "https://manager.infomaniak.com/",
    "The password is that of the mail address (tab Devices), not of the Infomaniak account.",
)
MAILBOX_ORG = Provider(
    "mailbox.org",
    "imap.mailbox.org",
    (Way.PASSWORD, Way.APP_PASSWORD),
    "https://office.mailbox.org/",
    "With two-factor authentication it wants an e-mail app password (All settings, Security).",
)
POSTEO = Provider(
    "Posteo", "posteo.de", (Way.PASSWORD,), "https://posteo.de/", "Extra mailbox protection must be switched off."
)
T_ONLINE = Provider(
    "T-Online",
    "secureimap.t-online.de",
    _APP,
    "https://account.idm.telekom.com/",
    "It is called the password for e-mail programs.",
)
ORANGE = Provider("Orange", "imap.orange.fr")
FREE = Provider("Free", "imap.free.fr")
LAPOSTE = Provider("La Poste", "imap.laposte.net", note="Allow IMAP first, in the settings of the webmail.")
LIBERO = Provider("Libero", "imapmail.libero.it")
WP = Provider("WP", "imap.wp.pl", note="Allow IMAP first, in the settings of the webmail.")
QQ = Provider("QQ Mail", "imap.qq.com", _APP, "https://mail.qq.com/", "It is called an authorization code.")
NETEASE = Provider("NetEase 163", "imap.163.com", _APP, "https://mail.163.com/", "It is called an authorization code.")
NETEASE_126 = Provider(
    "NetEase 126", "imap.126.com", _APP, "https://mail.126.com/", "It is called an authorization code."
)

# Workspace and Microsoft 365 serve domains of their customers: named by the owner, or found by discovery.
DOMAINS = {
    GMAIL: "gmail.com googlemail.com",
    WORKSPACE: "",
    OUTLOOK: (
        "outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.de hotmail.fr hotmail.it "
        "hotmail.es hotmail.co.uk live.com live.de live.fr live.nl live.it live.co.uk msn.com"
    ),
    MICROSOFT_365: "",
    ICLOUD: "icloud.com me.com mac.com",
    YAHOO: "yahoo.com yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.uk yahoo.ca yahoo.in ymail.com rocketmail.com",
    AOL: "aol.com aol.de aim.com",
    FASTMAIL: "fastmail.com fastmail.fm",
    GMX: "gmx.de gmx.net gmx.at gmx.ch",
    GMX_COM: "gmx.com gmx.us gmx.co.uk",
    WEB_DE: "web.de",
    MAIL_COM: "mail.com email.com",
    PROTON: "proton.me protonmail.com protonmail.ch pm.me",
    ZOHO: "zoho.com zohomail.com",
    YANDEX: "yandex.com yandex.ru ya.ru",
    MAIL_RU: "mail.ru bk.ru inbox.ru list.ru internet.ru",
    INFOMANIAK: "ik.me ikmail.com etik.com",
    MAILBOX_ORG: "mailbox.org",
    POSTEO: "posteo.de posteo.net posteo.org",
    T_ONLINE: "t-online.de magenta.de",
    ORANGE: "orange.fr wanadoo.fr",
    FREE: "free.fr",
    LAPOSTE: "laposte.net",
    LIBERO: "libero.it",
    WP: "wp.pl",
    QQ: "qq.com foxmail.com",
    NETEASE: "163.com",
    NETEASE_126: "126.com",
}
_BY_DOMAIN = {domain: provider for provider, domains in DOMAINS.items() for domain in domains.split()}
# Where everybody may have a mailbox: sharing one of these domains says nothing about two people.
PUBLIC_DOMAINS = frozenset(_BY_DOMAIN) | {"yahoo.co.jp"}
# What `--provider` takes, for domains of one's own.
NAMED = {
    "google": WORKSPACE,
    "microsoft": MICROSOFT_365,
    "fastmail": FASTMAIL,
    "icloud": ICLOUD,
    "infomaniak": INFOMANIAK,
    "mailbox.org": MAILBOX_ORG,
    "proton": PROTON,
    "yandex": YANDEX,
    "zoho": Provider("Zoho", "imappro.zoho.com", ZOHO.ways, ZOHO.page, ZOHO.note),
}
_BY_HOST = {provider.host: provider for provider in (*NAMED.values(), YAHOO, MAIL_RU) if provider is not PROTON} | {
    "imap.yandex.ru": YANDEX,
    "imap.googlemail.com": WORKSPACE,
    "imap-mail.outlook.com": OUTLOOK,
}


def provider_of(address: str) -> Provider | None:
    """The provider of an address, by its domain; None where it is not one of the commonest."""
    return _BY_DOMAIN.get(address.rpartition("@")[2].lower())


def provider_at(host: str) -> Provider | None:
    """The provider whose server answers for domains of its customers; None where it is not known."""
    return _BY_HOST.get(host.lower().rstrip("."))
