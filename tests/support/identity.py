"""A real, small identity provider on loopback, built of Authlib's server: what Google and Microsoft are in the tests.

Authorization code with PKCE demanded (RFC 7636), a page where the owner says yes or no, device codes (RFC 8628),
refresh tokens that are replaced at each use, introspection (RFC 7662) for Dovecot, revocation (RFC 7009).

    with IdentityProvider() as provider:
        setting = provider.setting()
        provider.click(link)            # the owner says yes
        provider.life_s = 1             # access tokens from now on
"""

from __future__ import annotations

import os
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Self

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant
from flask import Flask, jsonify, redirect, request
from werkzeug.serving import WSGIRequestHandler, make_server

from repliquette.settings import OAuthSetting

CLIENT = "repliquette-tests"
SCOPE = "imap"
PAGE = "<form method=post><button name=answer value=yes>yes</button><button name=answer value=no>no</button></form>"


class Client:
    """The one program that is registered: public, on loopback, any port (RFC 8252 §7.3)."""

    client_id = CLIENT

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return re.fullmatch(r"http://127\.0\.0\.1:\d+/", uri) is not None

    def check_client_secret(self, _secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "none"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, _kind: str) -> bool:
        return True


@dataclass
class Issued:
    """A token pair, as Authlib wants to see it."""

    user: str
    scope: str
    access_token: str
    refresh_token: str
    expires_at: float
    revoked: bool = False
    client_id: str = CLIENT

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client_id

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return int(self.expires_at - time.time())

    def is_expired(self) -> bool:
        return self.expires_at < time.time()

    def is_revoked(self) -> bool:
        return self.revoked

    def get_user(self) -> str:
        return self.user

    def get_client(self) -> Client:
        return Client()


@dataclass
class Code:
    """An authorization code, or a device code."""

    code: str
    user: str
    redirect_uri: str = ""
    scope: str = SCOPE
    code_challenge: str = ""
    code_challenge_method: str = ""
    user_code: str = ""
    client_id: str = CLIENT
    answer: bool | None = None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_client_id(self) -> str:
        return CLIENT

    def get_user_code(self) -> str:
        return self.user_code

    def is_expired(self) -> bool:
        return False


