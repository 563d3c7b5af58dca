"""How long a page of the listing, the histogram and a search by words take, by the number of articles.

    python -m bench.listing --articles 100000 --folder /tmp/listing

The articles are generated into catalogue and word index without vectors, which the listing does not look at.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from assistant import Assistant, Filter
from index.stores.words import WordEntry

PLACES = "Lowmere Quillan Pellworm Astrup Veltham Aldra Vessa Norland Sorrel Marrow Tolby Harrow Ekeby Lindal".split()
THINGS = "bridge ferry council court budget strike flood school festival hospital election harbour tram comet".split()
DEEDS = "closed reopened approved delayed cancelled praised questioned sold repaired moved".split()
PUBLISHERS = [f"{place} {kind}" for place in PLACES for kind in ("Post", "Courier", "Gazette")]
REPEATS = 15


def fill(desk: Assistant, articles: int, seed: int = 1) -> None:
    """Generate articles into catalogue and word index."""
    chance = random.Random(seed)
    library = desk._library
    begin = date(2015, 1, 1).toordinal()
    batch: list[WordEntry] = []
    with library.catalogue.writing() as db:
        for n in range(articles):
            place, thing, deed = chance.choice(PLACES), chance.choice(THINGS), chance.choice(DEEDS)
            title = f"{place} {thing} {deed} after {chance.randrange(2, 900)} complaints"
            text = f"The {thing} in {place} was {deed} on Monday. Case {n} took {chance.randrange(2, 99)} days." * 4
            day = begin + int(chance.betavariate(4, 2) * 4000)
            publisher = chance.choice(PUBLISHERS)
            published = datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(minutes=n % 1440)
            state = "ready" if chance.random() > 0.05 else "copy"
            key = db.execute(
                "INSERT INTO articles (id, state, copy_of, title, url, publisher, authors, published, day, digest,"
                " text_digest, pages, bands) VALUES (?, ?, ?, ?, ?, ?, '[]', ?, ?, ?, ?, '[]', ?)",
                (
                    f"a{n}", state, max(1, n // 2) if state == "copy" else None, title, f"https://example.org/{n}",
                    publisher, published.isoformat() + "+00:00", day, b"d" * 16, b"t" * 16, b"b" * 256,
                ),
            ).lastrowid  # fmt: skip
            db.execute("INSERT INTO texts VALUES (?, packed(?))", (key, text))
            if state == "ready":
                passage = db.execute(
                    "INSERT INTO passages (article, ordinal, start, end) VALUES (?, 0, 0, ?)", (key, len(text))
                ).lastrowid
                batch.append(WordEntry(passage or 0, key or 0, title, text, day, publisher))
    library.words.replace(batch)


def measured(do: Callable[[], object]) -> tuple[float, float]:
    """Median and worst milliseconds of processor time, the first left out."""
    do()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        do()
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times), max(times)


def main() -> None:
    """Fill, if need be, and measure."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--articles", type=int, default=100_000)
    cli.add_argument("--folder", type=Path, required=True)
    given = cli.parse_args()
    with Assistant.open(given.folder) as desk:
        if not desk.listing(limit=1).total:
            fill(desk, given.articles)
        total = desk.listing(limit=1).total
        spring = Filter(date(2020, 3, 1), date(2020, 5, 31))
        one = Filter(publishers=("lowmere post",))
        runs: dict[str, Callable[[], object]] = {
            "first page by date": desk.listing,
            "first page by title": lambda: desk.listing(sort="title", descending=False),
            "first page by publisher": lambda: desk.listing(sort="publisher", descending=False),
            "last page by date": lambda: desk.listing(offset=total - 50),
            "last page by title": lambda: desk.listing(sort="title", offset=total - 50),
            "three months": lambda: desk.listing(where=spring),
            "one publisher": lambda: desk.listing(where=one),
            "words: lowmere bridge": lambda: desk.listing("lowmere bridge"),
            "words: council": lambda: desk.listing("council"),
            "words: monday (in every text)": lambda: desk.listing("monday"),
            "words: nowhere": lambda: desk.listing("nowhere"),
            "histogram": desk.histogram,
            "histogram of words": lambda: desk.histogram("lowmere bridge"),
            "histogram of a publisher": lambda: desk.histogram(where=one),
            "publishers": desk.publishers,
        }
        figures = {name: measured(do) for name, do in runs.items()}
    print(f"{total} articles; median and worst of {REPEATS}, milliseconds")
    for name, (median, worst) in figures.items():
        print(f"{name:34}{median:9.2f}{worst:9.2f}")
    print(json.dumps({name: round(median, 2) for name, (median, _) in figures.items()}))


if __name__ == "__main__":
    main()
