"""Whether the files of a vector index are as they were closed: their sizes and checksums, kept beside them.

An index is sealed when it is closed and unsealed when it is opened, since Chroma writes to its files even then. One
that is not sealed (a killed process, an earlier version) is loaded in a process of its own first.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

from index.stores.database import look_into
from index.stores.hnsw_files import misfit
from index.stores.trial import try_to_load

SEAL = "newsdesk.seal"
_READ_BYTES = 1 << 20


def seal(folder: Path) -> None:
    """Write down what the files are, whole or not at all; harmless for a folder that is not there."""
    if not folder.is_dir():
        return
    part = folder / f"{SEAL}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump(_files(folder), file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / SEAL)


def unseal(folder: Path) -> None:
    """Say that the files are about to change."""
    (folder / SEAL).unlink(missing_ok=True)


def damage(folder: Path, collection: str) -> str:
    """What is wrong with the files of an index, in words; "" when they can be loaded, or there are none."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return ""
    if sealed := _sealed(folder):
        held = _files(folder)
        changed = sorted(name for name in sealed.keys() | held.keys() if sealed.get(name) != held.get(name))
        return f"{folder / changed[0]} is not as it was written" if changed else ""
    database = folder / "chroma.sqlite3"
    if database.exists() and look_into(database, "PRAGMA quick_check(1)") != [("ok",)]:
        return f"{database} cannot be read"
    misfits = (misfit(segment) for segment in sorted(folder.iterdir()) if segment.is_dir())
    return next(filter(None, misfits), "") or try_to_load(folder, collection)


def _files(folder: Path) -> dict[str, list[int]]:
    """Size and CRC-32 of each file by its name in the folder."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(SEAL))
    return {str(path.relative_to(folder)): [path.stat().st_size, _checksum(path)] for path in found}


def _checksum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while part := file.read(_READ_BYTES):
            total = zlib.crc32(part, total)
    return total


def _sealed(folder: Path) -> dict[str, list[int]] | None:
    try:
        found = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or damaged itself
        return None
    return found if isinstance(found, dict) and found else None
