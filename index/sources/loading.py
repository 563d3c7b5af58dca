"""A file, a folder, an archive, an address, standard input or Articles themselves to a stream of Articles.

What cannot be read comes as a Failure in the stream and stops nothing. Data files are read line by line: a million
lines take no more memory than ten.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from index.errors import InvalidValue, MissingPart, UnreadableSource
from index.sources import sandbox
from index.sources.articles import from_document, from_markdown, from_record, from_text
from index.sources.decoding import clean, decode
from index.sources.documents import DOCUMENTS
from index.sources.exports import split_export
from index.sources.files import File, Upload, ending_of, file_at, members, read_whole, uploaded
from index.sources.lists import addresses_in, at_addresses, bookmarks_in
from index.sources.options import Loaded, Options, Source
from index.sources.page import MAX_PAGE_BYTES, from_html
from index.sources.parallel import in_order
from index.sources.records import load_json, load_json_lines, load_parquet, load_rows, one
from index.sources.references import load_ris
from index.sources.saved_feeds import load_opml, load_xml
from index.sources.sheets import load_sheets
from index.types import Article, Failure, Passed, Read, SourceItem, Unchanged, Visit

# In a folder these are surely meant as articles, so leaving them out is reported; pictures and code are passed over.
UNREAD_ENDINGS = frozenset(".doc .ppt .pptx .pages .mobi .azw3 .msg .rar .7z .tar .tgz".split())
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
STDIN, STANDARD_INPUT = "-", "standard input"
HOPELESS = 1000  # failures that a file may begin with
REMEMBERED_ADDRESSES = 20_000  # of one data file: an address of many rows is met early, and memory must not grow
TAKEN = "give a path, an address, an Article, a mapping with its fields, a LangChain Document, or a list of those"


def load(source: Source, options: Options = Options()) -> Loaded:
    """Every article of a source. UnreadableSource at once when the source itself is not there, InvalidValue when it is
    nothing that can be read."""
    if isinstance(source, Article):
        return iter((source,))
    if isinstance(source, Mapping) or _is_document(source):
        return iter((_given("the article", source, options),))
    if isinstance(source, str) and is_address(source):
        if options.web is None:
            raise UnreadableSource(f"{source}: addresses are read through Assistant.add")
        return options.web.load(source, options)
    if source == STDIN:
        return _load_file(standard_input(sys.stdin.buffer), options)
    if isinstance(source, Upload):
        _check_ending(source.name)
        return _load_file(uploaded(source), options)
    if isinstance(source, str | Path):
        return _load_path(_checked(source), options)
    if not isinstance(source, Iterable) or isinstance(source, bytes | bytearray):
        raise InvalidValue(f"a {type(source).__name__} cannot be added; {TAKEN}")
    return _load_values(source, options)


def is_address(source: str) -> bool:
    """True for http and https addresses and for anything else that is written like one."""
    return "://" in source and not source.lower().startswith("file://")


def count(source: object) -> int | None:
    """How many articles will come, for a progress bar; None when only reading would tell."""
    if isinstance(source, str) and (is_address(source) or source == STDIN):
        return None
    if isinstance(source, str | Path):
        path = Path(source).expanduser()
        if path.is_dir():
            endings = [ending_of(file.name) for file in _walk(path)]
            return len(endings) if not any(e in MANY for e in endings) else None
        if ending_of(path.name) in MANY:
            with_lines = ending_of(path.name) in (".jsonl", ".ndjson") and path.suffix.lower() != ".gz"
            return _count_lines(path) if with_lines and path.is_file() else None
        return 1
    if isinstance(source, Article | Mapping | Upload) or _is_document(source):
        return 1
    if not isinstance(source, list | tuple) or any(isinstance(one, str | Path | Upload) for one in source):
        return None
    return len(source)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _checked(source: str | Path) -> Path:
    text = str(source)
    if text.lower().startswith("file://"):
        raise UnreadableSource(f"{text}: give the file's path instead of its address")
    path = Path(source).expanduser()
    try:
        there, is_file = path.exists(), path.is_file()
    except (OSError, ValueError) as error:  # a name too long for the file system, or with a NUL in it
        raise UnreadableSource(f"{text[:100]}…: no file can be called that ({error})") from error
    if not there:
        raise UnreadableSource(f"{text}: no such file or folder; give one, an address, or a .jsonl or .csv of articles")
    if is_file:
        _check_ending(text)
    return path


def _check_ending(name: str) -> None:
    if ending_of(name) not in READERS:
        ending = ending_of(name) or "a file without an ending"
        raise UnreadableSource(f"{name}: {ending} is not read; {_known_endings()}")


def _known_endings() -> str:
    return f"these are: {' '.join(sorted(READERS))}, also with .gz behind them"


def _load_values(values: Iterable[Any], options: Options) -> Loaded:
    """What a program gives, one after the other. When its generator raises, what came before goes in all the same."""
    stream = iter(values)
    number = 0
    while not options.stop():
        number += 1
        try:
            value = next(stream)
        except StopIteration:
            return
        except Exception as error:
            yield Failure(f"item {number}", f"what gives the articles raised {type(error).__name__}: {error}")
            return
        if isinstance(value, str | Path | Upload):
            yield from _load_one(value, options)
        elif number == 1 and not _can_be_given(value):
            raise InvalidValue(f"item 1 is a {type(value).__name__}; {TAKEN}")
        else:
            yield _given(f"item {number}", value, options)


def _load_one(source: str | Path | Upload, options: Options) -> Loaded:
    """A path or an address among others: that one of them is not there stops nothing."""
    try:
        yield from load(source, options)
    except UnreadableSource as error:
        yield Failure(str(source.name if isinstance(source, Upload) else source), str(error))


def _can_be_given(value: object) -> bool:
    return isinstance(value, Article | Failure | Read | Unchanged | Mapping) or _is_document(value)


def _given(name: str, value: Any, options: Options) -> SourceItem:
    """What a program gives as an article, or why it is none."""
    if isinstance(value, Article | Failure | Read | Unchanged):
        return value
    if _is_document(value):
        return one(name, lambda: from_document(value, options.mapping))
    if isinstance(value, Mapping):
        return one(name, lambda: from_record(value, options.mapping))
    return Failure(name, f"it is a {type(value).__name__}; {TAKEN}")


def _is_document(value: object) -> bool:
    return isinstance(getattr(value, "page_content", None), str) and isinstance(
        getattr(value, "metadata", None), Mapping
    )


def _load_path(path: Path, options: Options) -> Loaded:
    if not path.is_dir():
        yield from _load_at(path, options)
        return
    yield from in_order((_task(file, options) for file in _walk(path)), options.jobs, options.stop)


def _task(path: Path, options: Options) -> Callable[[], Iterable[SourceItem]]:
    ending = ending_of(path.name)
    if ending in MANY:
        return lambda: _load_at(path, options)  # streams, in the caller's thread
    if ending in READERS:
        return lambda: list(_load_at(path, options))
    if ending in UNREAD_ENDINGS:
        return lambda: (Failure(str(path), f"{ending} is not read; {_known_endings()}"),)
    return lambda: (_passed(str(path), ending),)


def _passed(name: str, ending: str) -> Passed:
    return Passed(name, f"{ending or 'a file without an ending'} is not read")


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below, in order of name; hidden ones, and programs' own ("__init__.py"), are none that a person sees
    there, and links out of the folder are not followed."""
    for here, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(here) / name
            if not name.startswith((".", "__")) and (
                not file.is_symlink() or file.resolve().is_relative_to(folder.resolve())
            ):
                yield file


