"""Texts as the catalogue stores them: deflated (zlib), which halves what a library takes on disk.

SQLite reads them through `unpacked(text)` (FUNCTIONS), so that no query has to know of it. A library that an earlier
version made holds plain texts; both are read.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from index.stores.database import Function

LEVEL = 1  # 0.1 ms for 7,000 characters; level 6 takes twice as long and saves another tenth


def pack(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode("utf-8"), LEVEL)


def unpack(stored: bytes | str) -> str | None:
    """Decompress a text; None when it is damaged, so that one bad text does not end a query over many."""
    if isinstance(stored, str):
        return stored
    try:
        return zlib.decompress(stored).decode("utf-8")
    except (zlib.error, UnicodeDecodeError):
        return None


FUNCTIONS: Mapping[str, Function] = {"packed": pack, "unpacked": unpack}
