"""A file, a folder, a data file or Articles themselves to a stream of Articles.

What cannot be read comes as a Failure in the stream and stops nothing. Data files are read line by line: a million
lines take no more memory than ten.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from index import extraction
from index.errors import InvalidValue, UnreadableSource
from index.types import Article, Failure

Loaded = Iterator[Article | Failure]
MAX_FILE_BYTES = 50_000_000  # of a single-article file: a longer one is a data file under a wrong name
# In a folder these are surely meant as articles, so leaving them out is reported; pictures and code are passed over.
DOCUMENTS = frozenset(".pdf .doc .docx .odt .rtf .epub .eml .parquet .xls .xlsx .zip .mbox".split())
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def load(source: str | Path | Article | Iterable[Article | Mapping[str, Any]]) -> Loaded:
    """Every article of a source. UnreadableSource at once when the source itself is not there."""
    if isinstance(source, Article):
        return iter((source,))
    if isinstance(source, str | Path):
        return _load_path(_checked(source))
    return _load_values(source)


def count(source: object) -> int | None:
    """How many articles will come, for a progress bar; None when only reading would tell."""
    if isinstance(source, str | Path):
        path = Path(source).expanduser()
        if path.is_dir():
            files = [file for file in _walk(path) if _ending(file) in READERS]
            return len(files) if not any(_ending(file) in DATA_FILES for file in files) else None
        if _ending(path) in DATA_FILES:
            with_lines = _ending(path) in (".jsonl", ".ndjson") and path.suffix.lower() != ".gz" and path.exists()
            return _count_lines(path) if with_lines else None
        return 1
    return len(source) if isinstance(source, list | tuple) else None


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _checked(source: str | Path) -> Path:
    text = str(source)
    if text.startswith(("http://", "https://")):
        raise UnreadableSource(f"{text}: addresses are not read yet; save the page as .html and add the file")
    path = Path(source).expanduser()
    if not path.exists():
        raise UnreadableSource(f"{text}: no such file or folder; give one, or a .jsonl or .csv file of articles")
    if path.is_file() and _ending(path) not in READERS:
        raise UnreadableSource(f"{text}: {_ending(path) or 'a file without an ending'} is not read; {_known_endings()}")
    return path


def _known_endings() -> str:
    return f"these are: {' '.join(sorted(READERS))}, also with .gz behind them"


def _ending(path: Path) -> str:
    """The ending that says how to read a file: ".jsonl" of "news.jsonl.gz" too."""
    ending = path.suffix.lower()
    return Path(path.stem).suffix.lower() if ending == ".gz" else ending


def _load_values(values: Iterable[Article | Mapping[str, Any]]) -> Loaded:
    for number, value in enumerate(values, 1):
        if isinstance(value, Article | Failure):
            yield value
        elif isinstance(value, Mapping):
            yield from _one(f"item {number}", lambda record=value: extraction.from_record(record))  # type: ignore[misc]
        else:
            raise InvalidValue(
                f"item {number} is a {type(value).__name__}; give Articles, or mappings with their fields"
            )


def _one(source: str, read: Callable[[], Article]) -> Loaded:
    """The article, or why there is none."""
    try:
        yield read()
    except (UnreadableSource, InvalidValue) as error:
        yield Failure(source, str(error))
    except OSError as error:
        yield Failure(source, f"it cannot be opened ({error.strerror or error})")


def _load_path(path: Path) -> Loaded:
    if path.is_dir():
        for file in _walk(path):
            if _ending(file) in READERS:
                yield from _load_file(file)
            elif _ending(file) in DOCUMENTS:
                yield Failure(str(file), f"{_ending(file)} is not read; {_known_endings()}")
    else:
        yield from _load_file(path)


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below, in order of name; hidden ones and links out of the folder are passed over."""
    for here, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(here) / name
            if not name.startswith(".") and (not file.is_symlink() or file.resolve().is_relative_to(folder.resolve())):
                yield file


def _load_file(path: Path) -> Loaded:
    try:
        yield from READERS[_ending(path)](path)
    except UnreadableSource as error:
        yield Failure(str(path), str(error))
    except (OSError, EOFError) as error:
        yield Failure(str(path), f"it cannot be read ({getattr(error, 'strerror', None) or error})")
    except Exception as error:  # a parser met what nobody foresaw: one bad file never stops a run
        yield Failure(str(path), f"it could not be read ({type(error).__name__}: {error})")


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def _read_whole(path: Path) -> bytes:
    with _open(path) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableSource(f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB, which no single article is")
    return data


def _stem(path: Path) -> str:
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def _load_text(path: Path) -> Loaded:
    text = extraction.decode(_read_whole(path))
    yield extraction.from_text(text, name=_stem(path), url=path.resolve().as_uri())


def _load_markdown(path: Path) -> Loaded:
    text = extraction.decode(_read_whole(path))
    yield extraction.from_markdown(text, name=_stem(path), url=path.resolve().as_uri())


def _load_html(path: Path) -> Loaded:
    article = extraction.from_html(_read_whole(path), name=_stem(path))
    yield (
        article
        if article.url
        else extraction.from_html(_read_whole(path), name=_stem(path), url=path.resolve().as_uri())
    )


def _lines(path: Path) -> io.TextIOWrapper:
    """The file as text, read as it is needed; bytes that are not UTF-8 show as U+FFFD."""
    return io.TextIOWrapper(_open(path), encoding="utf-8-sig", errors="replace", newline="")


def _load_json_lines(path: Path) -> Loaded:
    with _lines(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield from _one(f"{path}, line {number}", lambda row=line: _record(row))  # type: ignore[misc]


def _record(line: str) -> Article:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise UnreadableSource(f"it is not JSON ({error})") from error
    if not isinstance(value, Mapping):
        raise UnreadableSource("it is not a JSON object")
    return extraction.from_record(value)


def _load_json(path: Path) -> Loaded:
    try:
        value = json.loads(extraction.decode(_read_whole(path)))
    except ValueError as error:
        raise UnreadableSource(f"it is not JSON ({error}); one object a line goes into a .jsonl file") from error
    items = value if isinstance(value, list) else [value]
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            yield from _one(f"{path}, item {number}", lambda record=item: extraction.from_record(record))  # type: ignore[misc]
        else:
            yield Failure(f"{path}, item {number}", "it is not a JSON object")


def _load_rows(path: Path) -> Loaded:
    delimiter = "\t" if _ending(path) == ".tsv" else ","
    with _lines(path) as file:
        rows = csv.DictReader((line.replace("\x00", "") for line in file), delimiter=delimiter)
        names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        if "text" not in names:
            raise UnreadableSource(f'its first line has no column "text" (it has: {", ".join(names) or "nothing"})')
        rows.fieldnames = names
        try:
            for row in rows:
                yield from _one(f"{path}, line {rows.line_num}", lambda record=row: extraction.from_record(record))  # type: ignore[misc]
        except csv.Error as error:
            yield Failure(f"{path}, line {rows.line_num}", f"it is not CSV ({error}); what stood before it went in")


READERS: dict[str, Callable[[Path], Loaded]] = {
    ".txt": _load_text,
    ".text": _load_text,
    ".md": _load_markdown,
    ".markdown": _load_markdown,
    ".html": _load_html,
    ".htm": _load_html,
    ".xhtml": _load_html,
    ".jsonl": _load_json_lines,
    ".ndjson": _load_json_lines,
    ".json": _load_json,
    ".csv": _load_rows,
    ".tsv": _load_rows,
}
DATA_FILES = frozenset((".jsonl", ".ndjson", ".json", ".csv", ".tsv"))
