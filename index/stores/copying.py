"""A library's stores copied whole: into a backup and back, or beside themselves to leave behind what was deleted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from index.errors import DamagedLibrary, InvalidValue
from index.stores.catalogue import Catalogue
from index.stores.database import copy_database
from index.stores.generations import generation_in_use
from index.stores.packing import is_packed, pack, unpack
from index.stores.vectors import BATCH_VECTORS, Place, VectorIndex

CATALOGUE = "catalogue.sqlite3"
DATABASES = (CATALOGUE, "conversations.sqlite3")
_OF_A_PROCESS = ("lock", "owner.json", "owner.json.part")  # not of the library


def back_up(folder: Path, vectors: VectorIndex | None, into: Path) -> None:
    """Make a library in a new folder, or in a new .tar or .zip: what is recorded as it is at one moment, with its
    vectors; words are made again when it is opened. Whole or not at all. InvalidValue when there is something already.
    """
    if into.exists():
        raise InvalidValue(f"{into} is there already; name one that is not, so that no backup is lost")
    part = into.with_name(f"{into.name}.part")
    packed = into.with_name(f"{into.name}.packing")
    _clear(part, packed)
    part.mkdir(parents=True, mode=0o700)
    try:
        for name in DATABASES:
            if (folder / name).exists():
                copy_database(folder / name, part / name)
        catalogue = Catalogue(part / CATALOGUE)
        try:
            catalogue.record(collection="")  # the vectors are in the folder now, wherever they were
            place = generation_in_use(part, catalogue, None).vectors
        finally:
            catalogue.close()
        if vectors is not None:
            copy_vectors(vectors, place)
        if is_packed(into):
            pack(part, packed, into.suffix.lower())
            packed.rename(into)
        else:
            write_through(part)
            part.rename(into)
    finally:
        _clear(part, packed)


def bring_back(backup: Path, folder: Path) -> int:
    """Make the library anew out of a backup, a folder or a .tar or .zip, in a folder that is missing or empty; how many
    articles it has. Whole or not at all. InvalidValue for what is no backup, and when the folder holds something;
    DamagedLibrary for a backup whose catalogue is damaged, or that a newer version made."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InvalidValue(
            f"{folder} holds something already, and nothing of it was touched: end what serves it and move it away, "
            "or name another folder with --library"
        )
    part = folder.with_name(f"{folder.name}.part")
    _clear(part)
    part.mkdir(parents=True, mode=0o700)
    try:
        _take_out(backup, part)
        library = _library_in(part, backup)
        count = _proved(library, backup)
        write_through(library)
        if folder.exists():
            folder.rmdir()
        library.rename(folder)
        folder.chmod(0o700)
        return count
    finally:
        _clear(part)


def _take_out(backup: Path, into: Path) -> None:
    if backup.is_dir():
        shutil.copytree(backup, into, ignore=shutil.ignore_patterns(*_OF_A_PROCESS), dirs_exist_ok=True)
    elif backup.is_file() and is_packed(backup):
        unpack(backup, into)
    elif backup.exists():
        raise InvalidValue(f"{backup} is no backup: that is a folder, a .tar or a .zip")
    else:
        raise InvalidValue(f"there is no {backup}")


def _library_in(part: Path, backup: Path) -> Path:
    """The folder that holds the catalogue: what was unpacked, or the one folder in it."""
    for folder in (part, *filter(Path.is_dir, part.iterdir())):
        if (folder / CATALOGUE).is_file():
            return folder
    raise InvalidValue(f"{backup} is no backup: it holds no {CATALOGUE}")


def _proved(library: Path, backup: Path) -> int:
    try:
        catalogue = Catalogue(library / CATALOGUE)
        try:
            if faults := catalogue.faults():
                raise DamagedLibrary(faults[0])
            return len(catalogue.articles())
        finally:
            catalogue.close()
    except DamagedLibrary as error:
        told = str(error).replace(str(library), str(backup))
        raise DamagedLibrary(f"{backup} was not restored: {told}") from error


def write_through(folder: Path) -> None:
    """Return when every file of a folder is on the disk, readable by its owner alone."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _clear(*paths: Path) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def copy_vectors(source: VectorIndex, place: Place) -> None:
    """Make an index of the same vectors in another place."""
    target, keys = VectorIndex(place), source.keys()
    try:
        for at in range(0, len(keys), BATCH_VECTORS):
            part = keys[at : at + BATCH_VECTORS]
            target.take_over(source, part)
    finally:
        target.close()
