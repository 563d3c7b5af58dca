"""XML from strangers to a tree: no entities, no references outwards, nothing that unfolds."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from index.errors import UnreadableSource

_ENTITY = re.compile(rb"<!ENTITY", re.I)
MAX_DEPTH = 200


def refuse_entities(data: bytes) -> None:
    """UnreadableSource when XML declares entities: a few lines of them unfold to gigabytes or read local files."""
    if _ENTITY.search(data) or _ENTITY.search(data[:1_000_000].replace(b"\x00", b"")):  # UTF-16 has NULs in between
        raise UnreadableSource("it declares XML entities, which no article needs and which can unfold without end")


def tree(data: bytes) -> ElementTree.Element:
    """The root of an XML document. UnreadableSource when it is not well-formed, too deep, or declares entities."""
    refuse_entities(data)
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    depth = 0
    root: ElementTree.Element | None = None
    try:
        for at in range(0, len(data), 1 << 16):
            parser.feed(data[at : at + (1 << 16)])
            for event, element in parser.read_events():
                if root is None:
                    root = element
                depth += 1 if event == "start" else -1
                if depth > MAX_DEPTH:
                    raise UnreadableSource(f"its elements stand in each other more than {MAX_DEPTH} deep")
        parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableSource(f"it is not well-formed XML ({error})") from error
    if root is None:
        raise UnreadableSource("it is not well-formed XML (it is empty)")
    return root


def local(element: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: ElementTree.Element) -> str:
    """All text in an element, white space folded."""
    return " ".join("".join(element.itertext()).split())
