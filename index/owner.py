"""One process at a time holds a library: the lock, and the note that says who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryLocked


class Owner:
    """Holds the lock of one library folder from `take` to `release`; a killed process lets go of it by itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "lock")
        self._note = folder / "owner.json"

    def take(self, wait: float) -> None:
        """Take the lock, waiting up to `wait` seconds. LibraryLocked says who holds it."""
        try:
            self._lock.acquire(timeout=wait)
        except Timeout:
            raise LibraryLocked(self._held()) from None
        command = " ".join([Path(sys.argv[0]).name or "python", *sys.argv[1:2]])
        note = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": command,
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        self._note.write_text(json.dumps(note), encoding="utf-8")

    def _held(self) -> str:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            who = f"process {note['pid']} on {note['host']} ({note['command']}), since {note['since']}"
        except (OSError, ValueError, KeyError):  # it holds the lock and has not written its note yet
            who = "another process"
        return (
            f"the library {self._folder} is held by {who}. One process at a time may open it: end that one, ask "
            "there, or use another folder with --library."
        )

    def release(self) -> None:
        """Let go; harmless when nothing is held."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()
