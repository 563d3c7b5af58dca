"""One process at a time holds a library: the lock, and who holds it and where it serves others (owner.json)."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryLocked


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a library. address: where it serves others, "" when it does not. secret: the key for the owner's own.

    Only the user whose process it is can read the note, and so the secret. folder: which folder it speaks of, by device
    and inode: in a copy of the library the note speaks of the original.
    """

    pid: int
    host: str
    command: str
    since: str
    address: str = ""
    secret: str = ""
    folder: str = ""

    def __str__(self) -> str:
        serving = f", which serves it on {self.address}" if self.address else ""
        return f"process {self.pid} on {self.host} ({self.command}), since {self.since}{serving}"


class Owner:
    """Holds the lock of one library folder from `take` to `release`; a killed process lets go of it by itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "lock")
        self._path = folder / "owner.json"
        self._note = Holder(0, "", "", "")

    def take(self, wait: float) -> None:
        """Take the lock, waiting up to `wait` seconds. LibraryLocked says who holds it."""
        try:
            self._lock.acquire(timeout=wait)
        except Timeout:
            raise LibraryLocked(self._held()) from None
        command = " ".join([Path(sys.argv[0]).name or "python", *sys.argv[1:2]])
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        self._note = Holder(os.getpid(), socket.gethostname(), command, since, folder=_identity(self._folder))
        self._write()

    def announce(self, address: str, secret: str) -> None:
        """Say where the library is served."""
        self._note = replace(self._note, address=address, secret=secret)
        self._write()

    def _write(self) -> None:
        """Whole or not at all, and never readable by others, not even for a moment."""
        part = self._path.with_name("owner.json.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(self._note), file)
        part.replace(self._path)

    def _held(self) -> str:
        who = holder_of(self._folder) or "another process"  # it holds the lock and has not written its note yet
        return (
            f"the library {self._folder} is held by {who}. One process at a time may open it: end that one, ask "
            "there, or use another folder with --library."
        )

    def release(self) -> None:
        """Let go; harmless when nothing is held."""
        if self._lock.is_locked:
            self._path.unlink(missing_ok=True)
            self._lock.release()


def _identity(folder: Path) -> str:
    """Device and inode of a folder: the same wherever it is moved to; a copy of it has another."""
    found = folder.stat()
    return f"{found.st_dev}:{found.st_ino}"


def holder_of(folder: Path) -> Holder | None:
    """The note of whoever holds a library, or held it when it was killed.

    None when there is none to be read, and in a copy of the library: its note came along from the original.
    """
    try:
        note = Holder(**json.loads((folder / "owner.json").read_text(encoding="utf-8")))
        return note if note.folder == _identity(folder) else None
    except (OSError, ValueError, TypeError):
        return None