def _load_at(path: Path, options: Options) -> Loaded:
    try:
        file = file_at(path)
    except (OSError, UnreadableSource) as error:
        yield Failure(str(path), f"it cannot be read ({getattr(error, 'strerror', None) or error})")
        return
    yield from _load_file(file, options)


def _load_file(file: File, options: Options) -> Loaded:
    """The articles of a file; one that gave an article before and has not changed since is not read again."""
    single = file.ending not in MANY and file.url is not None and file.mark is not None
    visit = options.known(str(file.url)) if single else None
    origin = file.url or ("" if file.name.startswith(STANDARD_INPUT) else file.name)  # what is piped has no name
    if visit and visit.mark == file.mark:
        yield Unchanged(visit.article_id)
        return
    apart = file.ending in PARSED
    items: Iterable[SourceItem] = sandbox.read(file, options) if apart else read_file(file, options)
    items = _unless_hopeless(file.name, told(file.name, items))
    if single:
        found = list(items)
        single, items = len(found) == 1, iter(found)  # an export of many stories is read anew each time
    for item in items:
        if not isinstance(item, Article):
            yield item
        elif single:
            yield Read(item, Visit(str(file.url), item.id, mark=file.mark), str(file.url))
        else:
            yield Read(item, None, origin) if origin else item


