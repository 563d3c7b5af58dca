"""What the encoder is given, and by which arithmetic.

    python bench/encoders.py --library LIB --questions questions.jsonl [--ways fp32]

Embeds every passage of the library anew in each of the --ways and ranks by the cosine of all of them (no index), beside
the vectors that the library holds: int8, with the title in front. "untitled" leaves the title out, "dated" puts the
day of publication behind it, "fp32" is the original model with the title. Prints recall of vectors alone and of both
rankings fused, and the questions won and lost in the first five by each way against the library's.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation import sign_test
from assistant.ranking import fuse
from assistant.retrieval import DEPTH
from assistant.wording import holds
from index.embedding import load_encoder
from index.library import Library
from index.passages import encoder_text, encoder_title
from index.types import Hit

KS = (1, 3, 5, 10, 20)
CHUNK = 512
WAYS = ("untitled", "dated", "fp32")


def texts_of(way: str, hits: Sequence[Hit]) -> list[str]:
    """What the encoder reads of each passage."""
    if way == "untitled":
        return [hit.passage.text for hit in hits]
    if way == "dated":
        titles = [f"{encoder_title(h.article.title)} ({h.article.day:%d %B %Y})" if h.article.day else h.article.title
                  for h in hits]  # fmt: skip
        return [f"{title}\n{hit.passage.text}" for title, hit in zip(titles, hits, strict=True)]
    return [encoder_text(hit.article.title, hit.passage.text) for hit in hits]


def main() -> None:
    """Print the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--library", type=Path, required=True)
    cli.add_argument("--questions", type=Path, required=True)
    cli.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    arg = cli.parse_args()
    rows: list[dict[str, Any]] = [json.loads(line) for line in arg.questions.open(encoding="utf-8")]
    rows = [row for row in rows if row["kind"] == "answerable"]
    library = Library(arg.library)
    keys = sorted(library.catalogue.passage_keys("ready"))
    hits: dict[int, Hit] = {}
    for at in range(0, len(keys), CHUNK):
        part = keys[at : at + CHUNK]
        hits |= dict(library.catalogue.hits([(key, 0.0) for key in part]))
    keys = [key for key in keys if key in hits]
    held: dict[int, Any] = {}
    for at in range(0, len(keys), CHUNK):
        held |= library.vectors.get(keys[at : at + CHUNK])
    vectors_of = {"newsdesk": np.stack([held[key] for key in keys])}
    asked_by = {"newsdesk": library.encoder.encode([row["question"] for row in rows])}
    for way in arg.ways:
        encoder = load_encoder(quantized=way != "fp32")
        begun = time.perf_counter()
        vectors_of[way] = encoder.encode(texts_of(way, [hits[key] for key in keys]))
        print(f"{way}: {len(keys) / (time.perf_counter() - begun):.0f} passages a second", flush=True)
        asked_by[way] = encoder.encode([row["question"] for row in rows])
    first: dict[str, list[bool]] = {}
    print("| ranking | " + " | ".join(f"@{k}" for k in KS) + " |\n|---" + "|---" * len(KS) + "|")
    for name, vectors in vectors_of.items():
        for kind in ("vectors", "fused"):
            places = []
            for row, vector in zip(rows, asked_by[name], strict=True):
                scores = vectors @ vector
                best = np.argsort(-scores)[:DEPTH]
                ranked = [replace(hits[keys[i]], score=float(scores[i])) for i in best]
                if kind == "fused":
                    ranked = fuse([library.by_words(row["question"], DEPTH), ranked])
                places.append(next((i for i, h in enumerate(ranked) if holds((row["answer"],), h.passage.text)), 10**9))
            first[f"{kind} {name}"] = [place < 5 for place in places]
            shares = " | ".join(f"{np.mean([place < k for place in places]):.3f}" for k in KS)
            print(f"| {kind}, {name} | {shares} |", flush=True)
    for way in arg.ways:
        cosine = float(np.mean(np.sum(vectors_of[way] * vectors_of["newsdesk"], axis=1)))
        for kind in ("vectors", "fused"):
            pairs = list(zip(first[f"{kind} {way}"], first[f"{kind} newsdesk"], strict=True))
            won, lost = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
            p = sign_test(won, lost)
            print(f"{kind}: {way} wins {won} and loses {lost} (sign test p = {p:.2f}); mean cosine {cosine:.4f}")
    library.close()


if __name__ == "__main__":
    main()
