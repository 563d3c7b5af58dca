"""One SQLite file: a connection for each thread, one change at a time, its tables brought up step by step."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.errors import DamagedLibrary, ForkedProcess, ReadOnly

Function = Callable[..., str | bytes | int | float | None]  # of a statement


class Database:
    """A SQLite file, made when missing. `writing` is the one way to change anything.

    steps: the statements of each version of its tables; a file of an earlier version takes those it lacks.
    remedy: what to do when the file cannot be read, for the error. functions: of one argument, for its statements, by
    the name they have there. forgetful: what is deleted is overwritten at once.
    read_only: it must be there and of this version; `writing` raises ReadOnly, and another process may be changing it.
    Raises DamagedLibrary for a file that cannot be read, or that a newer version made.
    """

    def __init__(
        self,
        path: Path,
        steps: Sequence[str],
        remedy: str,
        *,
        functions: Mapping[str, Function] | None = None,
        forgetful: bool = False,
        read_only: bool = False,
    ) -> None:
        self._path, self._pid = path, os.getpid()
        self._functions = functions or {}
        self._forgetful = forgetful
        self._read_only = read_only
        self._threads = threading.local()
        self._lock = threading.RLock()
        try:
            with self.reading() if read_only else self.writing() as db:
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version > len(steps):
                    raise DamagedLibrary(f"{path} was made by a newer version of newsdesk; install that version")
                if version < len(steps) and read_only:
                    raise DamagedLibrary(f"{path} is older than this version of newsdesk; open it once to write")
                if version < len(steps):
                    _bring_up(db, steps, version)
        except sqlite3.DatabaseError as error:
            raise DamagedLibrary(f"{path} cannot be read ({error}). {remedy}") from error

    def _check_process(self) -> None:
        """ForkedProcess when this is another process: SQLite's connections must not cross a fork, and a lock that a
        thread of the parent held would never be let go of."""
        if os.getpid() != self._pid:
            raise ForkedProcess(self._pid)

    @property
    def _db(self) -> sqlite3.Connection:
        self._check_process()
        db: sqlite3.Connection | None = getattr(self._threads, "db", None)
        if db is None:
            if self._read_only and not self._path.exists():
                raise DamagedLibrary(f"there is no {self._path}: only a library that is there can be opened to read")
            db = sqlite3.connect(self._path, isolation_level=None, timeout=30, check_same_thread=False)
            db.execute("PRAGMA query_only = ON" if self._read_only else "PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # a key lost with the power would be given out again
            db.execute("PRAGMA foreign_keys = ON")
            for name, function in self._functions.items():
                db.create_function(name, 1, function, deterministic=True)
            if self._forgetful:
                db.execute("PRAGMA secure_delete = ON")
            self._threads.db = db  # and nowhere else: it is closed when its thread ends, and threads are many
        return db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One change, all of it or nothing; changes of several threads follow each other."""
        if self._read_only:
            raise ReadOnly()
        self._check_process()
        with self._lock:
            db = self._db
            if db.in_transaction:  # part of a larger change
                yield db
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, to read with."""
        yield self._db

    def empty_log(self) -> None:
        """Write the log of changes into the file and cut it to nothing: it holds what was deleted before."""
        self._check_process()
        with self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def vacuum(self) -> None:
        """Write the file anew without what was deleted from it, and empty its log."""
        self._check_process()
        with self._lock:
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close this thread's connection. Those of other threads end with the last that holds them: one of them may be
        in the middle of a statement, and to close a connection under it kills the process (seen in the page's tests).
        In a forked process they are the parent's, and left alone.
        """
        if os.getpid() != self._pid:
            return
        with self._lock:
            if (db := getattr(self._threads, "db", None)) is not None:
                del self._threads.db
                db.close()


def _bring_up(db: sqlite3.Connection, steps: Sequence[str], version: int) -> None:
    """Take every step after `version` (0: an empty file), within the transaction that the connection is in."""
    for step in steps[version:]:
        for statement in step.split(";\n"):
            if code := "\n".join(line.partition("--")[0] for line in statement.split("\n")).strip():
                db.execute(code)
    db.execute(f"PRAGMA user_version = {len(steps)}")


def look_into(path: Path, query: str) -> list[tuple[Any, ...]] | None:
    """The rows of a query on a SQLite file that is not one of ours, or not yet; None when it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return list(db.execute(query))
    except sqlite3.DatabaseError:
        return None


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite file as it is at one moment, whoever writes it meanwhile; nothing deleted comes along."""
    with closing(sqlite3.connect(source, timeout=30)) as db:
        db.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
