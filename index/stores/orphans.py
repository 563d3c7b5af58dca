"""Stores without their catalogue: words and vectors that lie beside a catalogue that is missing or empty.

Taken for a new library, they would be emptied and the loss would not be noticed; so such a folder is refused.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from index.errors import DamagedLibrary


def refuse_orphans(folder: Path, catalogue: Path) -> None:
    """DamagedLibrary for a folder whose stores hold something and whose catalogue never held an article."""
    missing = not catalogue.exists()
    if (missing or _never_used(catalogue)) and _stores_hold_something(folder):
        raise DamagedLibrary(
            f"{catalogue} is {'missing' if missing else 'empty'}, and beside it lie the words and vectors of a "
            "library. It holds the articles themselves: put it back from a copy. If there is none, move the folder "
            "away and add the articles again."
        )


def _never_used(catalogue: Path) -> bool:
    """Whether a catalogue has never given a key; False for a file that cannot be read: opening it says why."""
    try:
        with closing(sqlite3.connect(catalogue)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone():
                return not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            return db.execute("SELECT 1 FROM sqlite_sequence WHERE name = 'articles'").fetchone() is None
    except sqlite3.DatabaseError:
        return False


def _stores_hold_something(folder: Path) -> bool:
    words, vectors = folder.glob("lexical*/meta.json"), folder.glob("chroma*/chroma.sqlite3")
    return any(map(_holds_words, words)) or any(map(_holds_vectors, vectors))


def _holds_words(commit: Path) -> bool:
    try:
        segments = json.loads(commit.read_text(encoding="utf-8"))["segments"]
        return any(s["max_doc"] > ((s["deletes"] or {}).get("num_deleted_docs", 0)) for s in segments)
    except (OSError, ValueError, LookupError, TypeError):
        return False  # what cannot be read is made again


def _holds_vectors(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return db.execute("SELECT 1 FROM embeddings LIMIT 1").fetchone() is not None
    except sqlite3.DatabaseError:
        return False
