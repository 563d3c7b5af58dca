"""Two libraries of what people/ asks about, and their questions: each half of the titles is one library.

    .venv/bin/python training/people_libraries.py --bench BENCH --out FOLDER

A question of one half is answerable there and has no answer in the other, whose articles are of the same kind: what
confidence is fitted on, beside news (fit_confidence.py). Only questions put away before the reader was trained.
Writes FOLDER/0, FOLDER/1 (libraries), FOLDER/0.jsonl, FOLDER/1.jsonl (questions as in news-train).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from pathlib import Path

from put_away import Row, put_away, rows_of

from index.library import Library
from index.types import Article

SENTENCES = 120  # questions taken about single sentences; of those about sections all are


def half(title: str) -> int:
    """0 or 1, the same in every run."""
    return int(hashlib.sha256(f"half{title}".encode()).hexdigest(), 16) % 2


def sections(rows: list[Row]) -> tuple[list[Article], list[Row]]:
    """Sections of encyclopedia articles, and the questions about them that were put away."""
    articles, questions = {}, []
    for row in rows:
        text = " ".join(row["sentences"])
        key = "section:" + hashlib.sha1((row["title"] + text).encode()).hexdigest()[:12]
        articles[key] = Article(id=key, title=row["title"], text=text)
        if put_away(row["title"], 10) and row["answers"]:
            answer = row["sentences"][row["answers"][0]]
            questions.append(_question(row, answer, key, row["title"]))
    return list(articles.values()), questions


def scattered(rows: list[Row]) -> tuple[list[Article], list[Row]]:
    """Sentences of one article as a text, and some of the questions about them that were put away."""
    texts: dict[str, dict[str, None]] = {}
    for row in rows:
        texts.setdefault(_article(row), {})[row["text"]] = None
    away = [row for row in rows if put_away(row["id"].rsplit(":", 3)[0], 10)]
    random.Random(4).shuffle(away)
    questions = [
        _question(row, row["text"][slice(*row["answers"][0])], _article(row), _article(row)) for row in away[:SENTENCES]
    ]
    return [Article(id=key, text=" ".join(of)) for key, of in texts.items()], questions


def _article(row: Row) -> str:
    return ":".join(row["id"].split(":")[:3])


def _question(row: Row, answer: str, article: str, title: str) -> Row:
    return {"id": row["id"], "question": row["question"], "answer": answer, "gold_articles": [article], "title": title}


def main() -> None:
    """Make both."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--bench", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    arg = cli.parse_args()
    arg.out.mkdir(parents=True, exist_ok=True)
    some, about_some = sections(rows_of(arg.bench / "people/sentences.jsonl.gz"))
    others, about_others = scattered(rows_of(arg.bench / "people/questions.jsonl.gz"))
    for side in (0, 1):
        library = Library(arg.out / str(side))
        library.add(a for a in [*some, *others] if half(a.title or a.id) == side)
        library.close()
        with (arg.out / f"{side}.jsonl").open("w", encoding="utf-8") as out:
            for row in [*about_some, *about_others]:
                kind = "answerable" if half(row["title"]) == side else "out_of_library"
                out.write(json.dumps(row | {"kind": kind}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
