"""A folder of files in one file, .tar or .zip, and out again."""

from __future__ import annotations

import os
import tarfile
import zipfile
import zlib
from pathlib import Path

from index.errors import InvalidValue

ENDINGS = (".tar", ".zip")


def is_packed(path: Path) -> bool:
    """Whether a name is that of a file which holds a folder."""
    return path.suffix.lower() in ENDINGS


def pack(folder: Path, into: Path, ending: str) -> None:
    """Put every file of a folder into a new .tar or .zip, which its owner alone can read."""
    names = {path: path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()}
    with os.fdopen(os.open(into, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        if ending == ".zip":
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as zipped:
                for path, name in names.items():
                    zipped.write(path, name)
        else:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for path, name in names.items():
                    tar.add(path, name)
        file.flush()
        os.fsync(file.fileno())


def unpack(file: Path, into: Path) -> None:
    """Take everything out of it into a folder that is there, nothing beside it. InvalidValue for a file that is cut
    off, damaged, or none of the kind."""
    try:
        if file.suffix.lower() == ".zip":
            with zipfile.ZipFile(file) as zipped:
                zipped.extractall(into)
        else:
            with tarfile.open(file, "r:") as tar:
                tar.extractall(into, filter="data")
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InvalidValue(f"{file} cannot be unpacked ({error}): it is cut off, damaged or no backup") from error
