"""The map of CONTRIBUTING.md leads to what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path("CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = re.findall(r"^\| ([^|]+) \| `([\w/.]+\.py)` `(\w+)` \|$", PAGE, re.M)
WANTED = (
    "the refusal cut, near copies, a quote's offsets, streaming to OpenAI clients, follow-ups, time windows, a page's "
    "date, feature weights, rate limits, pronouns, prompt injection, sentence checks, BM25, the int8 encoder, paywall "
    "stubs, undo, followed feeds, crash repair, JSON of an answer, the lock"
).split(", ")


@pytest.mark.parametrize(("looked_for", "file", "name"), PLACES)
def test_what_is_looked_for_is_where_the_map_says(looked_for: str, file: str, name: str) -> None:
    assert re.search(rf"^\s*(?:def|class) {name}\b|^{name}\b", Path(file).read_text(encoding="utf-8"), re.M), looked_for


def test_the_map_has_every_folder_and_behaviour() -> None:
    assert set(WANTED) <= {looked_for for looked_for, _, _ in PLACES}
    for package in ("newsdesk", "ui_parts", *sorted(Path("assistant").glob("*/__init__.py"))):
        folder = package.parent if isinstance(package, Path) else Path(package)
        if folder.name != "samples":
            assert f"`{folder.as_posix()}/`" in PAGE, folder
