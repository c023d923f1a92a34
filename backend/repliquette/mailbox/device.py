"""The owner says yes on another device: a short code, typed in there (RFC 8628).

For machines without a browser.  Google gives its mail to no device code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from repliquette import limits
from repliquette.errors import LoginError, ServerError, SettingsError
from repliquette.mailbox import oauth
from repliquette.mailbox.oauth import Grant, Known, RefusedGrant
from repliquette.mailbox.words import plain_words
from repliquette.settings import OAuthSetting

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_PENDING = "authorization_pending"
_SLOWER = "slow_down"
_FIRST_WAIT_S = 5  # RFC 8628 §3.2, where the provider names none; §3.5 adds as much at each "slow_down"
_LONGEST_S = 30 * 60  # a code that lives longer is not waited for


@dataclass(frozen=True, slots=True)
class Errand:
    """What the owner does: open `page` on any device and type `code` there."""

    page: str
    code: str


def consent(provider: Known, show: Callable[[Errand], None], sleep: Callable[[float], None] = time.sleep) -> Grant:
    """Show the errand and wait until it is done; LoginError where it is not, or the answer is no."""
    setting = provider.setting
    if not setting.device_url:
        raise SettingsError(
            f"{setting.name or 'This provider'} has no device_url, so it gives no code for another device.",
            hint="Leave --device out. Without a browser here, --no-browser prints the link and how to follow it.",
        )
    said = oauth.post(setting, setting.device_url, {"scope": " ".join(setting.scopes)})
    form = {"grant_type": _GRANT, "device_code": _word(said, "device_code")}
    show(Errand(_word(said, "verification_uri", "verification_url"), _word(said, "user_code")))
    return _poll(setting, form, said, sleep)


def _poll(
    setting: OAuthSetting, form: Mapping[str, str], said: Mapping[str, object], sleep: Callable[[float], None]
) -> Grant:
    wait, left = _number(said, "interval", _FIRST_WAIT_S), _number(said, "expires_in", limits.CONSENT_S)
    left = min(left, _LONGEST_S)
    while left > 0:
        sleep(wait)
        left -= max(wait, 1)
        try:
            return oauth.ask_for_tokens(setting, form)
        except RefusedGrant as refused:
            if refused.reason not in {_PENDING, _SLOWER}:
                raise
            wait += _FIRST_WAIT_S if refused.reason == _SLOWER else 0
    raise LoginError("The code was not typed in before it ran out.", hint="Run it again.")


def _number(said: Mapping[str, object], name: str, otherwise: float) -> float:
    value = said.get(name)
    return float(value) if isinstance(value, int | float) and value > 0 else otherwise


def _word(said: Mapping[str, object], *names: str) -> str:
    for name in names:
        if isinstance(value := said.get(name), str) and value:
            return plain_words(value) if name != "device_code" else value
    raise ServerError(f"The provider's answer lacks {names[0]}.", hint="Check device_url in your settings.")