def _unless_hopeless(name: str, items: Iterable[SourceItem]) -> Loaded:
    """The items, until so many from the beginning are failures that this is no file of articles."""
    failures, hopeless = 0, True
    for item in items:
        yield item
        hopeless = hopeless and isinstance(item, Failure)
        failures += hopeless and not isinstance(item, Passed)
        if failures == HOPELESS:
            yield Failure(name, f"none of its first {HOPELESS:,} is an article; the rest is not read")
            return


def read_file(file: File, options: Options) -> Loaded:
    """The articles of a file, read in this process."""
    yield from READERS[file.ending](file, options)


def told(name: str, items: Iterable[SourceItem]) -> Loaded:
    """The items; when reading them fails, why, as a Failure of this name at their end."""
    try:
        yield from items
    except (UnreadableSource, InvalidValue, MissingPart) as error:
        yield Failure(name, str(error))
    except (OSError, EOFError) as error:
        yield Failure(name, f"it cannot be read ({getattr(error, 'strerror', None) or error})")
    except MemoryError:
        yield Failure(name, f"reading it takes more than {sandbox.MOST_MEMORY // sandbox.MB:,} MB of memory")
    except Exception as error:  # a parser met what nobody foresaw: one bad file never stops a run
        yield Failure(name, f"it could not be read ({type(error).__name__}: {error})")


def _load_text(file: File, options: Options) -> Loaded:
    """An article, or what stands at the addresses of a list."""
    text = clean(decode(read_whole(file)))
    if addresses := addresses_in(text):
        yield from at_addresses(addresses, file, options)
    else:
        yield from split_export(from_text(text, name=file.stem, url=file.url), file)


def _load_markdown(file: File, _: Options) -> Loaded:
    yield from_markdown(decode(read_whole(file)), name=file.stem, url=file.url)


_SAVED_FROM = re.compile(
    rb"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://[^\s>]+)", re.I
)


def _load_html(file: File, options: Options) -> Loaded:
    """A page, under its own address, the one it was saved from, or the file's; or what a browser's bookmarks name."""
    data = read_whole(file, MAX_PAGE_BYTES)
    if addresses := bookmarks_in(decode(data)):
        yield from at_addresses(addresses, file, options)
        return
    saved = _SAVED_FROM.search(data[:5000])
    url = saved[1].decode("ascii", "replace") if saved else None
    article = from_html(data, name=file.stem, url=url, fetched=url is not None)
    yield article if article.url else from_html(data, name=file.stem, url=file.url)


def _load_document(file: File, _: Options) -> Loaded:
    yield from DOCUMENTS[file.ending](read_whole(file), file)


