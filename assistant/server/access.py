"""Who may come in from outside, and what they may do: people with passwords, programs with keys."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from filelock import FileLock

from index.errors import InvalidValue, NewsdeskError

KEY_PREFIX = "nd"
MOST_NAME, LEAST_PASSWORD, MOST_PASSWORD = 100, 8, 1000  # characters
# scrypt, RFC 7914, at the floor that OWASP names: 32 MiB and some 260 ms for each try on one core.
_COST = {"n": 2**15, "r": 8, "p": 3}
_MEMORY = 64 * 1024 * 1024
_AT_ONCE = threading.BoundedSemaphore(2)  # so that many wrong passwords at a time do not fill the memory


class Scope(StrEnum):
    """What may be done: READ asks, searches and lists; WRITE adds and removes."""

    READ = "read"
    WRITE = "write"


EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone, or some program, that has proved who it is."""

    name: str
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether this is allowed."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One way in. kind: "password" or "key". mark: names a key without telling it; "" for a password."""

    person: Person
    kind: str
    added: datetime
    mark: str = ""
    salt: bytes = b""
    digest: bytes = b""


class Access:
    """The people and keys in one file. Safe to use from several threads and processes; changes are seen at once.

    The file holds salted scrypt digests only, and is readable by its owner alone.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._reading = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._entries: tuple[AccessEntry, ...] = ()
        self._proved: dict[bytes, AccessEntry] = {}  # digests of keys that were right: the next request costs no 260 ms
        self._pepper = secrets.token_bytes(32)
        self._decoy = secrets.token_bytes(16)

    @classmethod
    def open(cls, file: str | Path) -> Self:
        """Open the file, or begin a new one with the first person or key. InvalidValue: others can read it."""
        access = cls(Path(file).expanduser())
        access._current()
        return access

    # changing

    def add_person(self, name: str, password: str, scopes: Iterable[Scope] = (Scope.READ,)) -> None:
        """Let someone sign in with a password, of 8 to 1,000 characters; a name that is there is refused."""
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            raise InvalidValue(f"a password has {LEAST_PASSWORD} to {MOST_PASSWORD:,} characters, not {len(password)}")
        self._put(name, scopes, "password", password, "")

    def add_key(self, name: str, scopes: Iterable[Scope] = (Scope.READ,)) -> str:
        """Make a key for a program. It is returned once and kept nowhere: whoever loses it makes another."""
        mark = secrets.token_hex(6)
        key = f"{KEY_PREFIX}_{mark}_{secrets.token_urlsafe(32)}"
        self._put(name, scopes, "key", key, mark)
        return key

    def remove(self, name: str) -> None:
        """Take away every way in that this name has. InvalidValue when it has none."""
        with self._changing() as entries:
            left = [entry for entry in entries if entry.person.name != name]
            if len(left) == len(entries):
                raise InvalidValue(f"nobody is called {name!r} in {self._file}; `newsdesk access list` shows who is")
            self._write(left)

    def _put(self, name: str, scopes: Iterable[Scope], kind: str, secret: str, mark: str) -> None:
        name = " ".join(name.split())
        if not 0 < len(name) <= MOST_NAME or not name.isprintable():
            raise InvalidValue(f"a name has 1 to {MOST_NAME} printable characters")
        allowed = frozenset(Scope(scope) for scope in scopes)
        if not allowed:
            raise InvalidValue("name at least one scope, read or write")
        salt = secrets.token_bytes(16)
        entry = AccessEntry(Person(name, allowed), kind, datetime.now(UTC), mark, salt, _digest(secret, salt))
        with self._changing() as entries:
            if any((old.person.name, old.kind) == (name, kind) for old in entries):
                raise InvalidValue(f"{name!r} has a {kind} already; `newsdesk access remove` takes it away")
            self._write([*entries, entry])

    def _changing(self) -> _Changing:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        return _Changing(self, FileLock(self._file.with_name(self._file.name + ".lock"), mode=0o600))

    def _write(self, entries: Iterable[AccessEntry]) -> None:
        rows = [_row(entry) for entry in entries]
        part = self._file.with_name(self._file.name + ".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"version": 1, "entries": rows}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._file)

    # asking

    def people(self) -> tuple[Person, ...]:
        """Everyone who can come in, by name, each with all that one of their ways in allows."""
        scopes: dict[str, frozenset[Scope]] = {}
        for entry in self._current():
            scopes[entry.person.name] = scopes.get(entry.person.name, frozenset()) | entry.person.scopes
        return tuple(Person(name, scopes[name]) for name in sorted(scopes))

    def entries(self) -> tuple[AccessEntry, ...]:
        """Every way in, the oldest first."""
        return self._current()

    def sign_in(self, name: str, password: str) -> Person | None:
        """Whose name and password these are, or None. A wrong name takes as long as a wrong password."""
        entry = self.by_password(name, password)
        return entry.person if entry else None

    def by_password(self, name: str, password: str) -> AccessEntry | None:
        """The way in that a name and a password are, for who has to know whether it is still there later on."""
        if len(password) > MOST_PASSWORD:
            return None
        name = " ".join(name.split())
        of_name = (entry for entry in self._current() if entry.kind == "password" and entry.person.name == name)
        entry = next(of_name, None)
        digest = _digest(password, entry.salt if entry else self._decoy)
        return entry if entry and hmac.compare_digest(digest, entry.digest) else None

    def by_key(self, key: str) -> Person | None:
        """Whose key this is, or None. A slow hash the first time, nothing when it was right before."""
        entry = self._marked(key)
        if entry is None:
            return None
        if self._proved.get(self._quick(key)) != entry:
            if not hmac.compare_digest(_digest(key, entry.salt), entry.digest):
                return None
            self._proved[self._quick(key)] = entry
        return entry.person

    def is_slow(self, key: str) -> bool:
        """Whether `by_key` has to hash: there is a key of this mark, and this one was not right before."""
        entry = self._marked(key)
        return entry is not None and self._proved.get(self._quick(key)) != entry

    def _marked(self, key: str) -> AccessEntry | None:
        prefix, _, rest = key.partition("_")
        mark, _, secret = rest.partition("_")
        if prefix != KEY_PREFIX or not secret or len(key) > MOST_PASSWORD or not key.isascii():
            return None
        return next((entry for entry in self._current() if entry.kind == "key" and entry.mark == mark), None)

    def _quick(self, key: str) -> bytes:
        return hmac.digest(self._pepper, key.encode(), "sha256")

    def _current(self) -> tuple[AccessEntry, ...]:
        """The entries, read again when the file has changed."""
        with self._reading:
            try:
                found = self._file.stat()
            except FileNotFoundError:
                self._stamp, self._entries, self._proved = None, (), {}
                return ()
            stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
            if stamp != self._stamp:
                if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
                    raise InvalidValue(f"others can read {self._file}; `chmod 600 {self._file}` keeps it to its owner")
                self._entries, self._stamp = _read(self._file), stamp
                self._proved = {quick: entry for quick, entry in self._proved.items() if entry in self._entries}
            return self._entries


class _Changing:
    """The entries as they are, with everyone else kept from changing them until the end."""

    def __init__(self, access: Access, lock: FileLock) -> None:
        self._access = access
        self._lock = lock

    def __enter__(self) -> tuple[AccessEntry, ...]:
        self._lock.acquire()
        try:
            return self._access.entries()
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _digest(secret: str, salt: bytes) -> bytes:
    with _AT_ONCE:
        return hashlib.scrypt(secret.encode("utf-8", "surrogatepass"), salt=salt, maxmem=_MEMORY, dklen=32, **_COST)


def _row(entry: AccessEntry) -> dict[str, Any]:
    return {
        "name": entry.person.name,
        "kind": entry.kind,
        "scopes": sorted(entry.person.scopes),
        "added": entry.added.isoformat(timespec="seconds"),
        "mark": entry.mark,
        "salt": entry.salt.hex(),
        "scrypt": entry.digest.hex(),
    }


def _read(file: Path) -> tuple[AccessEntry, ...]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))["entries"]
        return tuple(
            AccessEntry(
                Person(row["name"], frozenset(Scope(scope) for scope in row["scopes"])),
                row["kind"],
                datetime.fromisoformat(row["added"]),
                row["mark"],
                bytes.fromhex(row["salt"]),
                bytes.fromhex(row["scrypt"]),
            )
            for row in rows
        )
    except (ValueError, KeyError, TypeError) as error:
        raise NewsdeskError(f"{file} is not a file of people and keys ({error}); name another, or delete it") from error
