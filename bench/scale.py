"""A library of a million passages, and how fast it is asked.

    python -m bench.scale ARTICLES.jsonl --library LIB --passages 1000000 --questions QUESTIONS.jsonl

Random vectors make any graph index look broken: they have no neighbours. So the passages are made of the sentences of
real articles. Each is embedded once by the encoder; a passage is a run of sentences drawn like this: it begins at a
random sentence and takes the nearest sentences of a random sample of 40, six in all, so that it keeps to a subject as
a real passage does. Its vector is the mean of its sentences' vectors, each weighted by its length, at unit length.
That is what the encoder itself does within a passage, which pools the mean over its words; only the words' sight of
their neighbouring sentences is missing. The spread of the vectors, their clusters and their near neighbours are those
of news, which is what decides how a graph index fares. Recall cannot be measured this way, and is not: time, memory
and disk can. Everything goes through the stores that a library uses; articles hold some eight passages each. A library
that is there already is filled up to so many; a run that was broken off goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.asking import read_questions, report, resident
from index.library import Library
from index.passages import sentences
from index.stores.words import WordEntry
from index.types import Article, Passage

PER_ARTICLE, PER_PASSAGE, SAMPLE, BATCH = 8, 6, 40, 250


def read(path: Path, most: int) -> Iterator[tuple[str, str]]:
    """(title, sentence) of the articles in a .jsonl or .jsonl.gz file, up to a number of sentences."""
    left = most
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            for start, end in sentences(row["text"]):
                if 40 <= end - start <= 400:
                    yield row.get("title") or "", row["text"][start:end]
                    left -= 1
                    if not left:
                        return


def drawn(vectors: Any, chance: np.random.Generator) -> Any:
    """The numbers of the sentences of one passage."""
    first, *others = chance.integers(0, len(vectors), SAMPLE + 1)
    near = vectors[others] @ vectors[first]
    return [int(first), *(int(others[i]) for i in np.argsort(-near)[: PER_PASSAGE - 1])]


def fill(library: Library, said: list[tuple[str, str]], vectors: Any, passages: int) -> None:
    """Put recombined articles into catalogue, words and vectors."""
    catalogue = library.catalogue
    begun, made = time.perf_counter(), catalogue.count_passages("ready")
    chance = np.random.default_rng([1, made])
    lengths = np.array([len(text) for _, text in said], np.float32)
    while made < passages:
        articles, cuts, of = [], [], []
        for _ in range(min(BATCH, -(-(passages - made) // PER_ARTICLE))):
            number = made + len(of)
            runs = [drawn(vectors, chance) for _ in range(PER_ARTICLE)]
            texts = [" ".join(said[i][1] for i in run) for run in runs]
            starts = np.cumsum([0, *(len(t) + 1 for t in texts)])[:-1].tolist()
            title = f"{said[runs[0][0]][0]} ({number})"
            article = Article(title=title, text="\n".join(texts), id=f"made-{number}")
            articles.append(article)
            cuts.append([Passage(id=f"{article.id}:{n}", article_id=article.id, text=t, start=s, end=s + len(t))
                         for n, (t, s) in enumerate(zip(texts, starts, strict=True))])  # fmt: skip
            of += runs
        with catalogue.writing():
            for article in articles:
                catalogue.take_in(article)
        rows = catalogue.in_state("pending", BATCH)
        by_id = {article.id: cut for article, cut in zip(articles, cuts, strict=True)}
        cut_of = [by_id[row.article.id] for row in rows]
        keys = catalogue.put_passages(zip([row.key for row in rows], cut_of, strict=True))
        library.words.replace(
            WordEntry(key, row.key, row.article.title, p.text, 0, "")
            for row, cut, mine in zip(rows, cut_of, keys, strict=True)
            for key, p in zip(mine, cut, strict=True)
        )
        catalogue.found_by_words([row.key for row in rows])
        order = {article.id: n for n, article in enumerate(articles)}
        kept = [run for row in rows for run in of[order[row.article.id] * PER_ARTICLE :][:PER_ARTICLE]]
        mean = np.stack([np.average(vectors[run], axis=0, weights=lengths[run]) for run in kept])
        unit = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        facts = [(row.key, 0, "") for row in rows for _ in range(PER_ARTICLE)]
        library.vectors.put([key for mine in keys for key in mine], unit, facts)
        catalogue.found_by_vectors([row.key for row in rows])
        made += len(of)
        if made % (BATCH * PER_ARTICLE * 10) == 0:
            print(f"{made:>9,} passages  {time.perf_counter() - begun:7.0f} s  {resident():6.0f} MB", flush=True)


def main() -> None:
    """Make the library unless it is there, ask it, and print."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("articles", type=Path, help=".jsonl or .jsonl.gz of real articles")
    cli.add_argument("--library", type=Path, required=True)
    cli.add_argument("--passages", type=int, default=1_000_000)
    cli.add_argument(
        "--sentences", type=int, help="sentences embedded to recombine; else one for two passages, to 60,000"
    )
    cli.add_argument("--questions", type=Path, help=".jsonl with a field question; without it the library is only made")
    arg = cli.parse_args()
    with contextlib.closing(Library(arg.library)) as library:
        if library.catalogue.count_passages("ready") < arg.passages:
            said = list(read(arg.articles, arg.sentences or min(60_000, max(10_000, arg.passages // 2))))
            fill(library, said, library.encoder.encode([text for _, text in said]), arg.passages)
    if arg.questions:
        report(arg.library, read_questions(arg.questions, 100), starts=3)


if __name__ == "__main__":
    main()
