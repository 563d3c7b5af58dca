"""Who asks, what they may do, and how often."""

from __future__ import annotations

import hmac
import math
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.server.access import EVERYTHING, MOST_NAME, Access, Person, Scope
from assistant.server.api.problems import Problem
from index.errors import InvalidValue

TRIES_OF_NAME, TRIES_OF_ADDRESS = "10/minute", "30/minute"  # to sign in
EVENTS = 4  # of the page, for each request that the rate allows: one click is up to four, and adding asks for its state
HASHES = "20/minute"  # for one address: of a key that is new, or wrong in its secret part
_BEARER = HTTPBearer(auto_error=False, scheme_name="bearer", description="A key of `newsdesk access key`.")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="header", description="The same key.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from. owner: a command on this machine, of the user whose server this is."""

    person: Person
    owner: bool = False


class Guard:
    """Lets requests in. access: people and keys; None: everyone may do everything. secret: the owner's, "" for none."""

    def __init__(self, access: Access | None, secret: str, rate: str) -> None:
        self.access = access
        self._secret = secret.encode()
        self._rate = _limit(rate)
        self._events = type(self._rate)(self._rate.amount * EVENTS, self._rate.multiples)
        self._hashes = _limit(HASHES)

    @cached_property
    def _limiter(self) -> MovingWindowRateLimiter:
        return MovingWindowRateLimiter(MemoryStorage())

    def let_in(self, key: str | None, address: str) -> Visitor:
        """Whose request it is. Problem 401: the key is missing or wrong; 429: there were too many."""
        if key and self._secret and hmac.compare_digest(key.encode("utf-8", "surrogatepass"), self._secret):
            return Visitor(Person("", EVERYTHING), owner=True)
        if self.access is None:
            self._count(self._rate, f"address {address}")
            return Visitor(Person("", EVERYTHING))
        if key and self.access.is_slow(key):
            self._count(self._hashes, f"hashing {address}")
        person = self.access.by_key(key) if key else None
        if person is None:
            raise Problem(
                401,
                "the key is wrong: `newsdesk access list` shows which there are"
                if key
                else "give a key: Authorization: Bearer KEY, or X-API-Key: KEY; `newsdesk access key` makes one",
                {"WWW-Authenticate": "Bearer"},
            )
        self._count(self._rate, f"person {person.name}")
        return Visitor(person)

    def count_event(self, whose: str) -> None:
        """Count an event of the page for a person or an address. Problem 429: there were too many."""
        self._count(self._events, f"page {whose}")

    def _count(self, rate: RateLimitItem, whose: str) -> None:
        if not self._limiter.hit(rate, whose):
            self._refuse(rate, whose)

    def _refuse(self, rate: RateLimitItem, whose: str) -> None:
        wait = math.ceil(max(1.0, self._limiter.get_window_stats(rate, whose).reset_time - time.time()))
        raise Problem(
            429, f"too many requests, {rate.amount} in {rate.get_expiry()} seconds are allowed; wait {wait} seconds",
            {"Retry-After": str(wait)},
        )  # fmt: skip


class Attempts:
    """How often someone may try to sign in: each try counts for the name and for the address until one is right."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._by_name, self._by_address = _limit(TRIES_OF_NAME), _limit(TRIES_OF_ADDRESS)

    def begin(self, name: str, address: str) -> bool:
        """Count a try, before its password is hashed; False when there were too many."""
        of_address = self._limiter.hit(self._by_address, f"address {address}")
        return of_address and self._limiter.hit(self._by_name, f"name {_folded(name)}")

    def right(self, name: str) -> None:
        """Forget the tries of a name that has signed in."""
        self._limiter.clear(self._by_name, f"name {_folded(name)}")


def _folded(name: str) -> str:
    return " ".join(name.split())[:MOST_NAME]


def _limit(text: str) -> RateLimitItem:
    try:
        return parse(text)
    except ValueError as error:
        raise InvalidValue(f'{text!r} is no rate; write such as "120/minute"') from error


def visitor(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None,
    header: Annotated[str | None, Security(_HEADER)] = None,
) -> Visitor:
    """The dependency that lets a request in. Not async: hashing a key must not hold up everyone else."""
    key = bearer.credentials if bearer else header
    guard: Guard = request.app.state.door.guard
    came = guard.let_in(key, request.client.host if request.client else "")
    request.scope["visitor"] = came
    return came


def _may(scope: Scope, came: Visitor) -> Visitor:
    if not came.person.may(scope):
        raise Problem(
            403, f"{came.person.name or 'this key'} may not {scope}; `newsdesk access` gives a key its scopes"
        )
    return came


def reader(came: Annotated[Visitor, Depends(visitor)]) -> Visitor:
    """Someone who may ask, search and list."""
    return _may(Scope.READ, came)


def writer(came: Annotated[Visitor, Depends(visitor)]) -> Visitor:
    """Someone who may add and remove."""
    return _may(Scope.WRITE, came)


Reader = Annotated[Visitor, Depends(reader)]
Writer = Annotated[Visitor, Depends(writer)]
