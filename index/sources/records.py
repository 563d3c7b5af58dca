"""Data files of many articles (.jsonl, .json, .csv, .tsv, .parquet) to Articles, one record after the other.

A million lines take no more memory than ten.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import IO, Any

from index.errors import InvalidValue, MissingPart, UnreadableSource
from index.sources.articles import from_record
from index.sources.dates import day_first
from index.sources.decoding import SAMPLE_BYTES, decode, encoding_of
from index.sources.fields import NAMES, fields_of, plain_name, records_in
from index.sources.files import File, read_whole
from index.types import Article, Failure

Loaded = Iterator[Article | Failure]
MAX_LINE_CHARACTERS = 20_000_000  # a longer record is no article, and would be read into memory whole
_NUMBERED = re.compile(r'"(?P<name>\w+)"\s*:\s*"(?P<value>\d{1,2}[/-]\d{1,2}[/-]\d{4})')  # a date in a line of JSON
DELIMITERS = (",", ";", "\t", "|")
csv.field_size_limit(MAX_LINE_CHARACTERS)


def one(source: str, read: Callable[[], Article]) -> Article | Failure:
    """The article, or why there is none."""
    try:
        return read()
    except (UnreadableSource, InvalidValue) as error:
        return Failure(source, str(error))


def lines_of(file: File) -> io.TextIOWrapper:
    """The file as text, read as it is needed, in the encoding that its beginning shows."""
    opened: Any = file.open()
    buffered = opened if hasattr(opened, "peek") and hasattr(opened, "readable") else io.BufferedReader(opened)
    encoding = encoding_of(_beginning(buffered, file), whole=False)
    errors = "newsdesk-cp1252" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(
        buffered, encoding="utf-8-sig" if encoding == "utf-8" else encoding, errors=errors, newline=""
    )


def _beginning(opened: Any, file: File) -> bytes:
    """The first bytes of a file, which stay to be read: from a second look at it where it can be opened twice."""
    if file.mark is None and file.url is None:
        return bytes(opened.peek(1 << 16))
    with file.open() as again:
        return again.read(SAMPLE_BYTES)


def _limited(text: IO[str]) -> Iterator[tuple[int, str | None]]:
    """(number, line) of each line; None in the place of one that is too long."""
    number = 0
    while line := text.readline(MAX_LINE_CHARACTERS):
        number += 1
        if len(line) < MAX_LINE_CHARACTERS or line.endswith("\n"):
            yield number, line
            continue
        while (rest := text.readline(MAX_LINE_CHARACTERS)) and not rest.endswith("\n"):
            pass
        yield number, None


def load_json_lines(file: File, mapping: Mapping[str, str]) -> Loaded:
    """An object a line."""
    order = day_first(_dates_in_lines(file, mapping))
    with lines_of(file) as text:
        for number, line in _limited(text):
            source = f"{file.name}, line {number}"
            if line is None:
                yield Failure(source, f"it is longer than {MAX_LINE_CHARACTERS // 1_000_000} million characters")
            elif line.strip():
                yield one(source, lambda row=line: _record(row, mapping, order))  # type: ignore[misc]


def _dates_in_lines(file: File, mapping: Mapping[str, str]) -> Iterator[str]:
    """What may be dates of day, month and year in numbers, of a file that can be read twice."""
    if file.mark is None and file.url is None:
        return
    name = mapping.get("published", "")
    with lines_of(file) as text:
        for _, line in _limited(text):
            for found in _NUMBERED.finditer(line or ""):
                if not name or found["name"] == name:
                    yield found["value"]


def _record(line: str, mapping: Mapping[str, str], order: bool | None) -> Article:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise UnreadableSource(f"it is not JSON ({error})") from error
    except RecursionError as error:
        raise UnreadableSource("it is not JSON of an article (its brackets stand too deep in each other)") from error
    if not isinstance(value, Mapping):
        raise UnreadableSource("it is not a JSON object")
    return from_record(value, mapping, order)


def load_json(file: File, mapping: Mapping[str, str]) -> Loaded:
    """One object, a list of them, or a list under a key ("articles", "response.results"), as news services give it."""
    try:
        value = json.loads(decode(read_whole(file)))
    except ValueError as error:
        raise UnreadableSource(f"it is not JSON ({error}); one object a line goes into a .jsonl file") from error
    except RecursionError as error:
        raise UnreadableSource("it is not JSON of articles (its brackets stand too deep in each other)") from error
    items = records_in(value) if not mapping else value if isinstance(value, list) else [value]
    objects = [item for item in items if isinstance(item, Mapping)]
    named = mapping.get("published", "")
    order = day_first(item.get(named) or fields_of(item)["published"] for item in objects)
    for number, item in enumerate(items, 1):
        source = f"{file.name}, item {number}"
        if isinstance(item, Mapping):
            yield one(source, lambda record=item: from_record(record, mapping, order))  # type: ignore[misc]
        else:
            yield Failure(source, "it is not a JSON object")


def load_rows(file: File, mapping: Mapping[str, str]) -> Loaded:
    """A table with the names of its columns in the first line; the sign between its cells is read off that line.

    A row with more cells than names is reported and not read: a comma in a text without quotation marks cut it.
    """
    with lines_of(file) as text:
        plain = (line.replace("\x00", "") for _, line in _limited(text) if line is not None)
        first = next(plain, "")
        if told := re.match(r"\ufeff?sep=(.)\s*$", first, re.I):  # what Excel writes for itself
            first = next(plain, "")
        delimiter = told[1] if told else max(DELIMITERS, key=first.count)
        rows = csv.DictReader(chain([first], plain), delimiter=delimiter)
        names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        lowered = {field: column.strip().lower() for field, column in mapping.items()}
        if not has_text_column(names, lowered):
            raise UnreadableSource(no_text_column(names, lowered))
        rows.fieldnames = names
        order = day_first(_dates_in_rows(file, delimiter, names, lowered.get("published", "")))
        try:
            for row in rows:
                source = f"{file.name}, line {rows.line_num + bool(told)}"
                if any(cell.strip() for cell in row.pop(None, ())):
                    reason = (
                        f"it has more cells than the first line names; put a text that holds “{delimiter}” in quotes"
                    )
                    yield Failure(source, reason)
                    continue
                yield one(source, lambda record=row: from_record(record, lowered, order))  # type: ignore[misc]
        except csv.Error as error:
            yield Failure(
                f"{file.name}, line {rows.line_num}", f"it is not CSV ({error}); what stood before it went in"
            )


def has_text_column(names: list[str], mapping: Mapping[str, str]) -> bool:
    """Whether one of a table's columns holds the texts, by the name that was mapped or a usual one."""
    return mapping.get("text", "text") in names or any(plain_name(name) in NAMES["text"] for name in names)


