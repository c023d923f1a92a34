"""What an account was granted by OAuth 2: the refresh token in the keyring, access tokens in memory alone.

Tokens are bound to the mail server and the token address of the settings: other
settings do not get them.  A refresh token that the provider replaces is replaced
in the keyring before the new one is used.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from repliquette import clock
from repliquette.errors import LoginError
from repliquette.limits import TOKEN_MARGIN_S
from repliquette.mailbox import keychain, oauth
from repliquette.mailbox.grant import Token
from repliquette.mailbox.oauth import Grant
from repliquette.settings import AccountSetting, OAuthSetting

# By place and login: an access token, and the time until which it is good.
_access: dict[tuple[str, str], tuple[str, datetime]] = {}


def save(account: AccountSetting, grant: Grant) -> Token:
    """Keep what a provider granted, and give the token to log in with; LoginError where no safe place keeps it."""
    setting = _known(account)
    if not grant.refresh:
        hint = "Add the scope that allows it (offline_access, with Microsoft) to your settings."
        raise LoginError("The provider gave access for one time only, so nothing would work tomorrow.", hint=hint)
    keychain.keep(_place(account, setting), account.login, grant.refresh)
    return _remember(account, setting, grant)


def revoke(account: AccountSetting) -> bool:
    """Give the access back and forget it; False where only the owner can take it back, on the provider's page."""
    setting = _known(account)
    try:
        return oauth.revoke(setting, _refresh(account, setting))
    finally:
        _access.pop((_place(account, setting), account.login), None)
        keychain.forget(_place(account, setting), account.login)


def _known(account: AccountSetting) -> OAuthSetting:
    assert account.oauth is not None
    return oauth.known(account.oauth).setting


def find(account: AccountSetting) -> Token:
    """A token that is good for a while yet; LoginError where the owner must say yes again."""
    setting = _known(account)
    kept = _access.get((_place(account, setting), account.login))
    if kept is None or kept[1] <= clock.now():
        return _renew(account, setting)
    return Token(kept[0], lambda: _renew(account, setting))


def _renew(account: AccountSetting, setting: OAuthSetting) -> Token:
    refresh = _refresh(account, setting)
    try:
        grant = oauth.renew(setting, refresh)
    except oauth.RefusedGrant as refused:
        raise LoginError(
            f"{refused.what} Repliquette needs your yes again for {account.address}.",
            seen=refused.seen,
            hint=f"{refused.hint} To give it: repliquette setup {account.address}",
        ) from refused
    if grant.refresh and grant.refresh != refresh:
        keychain.keep(_place(account, setting), account.login, grant.refresh)
    return _remember(account, setting, grant)


def _remember(account: AccountSetting, setting: OAuthSetting, grant: Grant) -> Token:
    good_until = clock.now() + timedelta(seconds=grant.seconds - TOKEN_MARGIN_S)
    _access[_place(account, setting), account.login] = (grant.access, good_until)
    return Token(grant.access)


def _place(account: AccountSetting, setting: OAuthSetting) -> str:
    """Settings that name another mail server or another token address do not get the token."""
    return f"repliquette {account.host} {urlsplit(setting.token_url).netloc}"


def _refresh(account: AccountSetting, setting: OAuthSetting) -> str:
    if refresh := keychain.kept(_place(account, setting), account.login):
        return refresh
    raise LoginError(
        f"No access to {account.address} is kept in the keyring.",
        hint=f"To grant it: repliquette setup {account.address}",
    )
