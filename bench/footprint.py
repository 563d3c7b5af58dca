"""What a library weighs: `python -m bench.footprint --library LIB`; bytes a passage on disk, and memory when asked.

Disk is the sum of the files of each part. Memory is what this process grew by (resident, Linux) when words and vectors
had been opened and searched 200 times; the operating system may drop what is mapped from files, so the vectors' share
is what they take while they are in use. It prints the arithmetic for libraries of other sizes, in proportion.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.asking import resident
from index.library import Library

PARTS = {"catalogue": "catalogue.sqlite3*", "words": "lexical*", "vectors": "chroma*"}
SIZES = (10**5, 10**6, 10**7, 10**8)
ASKED = 200


def weight(folder: Path, pattern: str) -> int:
    """Bytes of the files, in folders too."""
    found = [one for top in folder.glob(pattern) for one in ([top] if top.is_file() else top.rglob("*"))]
    return sum(file.stat().st_size for file in found if file.is_file())


def memory(library: Library, keys: list[int]) -> dict[str, float]:
    """MB that the process grows by with each part."""
    _ = library.catalogue.passage_keys("ready")
    start = resident()
    for article in library.articles()[:ASKED]:
        library.by_words(article.title, 100)
    words = resident()
    library.vectors.search(next(iter(library.vectors.get(keys[:1]).values())), 100)
    for vector in library.vectors.get(keys[:: max(1, len(keys) // ASKED)][:ASKED]).values():
        library.vectors.search(vector, 100)
    return {"words": words - start, "vectors": resident() - words}


def main() -> None:
    """Weigh one library and print a table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--library", type=Path, required=True)
    folder = cli.parse_args().library
    library = Library(folder)
    keys = sorted(library.catalogue.passage_keys("ready"))
    grown = memory(library, keys)
    library.close()
    print(f"{len(keys):,} passages\n\n| part | bytes a passage |", *(f"{size:.0e} |" for size in SIZES))
    for part, pattern in PARTS.items():
        each = weight(folder, pattern) / len(keys)
        print(f"| {part}, disk | {each:,.0f} |", *(f"{each * size / 1e9:,.1f} GB |" for size in SIZES))
    for part, grew in grown.items():
        each = grew * 2**20 / len(keys)
        print(f"| {part}, memory | {each:,.0f} |", *(f"{each * size / 1e9:,.1f} GB |" for size in SIZES))


if __name__ == "__main__":
    main()
