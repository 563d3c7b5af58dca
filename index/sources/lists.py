"""Lists of addresses: a text with one on each line, a browser's bookmarks, the feeds of an OPML file.

A list is no article: what stands at its addresses is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.errors import UnreadableSource
from index.sources.files import File
from index.sources.options import Loaded, Options
from index.sources.xml import local, tree
from index.types import Failure

_ADDRESS = re.compile(r"https?://[^\s<>\"]+$", re.I)
_BOOKMARK = re.compile(r"<A\s[^>]*?HREF=[\"'](https?://[^\"']+)[\"']", re.I)
BOOKMARKS = "NETSCAPE-Bookmark-file"


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses of a text that holds nothing else, but for comments behind "#"; () when it holds more."""
    lines = [said for line in text.split("\n") if (said := line.strip().strip("<>-*• ")) and not said.startswith("#")]
    return tuple(dict.fromkeys(lines)) if lines and all(map(_ADDRESS.match, lines)) else ()


def bookmarks_in(page: str) -> tuple[str, ...]:
    """The addresses of a browser's exported bookmarks; () for any other page."""
    return tuple(dict.fromkeys(_BOOKMARK.findall(page))) if BOOKMARKS in page[:500] else ()


def feeds_in(data: bytes) -> tuple[str, ...]:
    """The addresses of the feeds in an OPML file. UnreadableSource when it holds none."""
    root = tree(data)
    named = (element.get("xmlUrl") or element.get("xmlurl") for element in root.iter() if local(element) == "outline")
    feeds = tuple(dict.fromkeys(said for one in named if one and _ADDRESS.match(said := one.strip())))
    if local(root).lower() != "opml" or not feeds:
        raise UnreadableSource("it names no feeds")
    return feeds


def at_addresses(addresses: Iterable[str], file: File, options: Options) -> Loaded:
    """What stands at the addresses of a list."""
    for address in addresses:
        if options.stop():
            return
        if options.web is None:
            yield Failure(f"{file.name}, {address}", "it is an address in a list, and nothing is fetched here")
        else:
            yield from options.web.load(address, options)