@dataclass
class IdentityProvider:
    """The provider; a context manager.  `asked` counts the questions by their address."""

    user: str = "kim@oauth.example"
    life_s: int = 3600
    issued: list[Issued] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def setting(self, **changes: Any) -> OAuthSetting:
        """What stands in settings.toml for this provider."""
        given = {
            "name": "own",
            "client_id": CLIENT,
            "authorization_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
            "device_url": f"{self.url}/device",
            "revocation_url": f"{self.url}/revoke",
            "scopes": (SCOPE,),
        }
        return OAuthSetting(**(given | changes))

    def click(self, link: str, answer: str = "yes") -> tuple[int, str]:
        """What the owner's browser does: opens the link, answers, follows the redirect; status and last page."""
        with urllib.request.urlopen(link, timeout=10) as page:
            assert b"<form" in page.read()
        body = urllib.parse.urlencode({"answer": answer}).encode()
        try:
            with urllib.request.urlopen(link, body, timeout=10) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def say(self, user_code: str, *, yes: bool = True) -> None:
        """The owner types a code on another device."""
        next(code for code in self.codes.values() if code.user_code == user_code).answer = yes

    def revoke_all(self) -> None:
        """The owner takes everything back on the provider's page."""
        for token in self.issued:
            token.revoked = True

    def _app(self) -> Flask:
        app = Flask("identity")
        app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
        server = AuthorizationServer(
            app, query_client=lambda i: Client() if i == CLIENT else None, save_token=self._save
        )
        provider = self
        server.register_grant(_code_grant(self), [CodeChallenge(required=True)])
        server.register_grant(_refresh_grant(self))
        server.register_grant(_device_grant(self))
        for endpoint in (_introspection(self), _revocation(self), _device_endpoint(self)):
            server.register_endpoint(endpoint)

        @app.before_request
        def count() -> None:
            provider.asked.append(request.path)

        @app.route("/authorize", methods=["GET", "POST"])
        def authorize() -> Any:
            if request.method == "GET":
                server.get_consent_grant(end_user=provider.user)
                return PAGE
            grant = server.get_consent_grant(end_user=provider.user)
            if request.form["answer"] == "no":
                return redirect(
                    f"{grant.request.payload.redirect_uri}?error=access_denied&state={request.args['state']}"
                )
            return server.create_authorization_response(grant_user=provider.user, grant=grant)

        for path, name in (
            ("introspect", "introspection"),
            ("revoke", "revocation"),
            ("device", "device_authorization"),
        ):
            app.add_url_rule(
                f"/{path}", path, lambda name=name: server.create_endpoint_response(name), methods=["POST"]
            )
        app.add_url_rule("/token", "token", server.create_token_response, methods=["POST"])
        app.register_error_handler(OAuth2Error, lambda error: (jsonify(dict(error.get_body())), 400))
        return app

    def _save(self, token: dict[str, Any], asked: Any) -> None:
        end = time.time() + self.life_s
        token["expires_in"] = self.life_s
        refresh = token["refresh_token"]
        self.issued.append(Issued(asked.user, token.get("scope", SCOPE), token["access_token"], refresh, end))


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Say nothing."""


def _code_grant(provider: IdentityProvider) -> type:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

        def generate_authorization_code(self) -> str:
            return os.urandom(16).hex()

        def save_authorization_code(self, code: str, asked: Any) -> None:
            data = asked.payload.data
            provider.codes[code] = Code(
                code,
                provider.user,
                asked.payload.redirect_uri,
                asked.payload.scope,
                data.get("code_challenge"),
                data.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, _client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            del provider.codes[code.code]

        def authenticate_user(self, code: Code) -> str:
            return code.user

    return CodeGrant


def _refresh_grant(provider: IdentityProvider) -> type:
    class RefreshGrant(grants.RefreshTokenGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, refresh: str) -> Issued | None:
            return next((t for t in provider.issued if refresh and t.refresh_token == refresh and not t.revoked), None)

        def authenticate_user(self, token: Issued) -> str:
            return token.user

        def revoke_old_credential(self, token: Issued) -> None:
            token.refresh_token = ""  # used up

    return RefreshGrant


def _device_grant(provider: IdentityProvider) -> type:
    class DeviceGrant(DeviceCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

        def query_device_credential(self, device_code: str) -> Code | None:
            return provider.codes.get(device_code)

        def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
            code = next(c for c in provider.codes.values() if c.user_code == user_code)
            return None if code.answer is None else (code.user, code.answer)

        def should_slow_down(self, _credential: Code) -> bool:
            return False

    return DeviceGrant


def _device_endpoint(provider: IdentityProvider) -> type:
    class Endpoint(DeviceAuthorizationEndpoint):
        CLIENT_AUTH_METHODS = ("none",)

        def get_verification_uri(self) -> str:
            return f"{provider.url}/activate"

        def save_device_credential(self, _client_id: str, _scope: str, data: dict[str, Any]) -> None:
            provider.codes[data["device_code"]] = Code(data["device_code"], provider.user, user_code=data["user_code"])

    return Endpoint


def _find(provider: IdentityProvider, token: str) -> Issued | None:
    return next((t for t in provider.issued if token in (t.access_token, t.refresh_token) and token), None)


def _introspection(provider: IdentityProvider) -> type:
    class Endpoint(IntrospectionEndpoint):
        def authenticate_endpoint_client(self, _asked: Any) -> Client:
            return Client()  # Dovecot, on this machine

        def query_token(self, token: str, _hint: str) -> Issued | None:
            return _find(provider, token)

        def check_permission(self, *_: object) -> bool:
            return True

        def introspect_token(self, token: Issued) -> dict[str, Any]:
            good = not token.revoked and not token.is_expired()
            return {"active": good, "username": token.user, "scope": token.scope}

    return Endpoint


def _revocation(provider: IdentityProvider) -> type:
    class Endpoint(RevocationEndpoint):
        CLIENT_AUTH_METHODS = ("none",)

        def query_token(self, token: str, _hint: str) -> Issued | None:
            return _find(provider, token)

        def revoke_token(self, _token: Issued, _asked: Any) -> None:
            provider.revoke_all()  # what one program was granted falls together

    return Endpoint
