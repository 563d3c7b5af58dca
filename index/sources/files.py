"""A file, a member of an archive, or standard input: opened to bytes, within limits.

Nothing of an archive is written to disk, so that a member called "../../etc/passwd" is only a name.
"""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from index.errors import UnreadableSource
from index.sources.decoding import clean

MAX_FILE_BYTES = 50_000_000  # of a single-article file: a longer one is a data file under a wrong name
MAX_RATIO, RATIO_FROM_BYTES = 200, 20_000_000  # text shrinks 3 to 10 times; 200, beyond 20 MB, only a bomb
MAX_MEMBERS = 50_000  # of an archive
MAX_UNPACKED_BYTES = 4_000_000_000  # of an archive's members together
LONGEST_NAME = 200  # characters shown


@dataclass(frozen=True, slots=True)
class File:
    """Something to read. name: shown to people. stem: the title of last resort. ending: lower case, ".jsonl" of
    "news.jsonl.gz" too. url: its address, None when it has none that lasts. mark: changes when the file does.
    path: where it lies as it is, None when it is packed or lies nowhere."""

    name: str
    stem: str
    ending: str
    open: Callable[[], IO[bytes]]
    url: str | None = None
    mark: str | None = None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent, and that lies on disk for a moment only: it goes by its name, and has no address."""

    path: Path
    name: str


def ending_of(name: str) -> str:
    """The ending that says how to read a file: ".jsonl" of "news.jsonl.gz" too."""
    path = PurePosixPath(name.replace("\\", "/"))
    ending = path.suffix.lower()
    return PurePosixPath(path.stem).suffix.lower() if ending == ".gz" else ending


def _stem(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    stem = PurePosixPath(path.stem).stem if path.suffix.lower() == ".gz" else path.stem
    return clean(stem)[:LONGEST_NAME]


def file_at(path: Path) -> File:
    """A file on disk."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # reading a pipe or a device may never end
        raise UnreadableSource("it is not a regular file")
    return File(
        str(path),
        _stem(path.name),
        ending_of(path.name),
        (lambda: _unpacked(path)) if path.suffix.lower() == ".gz" else (lambda: path.open("rb")),
        path.resolve().as_uri(),
        f"{found.st_size}-{found.st_mtime_ns}",
        None if path.suffix.lower() == ".gz" else path,
    )


def uploaded(upload: Upload) -> File:
    """A file that was sent."""
    packed = upload.name.lower().endswith(".gz")
    return File(
        upload.name,
        _stem(upload.name),
        ending_of(upload.name),
        (lambda: _unpacked(upload.path)) if packed else (lambda: upload.path.open("rb")),
        path=None if packed else upload.path,
    )


class _Guarded(io.RawIOBase):
    """Bytes of a packed file as they unpack; UnreadableSource once they are far more than text can be."""

    def __init__(self, inner: IO[bytes], packed: Callable[[], int], close: Callable[[], None]) -> None:
        self._inner = inner
        self._packed = packed
        self._close = close
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._inner.read(len(buffer))
        buffer[: len(piece)] = piece
        self._read += len(piece)
        if self._read > RATIO_FROM_BYTES and self._read > MAX_RATIO * max(1, self._packed()):
            raise UnreadableSource(f"it unpacks to more than {MAX_RATIO} times its size: a decompression bomb")
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            self._close()
        super().close()


def _unpacked(path: Path) -> IO[bytes]:
    packed = path.open("rb")
    inner = cast(IO[bytes], gzip.GzipFile(fileobj=packed))
    return cast(IO[bytes], io.BufferedReader(_Guarded(inner, packed.tell, packed.close), 1 << 16))


def read_whole(file: File, most: int = MAX_FILE_BYTES) -> bytes:
    """All of a single-article file; UnreadableSource when it is larger than `most` bytes."""
    with file.open() as opened:
        data = opened.read(most + 1)
    if len(data) > most:
        raise UnreadableSource(f"it is larger than {most // 1_000_000} MB, which no single article is")
    return data


def members(file: File) -> Iterator[File]:
    """The files in a zip archive, in its order. UnreadableSource for a bomb, a lock, or what is no archive."""
    source = io.BytesIO(read_whole(file)) if file.mark is None else file.open()
    with source, opened_zip(source) as archive:
        for info in archive.infolist():
            name = clean(info.filename)
            hidden = any(part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in name.split("/"))
            if info.is_dir() or hidden:
                continue
            shown = f"{file.name}, {name[:LONGEST_NAME]}"
            url = f"{file.url}#{name}" if file.url else None
            yield File(shown, _stem(name), ending_of(name), _opener(archive, info, name), url)


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        try:
            inner = archive.open(info)
        except (RuntimeError, NotImplementedError) as error:  # locked with a password, or packed in a rare way
            raise UnreadableSource(f"it cannot be unpacked ({error})") from error
        if name.lower().endswith(".gz"):
            packed = gzip.GzipFile(fileobj=inner)
            return cast(
                IO[bytes], io.BufferedReader(_Guarded(cast(IO[bytes], packed), inner.tell, inner.close), 1 << 16)
            )
        return inner

    return opened


def opened_zip(source: IO[bytes]) -> zipfile.ZipFile:
    """A zip archive whose members, as it declares them, stay within the limits; zipfile reads no more than declared."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableSource(f"it is not a whole zip archive ({error})") from error
    infos = archive.infolist()
    size, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if len(infos) > MAX_MEMBERS:
        raise UnreadableSource(f"it holds {len(infos):,} files; {MAX_MEMBERS:,} is the most")
    if size > MAX_UNPACKED_BYTES or (size > RATIO_FROM_BYTES and size > MAX_RATIO * max(1, packed)):
        raise UnreadableSource(f"it would unpack from {packed:,} to {size:,} bytes: a decompression bomb")
    # members that lie over each other are counted once each, but packed sizes cannot add up to more than the file
    end = source.seek(0, io.SEEK_END)
    if packed > end:
        raise UnreadableSource("its members lie over each other: a decompression bomb")
    return archive
