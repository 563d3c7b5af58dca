"""Who is at the page: each browser a person of its own, by its cookie; where there is a login, whoever signed in."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant import NewsdeskError
from assistant.server.access import EVERYTHING, Access, AccessEntry, Person, Scope
from ui_parts.texts import Texts, speaking

BROWSER, SESSION = "newsdesk_browser", "newsdesk_session"  # the cookies: who this browser is; who signed in with it
STAYS = 30 * 24 * 3600  # seconds that a sign-in lasts


class NotAllowed(NewsdeskError):
    """Someone may not do what they asked for."""


@dataclass(frozen=True, slots=True)
class PageVisitor:
    """Whose request it is. owner: of the conversations; person: with what they may do; say: the texts of the page."""

    owner: str
    person: Person
    say: Texts

    def may(self, scope: Scope) -> bool:
        """Whether this is allowed."""
        return self.person.may(scope)

    def must(self, scope: Scope) -> None:
        """NotAllowed unless they may. Called in every function that changes the library: a hidden one can be called."""
        if not self.may(scope):
            raise NotAllowed(self.say("not_allowed"))


class Visitors:
    """Tells who asks, by the cookies of a request, and lets people in and out. Safe to use from several threads.

    access: the people who may sign in; None: there is no login, and everyone may do everything.
    """

    def __init__(self, access: Access | None = None) -> None:
        self.access = access
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[AccessEntry, float]] = {}  # cookie to the password it began with, and its end

    def person(self, cookies: Mapping[str, str]) -> Person | None:
        """Who this is; None when there is a login and nobody signed in, or their password is gone since. Scopes are
        looked up anew each time."""
        if self.access is None:
            return Person("", EVERYTHING)
        with self._lock:
            entry, until = self._sessions.get(cookies.get(SESSION, ""), (None, 0.0))
        if entry is None or until < time.time() or entry not in self.access.entries():
            return None
        return next((person for person in self.access.people() if person.name == entry.person.name), None)

    def of(self, request: Any) -> PageVisitor:
        """The visitor behind a request of Gradio's or FastAPI's; NotAllowed when nobody signed in who must."""
        cookies, say = request.cookies, speaking(request.headers.get("accept-language", ""))
        person = self.person(dict(cookies))
        if person is None:
            raise NotAllowed(say("sign_in_first"))
        if self.access is not None:
            return PageVisitor(person.name, person, say)
        browser = cookies.get(BROWSER) or f"session {getattr(request, 'session_hash', '')}"
        return PageVisitor(f"browser {browser}", person, say)

    def sign_in(self, name: str, password: str) -> str | None:
        """The cookie of someone whose password is right; None when it is wrong."""
        entry = self.access.by_password(name, password) if self.access else None
        if entry is None:
            return None
        cookie, now = secrets.token_urlsafe(32), time.time()
        with self._lock:
            self._sessions = {key: kept for key, kept in self._sessions.items() if kept[1] > now}
            self._sessions[cookie] = (entry, now + STAYS)
        return cookie

    def sign_out(self, cookies: Mapping[str, str]) -> None:
        """Forget the sign-in of this browser."""
        with self._lock:
            self._sessions.pop(cookies.get(SESSION, ""), None)
