"""Stores without their catalogue: words and vectors that lie beside a catalogue that is missing or empty.

Taken for a new library, they would be emptied and the loss would not be noticed; so such a folder is refused.
"""

from __future__ import annotations

import json
from pathlib import Path

from index.errors import DamagedLibrary
from index.stores.database import look_into


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
    tables = look_into(catalogue, "SELECT name FROM sqlite_master")
    if tables is None:
        return False
    if ("articles",) not in tables:
        return not tables
    return not look_into(catalogue, "SELECT 1 FROM sqlite_sequence WHERE name = 'articles'")


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
    return bool(look_into(database, "SELECT 1 FROM embeddings LIMIT 1"))
