"""Whether the files of an HNSW index fit each other, told without loading them: sizes against what the header says.

The layout is hnswlib's as chromadb 1.5 writes it: header.bin (100 bytes), data_level0.bin (a record of fixed size for
each element), length.bin (4 bytes for each), link_lists.bin (for each element its size and its links).
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER = struct.Struct("<i6QiI3QdQ")
_LENGTH_BYTES = 4  # of each element in length.bin, and of the size of each list of links


def misfit(folder: Path) -> str:
    """What does not fit in the files of one segment, in words; "" when everything does, or nothing was written yet."""
    header = folder / "header.bin"
    if not header.exists():
        return f"{header} is missing" if any(folder.glob("*.bin")) else ""
    held = header.read_bytes()
    if len(held) != _HEADER.size:
        return f"{header} has {len(held)} bytes, not {_HEADER.size}"
    _, _, room, count, record, *_ = _HEADER.unpack(held)
    if count > room:
        return f"{header} counts {count} elements in a room for {room}"
    for name, size in (("data_level0.bin", record), ("length.bin", _LENGTH_BYTES)):
        if _size(folder / name) not in (count * size, room * size):  # room: as it is made, before the first write
            return f"{folder / name} has {_size(folder / name)} bytes, not {count * size}"
    return _misfit_of_links(folder / "link_lists.bin", count)


def _misfit_of_links(file: Path, count: int) -> str:
    held, at = file.read_bytes() if file.exists() else b"", 0
    for _ in range(count):
        if at + _LENGTH_BYTES > len(held):
            return f"{file} ends early"
        at += _LENGTH_BYTES + int.from_bytes(held[at : at + _LENGTH_BYTES], "little")
    return "" if at == len(held) else f"{file} has {len(held)} bytes, not {at}"


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
