"""The measure of the check: true and falsified statements about the sample articles, and how many of them it marks.

tests/statements.jsonl holds a statement a line: the article it is about (its file's name), its kind ("true", or how it
was falsified) and its text. The true ones are paraphrases. Articles are halved by their place in the alphabet: the
check was tuned on those at even places (from 0), never on the others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.citations import check
from assistant.support import Checker
from index.library import Library
from index.types import Filter, Hit

FILE = Path(__file__).parent / "statements.jsonl"
KINDS = ("number", "name", "date", "negation", "swapped actor", "invented")
PARTS = ("tuned on", "not tuned on", "fresh")


@dataclass(frozen=True)
class Row:
    """A statement, the part it is counted in (one of PARTS), and whether it was marked when it cites its article, or nothing."""

    article: str
    kind: str
    text: str
    part: str
    marked_cited: bool
    marked_uncited: bool
    problem: str


def rows(library: Library) -> list[Row]:
    """Every statement checked twice: citing its own article's passages, and citing nothing among all articles'."""
    known: dict[str, NDArray[np.float32]] = {}

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        """The library's vectors, each text encoded once: 300 statements are held against the same evidence."""
        new = list(dict.fromkeys(text for text in texts if text not in known))
        if new:
            known.update(zip(new, library.encoder.encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    checker = Checker(lru_cache(maxsize=None)(library.stems), encode)
    passages = {name: _passages(library, name) for name in _names(library)}
    everything = [hit for hits in passages.values() for hit in hits]
    halves = {name: PARTS[place % 2] for place, name in enumerate(sorted(passages))}
    out = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        own = passages[given["article"]]
        cited = check(given["text"] + " " + "".join(f"[{n}]" for n in range(1, len(own) + 1)), own, checker)
        uncited = check(given["text"], everything, checker)
        out.append(
            Row(
                given["article"],
                given["kind"],
                given["text"],
                given.get("part") or halves[given["article"]],
                not all(s.supported for s in cited.statements),
                not all(s.supported for s in uncited.statements),
                "; ".join(s.problem for s in cited.statements),
            )
        )
    return out


def _names(library: Library) -> dict[str, str]:
    return {Path(article.url or "").name: article.id for article in library.articles()}


def _passages(library: Library, name: str) -> Sequence[Hit]:
    article = library.article(_names(library)[name])
    hits = library.by_words(article.text, 50, Filter(article_ids=(article.id,)))
    return sorted(hits, key=lambda hit: hit.passage.start)


def marked(of: Sequence[Row], *, uncited: bool = False) -> float:
    """The share of these that the check marks."""
    return sum(row.marked_uncited if uncited else row.marked_cited for row in of) / len(of)


def table(of: Sequence[Row]) -> str:
    """The shares by kind as a Markdown table."""
    lines = [
        "| statements | how many | marked | tuned on | not tuned on | marked when they cite nothing |",
        "|---|---|---|---|---|---|",
    ]
    false = [row for row in of if row.kind != "true"]
    groups = [("true", [row for row in of if row.kind == "true"]), ("falsified, all", false)]
    groups += [(f"falsified: {kind}", [row for row in false if row.kind == kind]) for kind in KINDS]
    for name, group in groups:
        halves = [marked([row for row in group if row.tuned is tuned]) for tuned in (True, False)]
        shares = [marked(group), *halves, marked(group, uncited=True)]
        lines.append(f"| {name} | {len(group)} | " + " | ".join(f"{100 * share:.0f} %" for share in shares) + " |")
    return "\n".join(lines)
