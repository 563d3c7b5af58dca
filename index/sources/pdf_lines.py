"""The lines of a PDF's pages to the paragraphs they were set from: running heads out, columns one after the other,
lines joined, words mended that were divided at a line's end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Any

from index.sources.dates import DAY

EDGE_LINES = 3  # of a page, in which a running head or foot stands
COLUMN_GAP, LEAST_COLUMN_LINES, LEAST_COLUMN_LENGTH = 90, 4, 15  # points between the left edges; lines; letters a line
FULL_LINE = 0.85  # of the usual width: a line that goes on although the next begins with a capital
_DIVIDED = re.compile(r"([^\W\d_]+)-$")
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_HEAD = re.compile(rf"^By:? [A-Z]|{DAY}$", re.M)  # a byline, or a line that ends with a day: no part of a sentence
# First halves of words that keep their hyphen wherever it stands.
_COMPOUND = frozenset(
    "all anti cease co cross east ex far five four full half high ill left long low mid multi near new non north old "
    "one part post pre pro right self semi short six so south state ten three two vice well west "
    "work world year".split()
)


def page_lines(page: Any) -> list[str]:
    """The lines of a page (pypdf), those of columns that were written across put in the order they are read in."""
    pieces: list[tuple[float, str]] = []

    def note(text: str, outer: Any, matrix: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            pieces.append((matrix[4] + outer[4], text.strip()))

    whole = page.extract_text(visitor_text=note)
    lines = [line.rstrip() for line in whole.strip().split("\n")]
    return by_columns(pieces) or lines


def by_columns(pieces: Sequence[tuple[float, str]]) -> list[str]:
    """The lines column by column; [] when the page's lines do not go to and fro between columns of text."""
    edges = Counter(round(x / 5) * 5 for x, _ in pieces)
    columns = sorted(x for x, count in edges.items() if count >= LEAST_COLUMN_LINES)
    if len(columns) < 2 or any(b - a < COLUMN_GAP for a, b in pairwise(columns)):
        return []
    of = [max((n for n, edge in enumerate(columns) if x >= edge - 5), default=0) for x, _ in pieces]
    crossings = sum(a != b for a, b in pairwise(of))
    texts = [[text for n, (_, text) in zip(of, pieces, strict=True) if n == at] for at in range(len(columns))]
    long = all(sum(map(len, column)) / len(column) >= LEAST_COLUMN_LENGTH for column in texts)
    open_ended = all(sum(not _ENDED.search(line) for line in column) > len(column) / 2 for column in texts)
    if crossings < 2 * len(columns) or not long or not open_ended:  # a table's rows are read across
        return []
    return [line for column in texts for line in column]


def without_running_heads(pages: Sequence[list[str]]) -> list[list[str]]:
    """The pages without the lines at their edges that stand on most of them, page numbers aside."""
    if len(pages) < 2:
        return list(pages)

    def edges(lines: list[str]) -> set[int]:
        return {*range(min(EDGE_LINES, len(lines))), *range(max(0, len(lines) - EDGE_LINES), len(lines))}

    seen = Counter(said for lines in pages for said in {_unnumbered(lines[at]) for at in edges(lines)} if said)
    least = max(2, (len(pages) + 1) // 2)
    return [
        [line for at, line in enumerate(lines) if at not in edges(lines) or seen[_unnumbered(line)] < least]
        for lines in pages
    ]


def _unnumbered(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()).lower())


def joined(lines: Sequence[str]) -> str:
    """The lines as paragraphs, a line each."""
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[ceil(0.9 * (len(lengths) - 1))] if lengths else 0
    text, last = "", ""
    for line in lines:
        said = line.strip()
        if last and said and (divided := _DIVIDED.search(last)) and said[0].islower():
            text = text if divided[1].lower() in _COMPOUND else text[:-1]
            text += said
        elif last and said and _goes_on(last, said, width):
            text += f" {said}"
        else:
            text += f"\n{said}" if text else said
        last = said
    return text.strip()


def _goes_on(line: str, following: str, width: int) -> bool:
    if following.startswith(("http://", "https://", "www.")):
        return False
    if following[0].islower():
        return True
    return len(line) >= FULL_LINE * width and not _ENDED.search(line) and not _HEAD.search(f"{line}\n{following}")


def goes_on_overleaf(page: str, following: str) -> bool:
    """True when a sentence that a page leaves open is ended by the next page."""
    return bool(page) and following[:1].islower() and not _ENDED.search(page)
