"""What is trained on and what is put away, and the library of the articles trained on, findable by words only.

    .venv/bin/python training/put_away.py --bench BENCH --library WORDS

news-large is trained on but for the questions of news-train; of news-late half of the questions with their articles,
and half of the other articles, are put away; of people/ one article in ten (make_lists.py).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from index.library import Library
from index.types import Article

Row = dict[str, Any]


def put_away(name: str, one_in: int) -> bool:
    """Whether what has this id is kept out of training: the same in every run and every script."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % one_in == 1


def rows_of(path: Path) -> list[Row]:
    """The rows of a .jsonl file, packed or not."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.decode("utf-8").split("\n") if line]


def late(bench: Path, away: bool) -> tuple[list[Row], list[Row]]:
    """Articles and questions of news-late: the half put away, or the other."""
    questions = rows_of(bench / "news-late/questions.jsonl")
    gold = {n for q in questions if put_away(q["id"], 2) for n in q["gold_articles"]}
    articles = rows_of(bench / "news-late/articles.jsonl.gz")
    return (
        [a for a in articles if (a["id"] in gold or put_away(a["id"], 2)) == away],
        [q for q in questions if put_away(q["id"], 2) == away],
    )


def trained_on(bench: Path) -> list[Row]:
    """The quiz questions that are trained on."""
    measured = {q["question"] for q in rows_of(bench / "news-train/questions.jsonl")}
    large = rows_of(bench / "news-large/questions.jsonl")
    return [q for q in large if q["question"] not in measured] + late(bench, away=False)[1]


def articles(rows: list[Row]) -> Iterator[Article]:
    """Rows as articles."""
    for a in rows:
        day = datetime.fromisoformat(a["published"].replace("/", "-")) if a["published"] else None
        yield Article(
            id=a["id"], title=a["title"], url=a["url"], authors=tuple(a["authors"]), published=day, text=a["text"]
        )


def main() -> None:
    """Make the library; no vectors, which lists do not need."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--bench", type=Path, required=True)
    cli.add_argument("--library", type=Path, required=True)
    arg = cli.parse_args()
    rows = rows_of(arg.bench / "news-large/articles.jsonl.gz") + late(arg.bench, away=False)[0]
    taken = []

    def taking() -> Iterator[Article]:
        yield from articles(rows)
        taken.append(True)

    library = Library(arg.library)
    library.add(taking(), stop=lambda: bool(taken))
    library._indexer.index_words()  # no vectors: lists are made by words
    print(len(library.articles()), "articles")
    library.close()


if __name__ == "__main__":
    main()
