"""Where a library's words and vectors lie: in folders of a generation, the vectors in a server's collection if wanted.

Each rebuild makes the next generation beside the one in use (index/stores/rebuild.py).
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from index.errors import InvalidValue
from index.stores.catalogue import Catalogue
from index.stores.vectors import Place, Server


@dataclass(frozen=True, slots=True)
class Generation:
    """Where one generation lies; the first has the plain names. collection: how its collections on a server begin."""

    number: int
    words: Path
    vectors: Place
    collection: str = ""


def generation_in_use(folder: Path, catalogue: Catalogue, server: Server | None) -> Generation:
    """Where the library's words and vectors lie now."""
    return _generation(folder, int(catalogue.fact("generation") or 1), catalogue.fact("collection") or "", server)


def next_generation(folder: Path, catalogue: Catalogue, server: Server | None) -> Generation:
    """Where a rebuild puts them. server: where the vectors go, whatever they lay in before; None: into the folder."""
    collection = (catalogue.fact("collection") or _new_name()) if server else ""
    return _generation(folder, int(catalogue.fact("generation") or 1) + 1, collection, server)


def _generation(folder: Path, number: int, collection: str, server: Server | None) -> Generation:
    ending = "" if number == 1 else f"-{number}"
    there = Place(folder / f"chroma{ending}")
    if collection and server:
        there = Place(there.folder, server, f"{collection}-{number}")
    return Generation(number, folder / f"lexical{ending}", there, collection)


def agree_on_place(folder: Path, catalogue: Catalogue, server: Server | None) -> None:
    """Record, for a library without vectors, that they go to a server. InvalidValue when they lie elsewhere."""
    collection = catalogue.fact("collection")
    if bool(collection) == bool(server):
        return
    if server is None:
        raise InvalidValue(
            f"the vectors of the library {folder} lie on a Chroma server: name it with --chroma or NEWSDESK_CHROMA; "
            f"`newsdesk rebuild --library {folder}` without it makes them anew in the folder"
        )
    if catalogue.count_in("ready"):
        raise InvalidValue(
            f"the vectors of the library {folder} lie in its folder: open it without --chroma, or make them anew on "
            f"the server with `newsdesk rebuild --library {folder} --chroma {server.address}`"
        )
    catalogue.record(collection=_new_name())


def _new_name() -> str:
    """Of a library's collections, so that several libraries can share a server."""
    return f"newsdesk-{secrets.token_hex(8)}"


def clear_other_generations(folder: Path, catalogue: Catalogue, server: Server | None) -> None:
    """Delete what a rebuild left here: the half of one that was cut short, or the old stores of one that was not."""
    kept = generation_in_use(folder, catalogue, server)
    for kind in ("lexical", "chroma"):
        for found in folder.glob(f"{kind}*"):
            if found not in (kept.words, kept.vectors.folder) and found.is_dir():
                shutil.rmtree(found)
    catalogue.drop_next()
