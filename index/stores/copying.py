"""A library's stores copied whole: into a backup, or beside themselves to leave behind what was deleted from them."""

from __future__ import annotations

import shutil
from pathlib import Path

from index.errors import InvalidValue
from index.stores.catalogue import Catalogue
from index.stores.database import copy_database
from index.stores.generations import generation_in_use
from index.stores.vectors import BATCH_VECTORS, Place, VectorIndex

DATABASES = ("catalogue.sqlite3", "conversations.sqlite3")


def back_up(folder: Path, vectors: VectorIndex | None, into: Path) -> None:
    """Make a library in a new folder: what is recorded as it is at one moment, with its vectors; words are made again
    when it is opened. Whole or not at all. InvalidValue when there is something already."""
    if into.exists():
        raise InvalidValue(f"{into} is there already; name a folder that is not, so that no backup is lost")
    part = into.with_name(f"{into.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        for name in DATABASES:
            if (folder / name).exists():
                copy_database(folder / name, part / name)
        catalogue = Catalogue(part / "catalogue.sqlite3")
        try:
            catalogue.record(collection="")  # the vectors are in the folder now, wherever they were
            place = generation_in_use(part, catalogue, None).vectors
        finally:
            catalogue.close()
        if vectors is not None:
            copy_vectors(vectors, place)
        part.rename(into)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def copy_vectors(source: VectorIndex, place: Place) -> None:
    """Make an index of the same vectors in another place."""
    target, keys = VectorIndex(place), source.keys()
    try:
        for at in range(0, len(keys), BATCH_VECTORS):
            part = keys[at : at + BATCH_VECTORS]
            target.take_over(source, part)
    finally:
        target.close()