def _load_archive(file: File, options: Options) -> Loaded:
    """The files in an archive; an archive in an archive is not opened."""
    for member in members(file):
        if options.stop():
            return
        if member.ending == ".zip" or member.ending in UNREAD_ENDINGS:
            yield Failure(member.name, f"{member.ending} inside an archive is not read; unpack it first")
        elif member.ending in READERS:
            yield from _load_file(member, options)
        else:
            yield _passed(member.name, member.ending)


def standard_input(stream: IO[bytes]) -> File:
    """What comes on standard input, its form told by its beginning."""
    peek: Any = getattr(stream, "peek", None)
    return File(STANDARD_INPUT, "", _form(bytes(peek(1 << 16)) if peek else b""), lambda: stream)


def _form(head: bytes) -> str:
    """The ending that fits the beginning of a file."""
    for mark, ending in ((b"%PDF", ".pdf"), (b"{\\rtf", ".rtf"), (b"PAR1", ".parquet")):
        if head.startswith(mark):
            return ending
    if head.startswith(b"PK\x03\x04"):
        inside = (
            (b"word/", ".docx"),
            (b"application/epub+zip", ".epub"),
            (b"opendocument.text", ".odt"),
            (b"opendocument.spreadsheet", ".ods"),
            (b"xl/", ".xlsx"),
        )
        return next((ending for mark, ending in inside if mark in head[:4096]), ".zip")
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if plain.startswith(b"{"):
        return ".jsonl" if plain.partition(b"\n")[0].rstrip().endswith(b"}") or b"\n" not in plain else ".json"
    if plain.startswith(b"["):
        return ".json"
    if plain.startswith(b"---"):
        return ".md"
    return ".html" if plain[:1] == b"<" else ".txt"


def _records(load_them: Callable[[File, Mapping[str, str]], Iterator[Article | Failure]]) -> Callable[..., Loaded]:
    return lambda file, options: _own_addresses(load_them(file, options.mapping))


def _own_addresses(items: Iterable[Article | Failure]) -> Loaded:
    """Records whose addresses are their own: one that stands at several titles (a section's page, a live ticker's) is
    no article's, and would have each row overwrite the one before it."""
    titles: dict[str, str] = {}
    for item in items:
        if isinstance(item, Article) and item.url:
            if titles.get(item.url, item.title) != item.title:
                made = Article(url=item.url, text=item.text).id == item.id
                yield replace(item, url=None, id="" if made else item.id)
                continue
            if len(titles) < REMEMBERED_ADDRESSES:
                titles[item.url] = item.title
        yield item


READERS: dict[str, Callable[[File, Options], Loaded]] = {
    ".txt": _load_text,
    ".text": _load_text,
    ".md": _load_markdown,
    ".markdown": _load_markdown,
    ".html": _load_html,
    ".htm": _load_html,
    ".xhtml": _load_html,
    ".jsonl": _records(load_json_lines),
    ".ndjson": _records(load_json_lines),
    ".json": _records(load_json),
    ".csv": _records(load_rows),
    ".tsv": _records(load_rows),
    ".parquet": _records(load_parquet),
    **dict.fromkeys(SHEETS, _records(load_sheets)),
    ".zip": _load_archive,
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), load_xml),
    ".opml": load_opml,
    ".ris": load_ris,
    **dict.fromkeys(DOCUMENTS, _load_document),
}
MANY = frozenset(
    (
        ".jsonl",
        ".ndjson",
        ".json",
        ".csv",
        ".tsv",
        ".parquet",
        ".zip",
        ".epub",
        ".eml",
        ".mbox",
        ".xml",
        ".rss",
        ".atom",
        ".rdf",
        ".opml",
        ".ris",
        *SHEETS,
    )
)
PARSED = MANY - {".jsonl", ".ndjson", ".csv", ".tsv", ".zip"} | {".html", ".htm", ".xhtml", *DOCUMENTS}  # in a sandbox