def no_text_column(names: list[str], mapping: Mapping[str, str]) -> str:
    """Why a table cannot be read: no column holds texts."""
    wanted, has = mapping.get("text", "text"), ", ".join(name for name in names if name) or "nothing"
    return (
        f'its first line has no column "{wanted}" (it has: {has}); name the one that holds the text with '
        "--map text=NAME"
    )


def _dates_in_rows(file: File, delimiter: str, names: list[str], column: str) -> Iterator[str]:
    """The dates of a table, of a file that can be read twice."""
    wanted = [at for at, name in enumerate(names) if name == column or plain_name(name) in NAMES["published"]]
    if not wanted or (file.mark is None and file.url is None):
        return
    with lines_of(file) as text:
        for row in csv.reader((line.replace("\x00", "") for _, line in _limited(text) if line), delimiter=delimiter):
            yield from (row[at] for at in wanted if at < len(row))


def load_parquet(file: File, mapping: Mapping[str, str]) -> Loaded:
    """A Parquet table, a few hundred rows at a time (pyarrow)."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise MissingPart("reading .parquet needs pyarrow: pip install '.[parquet]'") from error
    with file.open() as opened:
        source: Any = opened if file.mark else io.BytesIO(read_whole(file))
        try:
            table = parquet.ParquetFile(source)
            names = table.schema_arrow.names
            wanted = set(mapping.values()) | {"id", "title", "headline", "url", "link", "address", "publisher"}
            wanted |= {"source", "sitename", "authors", "author", "byline", "published", "date", "text"}
            number = 0
            for batch in table.iter_batches(batch_size=200, columns=[n for n in names if n in wanted]):
                for row in batch.to_pylist():
                    number += 1
                    where = f"{file.name}, row {number}"
                    yield one(where, lambda record=row: from_record(record, mapping))  # type: ignore[misc]
        except (ArrowException, OSError, ValueError) as error:
            raise UnreadableSource(f"it is not a whole Parquet file ({error})") from error
