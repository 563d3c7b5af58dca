"""What a server allows: how much, how long, how often."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits of one server. Sizes in bytes, times in seconds.

    rate: requests of one person, key or address, as "120/minute"; the library's owner on this machine has no limit.
    seconds: longest that an answer may take. at_once: questions answered at a time; waiting: how many
    of the next wait in line, before further ones are told to come back later.
    body: of a request. articles: of a request that adds articles as JSON. upload: of one that adds files.
    loopback: only this machine asks, without keys: then the server goes by this machine's own names alone. names: what
    else it is called; a request for any other host's name is refused. proxies: addresses and networks whose
    X-Forwarded-For and X-Forwarded-Proto are believed. log_questions: whether the log may hold what is asked.
    """

    rate: str = "240/minute"
    seconds: float = 120.0
    at_once: int = 8
    waiting: int = 64
    body: int = 1 * MB
    articles: int = 32 * MB
    upload: int = 200 * MB
    loopback: bool = True
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    log_questions: bool = False
