"""Who may use the local service: pairing codes, client tokens, page links (S6, S7).

Only hashes are kept.  A code has six digits, three tries and two minutes; a
token and a page secret have 256 random bits.  Command line and service share
this through the store, so that `repliquette pair` works while `serve` runs.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select, update

from repliquette.errors import UnknownError
from repliquette.limits import PAGE_LINK_LIFE_S, PAGE_SESSION_LIFE_S, PAIR_CODE_LIFE_S, PAIR_CODE_TRIES
from repliquette.store.schema import clients, one_time, page_sessions


@dataclass(frozen=True, slots=True)
class Client:
    """A browser that was paired: its token is bound to `origin`."""

    id: int
    name: str
    origin: str


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _invite(connection: Connection, purpose: str, secret: str, expires: datetime, tries: int) -> None:
    connection.execute(delete(one_time).where(one_time.c.purpose == purpose))
    connection.execute(
        one_time.insert().values(
            secret_hash=_hash(secret), purpose=purpose, expires_at=expires.timestamp(), tries_left=tries
        )
    )


def _take(connection: Connection, purpose: str, secret: str, now: datetime) -> bool:
    """Whether the secret is the open invitation; a wrong one costs a try, a right one ends it."""
    row = connection.execute(select(one_time).where(one_time.c.purpose == purpose)).one_or_none()
    if row is None or row.expires_at <= now.timestamp():
        return False
    right = secrets.compare_digest(row.secret_hash, _hash(secret))
    if right or row.tries_left <= 1:
        connection.execute(delete(one_time).where(one_time.c.purpose == purpose))
    else:
        connection.execute(update(one_time).where(one_time.c.purpose == purpose).values(tries_left=row.tries_left - 1))
    return right


def _expired(now: datetime) -> float:
    """Page sessions opened then or earlier have ended."""
    return (now - timedelta(seconds=PAGE_SESSION_LIFE_S)).timestamp()


class Keys:
    """The keys of the local service, kept in the store that `engine` opens."""

    def __init__(self, engine: Engine) -> None:
        """Share the store's engine."""
        self._engine = engine

    def new_code(self, now: datetime) -> str:
        """A six-digit code; an earlier one is void."""
        code = f"{secrets.randbelow(10**6):06d}"
        with self._engine.begin() as connection:
            _invite(connection, "pair", code, now + timedelta(seconds=PAIR_CODE_LIFE_S), PAIR_CODE_TRIES)
        return code

    def new_page_link(self, now: datetime) -> str:
        """The key of a link that opens the page once within two minutes."""
        key = secrets.token_urlsafe(32)
        with self._engine.begin() as connection:
            # 256 bits are not guessed: a wrong key of somebody else must not void the right one.
            _invite(connection, "page", key, now + timedelta(seconds=PAGE_LINK_LIFE_S), 2**31)
        return key

    def redeem(self, code: str, *, origin: str, name: str, now: datetime) -> str | None:
        """A token bound to `origin`, shown this once; None for a wrong, used or expired code."""
        with self._engine.begin() as connection:
            if not _take(connection, "pair", code, now):
                return None
            token = secrets.token_urlsafe(32)
            row = {"name": name, "origin": origin, "token_hash": _hash(token), "paired_at": now.timestamp()}
            connection.execute(clients.insert().values(**row))
            return token

    def redeem_page_link(self, key: str, now: datetime) -> str | None:
        """The secret of a page session for the cookie; None for a wrong, used or expired key."""
        with self._engine.begin() as connection:
            if not _take(connection, "page", key, now):
                return None
            secret = secrets.token_urlsafe(32)
            connection.execute(delete(page_sessions).where(page_sessions.c.opened_at <= _expired(now)))
            connection.execute(page_sessions.insert().values(secret_hash=_hash(secret), opened_at=now.timestamp()))
            return secret

    def client_for(self, token: str) -> Client | None:
        """The client that a token belongs to: found by its hash, so timing tells nothing about the token."""
        with self._reading() as connection:
            row = connection.execute(select(clients).where(clients.c.token_hash == _hash(token))).one_or_none()
        return None if row is None else Client(row.id, row.name, row.origin)

    def is_page_session(self, secret: str, now: datetime) -> bool:
        """Whether a cookie is that of a page opened less than a month ago."""
        query = select(page_sessions.c.opened_at).where(
            page_sessions.c.secret_hash == _hash(secret), page_sessions.c.opened_at > _expired(now)
        )
        with self._reading() as connection:
            return connection.execute(query).scalar() is not None

    def clients(self) -> list[Client]:
        """Every paired browser, in the order of pairing."""
        with self._reading() as connection:
            rows = connection.execute(select(clients).order_by(clients.c.id)).all()
        return [Client(r.id, r.name, r.origin) for r in rows]

    def revoke(self, client_id: int) -> None:
        """End a browser's access; UnknownError where it is none of ours."""
        with self._engine.begin() as connection:
            if connection.execute(delete(clients).where(clients.c.id == client_id)).rowcount != 1:
                raise UnknownError(f"There is no paired browser {client_id}.", hint="See: repliquette pair --list")

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)
