"""What reading in a process of its own costs: 100 small pages, read here and in a worker, in turn.

`python -m bench.reading`: the first run of each, the best of the others, and their ratio.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from index.sources import loading

FILES, ROUNDS = 100, 5


def main() -> None:
    """Write the pages, read them both ways, print the seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(FILES):
            (folder / f"{number}.html").write_text(_page(number), encoding="utf-8")
        ways = {"worker": loading.PARSED, "here": frozenset[str]()}
        first = {way: _seconds(folder, kinds) for way, kinds in ways.items()}
        runs = [{way: _seconds(folder, kinds) for way, kinds in ways.items()} for _ in range(ROUNDS)]
    best = {way: min(run[way] for run in runs) for way in ways}
    for way in ways:
        sys.stdout.write(f"{way}: first {first[way]:.2f} s, then {best[way]:.2f} s\n")
    sys.stdout.write(f"ratio {best['worker'] / best['here']:.2f}\n")


def _page(number: int) -> str:
    said = f"The bridge at Lowmere is closed for the {number}th time, and the repair takes {{}} weeks, engineers said."
    body = "".join(f"<p>{said.format(week)}</p>" for week in range(2, 14))
    return f"<html><head><title>Story {number}</title></head><body>{body}</body></html>"


def _seconds(folder: Path, kinds: frozenset[str]) -> float:
    loading.PARSED = kinds
    begun = time.perf_counter()
    assert sum(1 for _ in loading.load(folder)) == FILES
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
