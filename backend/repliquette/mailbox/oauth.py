"""OAuth 2 as an installed program speaks it: tokens asked for, renewed and given back.

RFC 6749, RFC 7009 for giving back; `consent` and `device` get the owner's yes.
Google's and Microsoft's addresses are known here; any other provider stands in
the settings.  Repliquette ships no client id: `docs/providers.md` tells how to
get one.  What a provider says in refusal becomes words for a person.  Written
out rather than taken from a library: a form is posted and JSON comes back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from repliquette.errors import LoginError, ServerError, SettingsError
from repliquette.mailbox import https
from repliquette.mailbox.words import plain_words
from repliquette.settings import OAuthSetting

_OK = 200
_SERVER_FAULT = 500
# Google keeps an authorization silent about the refresh token unless asked anew.
_GOOGLE = MappingProxyType({"access_type": "offline", "prompt": "consent"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is special about a provider: its addresses, and where the owner takes the access back by hand.

    `loopback` is how the provider's registration names this machine: Microsoft's
    portal takes no "127.0.0.1".  `extra` goes with the authorization request.
    """

    setting: OAuthSetting
    loopback: str = "127.0.0.1"
    page: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


GOOGLE = Known(
    OAuthSetting(
        client_id="",
        authorization_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        revocation_url="https://oauth2.googleapis.com/revoke",
        scopes=("https://mail.google.com/",),  # Google gives no narrower scope IMAP, and this one to no device code
    ),
    page="https://myaccount.google.com/connections",
    extra=_GOOGLE,
)
MICROSOFT = Known(
    OAuthSetting(
        client_id="",
        authorization_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106 - an address
        device_url="https://login.microsoftonline.com/common/oauth2/v2.0/devicecode",
        scopes=("https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"),
    ),
    loopback="localhost",
    page="https://account.live.com/consent/Manage or https://myapps.microsoft.com",
)
KNOWN = {"google": GOOGLE, "microsoft": MICROSOFT}


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token address gave: `refresh` is "" where it gave none, `seconds` the life of `access`."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


class RefusedGrant(LoginError):  # noqa: N818 - its users say "refused grant", not "error"
    """The provider of OAuth refused; `reason` is its word for it ("invalid_grant", "slow_down", …)."""

    def __init__(self, what: str, *, reason: str, seen: str = "", hint: str = "") -> None:
        """Keep the provider's own word beside ours."""
        super().__init__(what, seen=seen, hint=hint)
        self.reason = reason


def known(setting: OAuthSetting) -> Known:
    """The setting with what is known of its provider; SettingsError where an address is lacking."""
    found = KNOWN.get(setting.name, Known(setting))
    given = {name: value for name, value in setting if value}
    whole = found.setting.model_copy(update=given)
    if not (whole.authorization_url and whole.token_url):
        raise SettingsError(
            f"[oauth.{setting.name}] lacks authorization_url or token_url.",
            hint=f"They are known only for {' and '.join(KNOWN)}; docs/providers.md tells what goes there.",
        )
    return Known(whole, found.loopback, found.page, found.extra)


def exchange(setting: OAuthSetting, code: str, redirect: str, verifier: str) -> Grant:
    """The tokens for an authorization code; `verifier` proves that we are who asked (RFC 7636)."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    return ask_for_tokens(setting, form)


def renew(setting: OAuthSetting, refresh: str) -> Grant:
    """A new access token, and perhaps a new refresh token that takes the place of the old one."""
    return ask_for_tokens(setting, {"grant_type": "refresh_token", "refresh_token": refresh})


def ask_for_tokens(setting: OAuthSetting, form: Mapping[str, str]) -> Grant:
    """POST to the token address; RefusedGrant or ServerError where it gives none."""
    said = post(setting, setting.token_url, form)
    access, refresh, seconds = said.get("access_token"), said.get("refresh_token", ""), said.get("expires_in", 0)
    if not isinstance(access, str) or not isinstance(refresh, str) or not isinstance(seconds, int):
        raise ServerError(f"{_who(setting)} answered with something that is no token.")
    return Grant(access, refresh, seconds)


def post(setting: OAuthSetting, url: str, form: Mapping[str, str]) -> Mapping[str, object]:
    """POST a form with our name on it; the JSON that comes back, where it is no refusal (RFC 6749 §5)."""
    answer = https.ask(url, urlencode({**form, **_name(setting)}))
    if answer.status >= _SERVER_FAULT:
        what = f"{_who(setting)} is in trouble just now."
        raise ServerError(what, seen=f"status {answer.status}", hint="Try again in a few minutes.")
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        hint = f"Check the addresses in [oauth.{setting.name}] of your settings."
        raise ServerError(f"{_who(setting)} answered with no JSON.", seen=f"status {answer.status}", hint=hint)
    if answer.status != _OK or "error" in said:
        raise _refusal(setting, said, answer.status)
    return said


def revoke(setting: OAuthSetting, refresh: str) -> bool:
    """Give the access back (RFC 7009); False where the provider has no address for that."""
    if not setting.revocation_url:
        return False
    form = {"token": refresh, "token_type_hint": "refresh_token", **_name(setting)}
    answer = https.ask(setting.revocation_url, urlencode(form))
    if answer.status != _OK and b"invalid_token" not in answer.body:  # Google's word for: it is gone already
        raise ServerError(f"{_who(setting)} did not take the access back.", seen=f"status {answer.status}")
    return True


def _name(setting: OAuthSetting) -> dict[str, str]:
    secret = {"client_secret": setting.client_secret} if setting.client_secret else {}
    return {"client_id": setting.client_id, **secret}


def _who(setting: OAuthSetting) -> str:
    return {"google": "Google", "microsoft": "Microsoft"}.get(setting.name, urlsplit(setting.token_url).netloc)


_HINTS = {
    "invalid_grant": "The access was withdrawn or has run out.",
    "invalid_client": "Check client_id and client_secret in your settings against docs/providers.md.",
    "unauthorized_client": "Register the program as a desktop (public) client, as docs/providers.md tells.",
    "invalid_scope": "Allow the scope for IMAP where the program is registered, as docs/providers.md tells.",
    "access_denied": "You, or your administrator, said no. Run it again to say yes.",
}


def _refusal(setting: OAuthSetting, said: Mapping[str, object], status: int) -> RefusedGrant:
    reason = plain_words(said.get("error") or f"status {status}")
    described = plain_words(said.get("error_description") or "")
    hint = _HINTS.get(reason, "docs/providers.md tells how the program is registered.")
    if setting.name == "google" and reason == "invalid_grant":
        hint += ' Google ends it after 7 days while your project is in "Testing"; docs/providers.md tells the cure.'
    seen = f"{reason}: {described}" if described else reason
    return RefusedGrant(f"{_who(setting)} refused.", reason=reason, seen=seen, hint=hint)
