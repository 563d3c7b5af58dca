"""Reference lists in RIS, as Zotero, EndNote and databases export them: each entry an article.

Its text is the attachment that lies beside the list, else the abstract, else what stands at its address.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from index.errors import UnreadableSource
from index.sources.articles import from_text
from index.sources.dates import parse_date
from index.sources.decoding import decode
from index.sources.documents import DOCUMENTS
from index.sources.fields import without_markup
from index.sources.files import File, file_at, read_whole
from index.sources.lists import at_addresses
from index.sources.options import Loaded, Options
from index.sources.page import from_html
from index.types import Article, Failure

Entry = dict[str, list[str]]
_FIELD = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
LEAST_WORDS = 20


def load_ris(file: File, options: Options) -> Loaded:
    """The entries of a list. An entry without text or address is named."""
    entries = list(_entries(decode(read_whole(file))))
    if not entries:
        raise UnreadableSource("it is no list of references in RIS")
    for number, entry in enumerate(entries, 1):
        place = f"{file.name}, entry {number}"
        known = _known(entry)
        text = without_markup(_first(entry, "AB", "N2") or "")
        if attached := _attached(entry, file):
            yield replace(attached, **{k: v for k, v in known.items() if v})
        elif len(text.split()) >= LEAST_WORDS or (text and not known["url"]):
            yield from_text(text, **known)
        elif known["url"] and options.web:
            yield from at_addresses((str(known["url"]),), file, options)
        else:
            yield Failure(place, "it names an article but holds no text of it")


def _entries(text: str) -> Iterator[Entry]:
    entry: Entry = defaultdict(list)
    last = ""
    for line in text.split("\n"):
        if match := _FIELD.match(line.strip("\ufeff\r")):
            last, value = match[1], match[2].strip()
            if last == "ER":
                if entry:
                    yield entry
                entry, last = defaultdict(list), ""
            else:
                entry[last].append(value)
        elif last and line.strip():
            entry[last][-1] += f"\n{line.strip()}"
    if len(entry) > 2:
        yield entry


def _first(entry: Entry, *tags: str) -> str | None:
    return next((value for tag in tags for value in entry.get(tag, ()) if value), None)


def _known(entry: Entry) -> dict[str, Any]:
    link = _first(entry, "UR", "L2") or ""
    return {
        "title": _first(entry, "TI", "T1", "CT") or "",
        "url": link if link.startswith("http") else None,
        "publisher": _first(entry, "T2", "JO", "JF", "JA", "PB"),
        "authors": tuple(_name(value) for tag in ("AU", "A1") for value in entry.get(tag, ())),
        "published": parse_date((_first(entry, "DA", "Y1", "PY") or "").strip("/")),
    }


def _name(value: str) -> str:
    """ "Talbot, Mira" as it is said: "Mira Talbot"."""
    last, comma, first = value.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else value.strip()


def _attached(entry: Entry, file: File) -> Article | None:
    """The article of the first attachment that lies in the list's own folder or below and can be read."""
    if not (file.url and file.mark):
        return None
    folder = Path(unquote(urlsplit(file.url).path)).parent
    for said in (value for tag in ("L1", "L4", "L2") for value in entry.get(tag, ())):
        path = (folder / unquote(said.removeprefix("file://"))).resolve()
        if said.startswith("http") or not path.is_relative_to(folder) or not path.is_file():
            continue
        found = file_at(path)
        if found.ending in DOCUMENTS:
            read = next(iter(DOCUMENTS[found.ending](read_whole(found), found)), None)
            if isinstance(read, Article):
                return replace(read, id="", url=None)
        if found.ending in (".html", ".htm"):
            return replace(from_html(read_whole(found), name=found.stem), id="")
    return None
