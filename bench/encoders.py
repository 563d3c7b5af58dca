"""What the encoder is given, and by which arithmetic.

    python bench/encoders.py --library LIB --questions questions.jsonl [--ways fp32] [--shares 0 0.5]

Embeds every passage of the library anew in each of the --ways and ranks by the cosine of all of them (no index), beside
the vectors that the library holds, in which the text is embedded alone and a share of the title's vector added. "front"
puts the title in front of the text, "dated" the title and the day of publication, "fp32" is the original model, given
what newsdesk's is given. --shares: other shares of the title. Prints recall of vectors alone and of both rankings
fused, and the questions won and lost in the first five by each way against the library's.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.english.wording import holds
from assistant.evaluation import sign_test
from assistant.retrieval.ranking import fuse
from assistant.retrieval.search import DEPTH_PASSAGES
from index.encoder.open import load_encoder
from index.encoder.passage_vectors import embed_passages
from index.encoder.types import Encoder, Vectors
from index.library import Library
from index.passages import encoder_title
from index.types import Hit

KS = (1, 3, 5, 10, 20)
CHUNK = 512
WAYS = ("front", "dated", "fp32")


def vectors_by(way: str, encoder: Encoder, hits: Sequence[Hit]) -> Vectors:
    """The vectors of passages, made in one of the ways."""
    titles = [encoder_title(hit.article.title) for hit in hits]
    texts = [hit.passage.text for hit in hits]
    if way == "fp32":
        return embed_passages(load_encoder(quantized=False), list(zip(titles, texts, strict=True)))
    if way == "dated":
        days = [f" ({hit.article.day:%d %B %Y})" if hit.article.day else "" for hit in hits]
        titles = [title + day for title, day in zip(titles, days, strict=True)]
    return encoder.encode([f"{title}\n{text}" if title else text for title, text in zip(titles, texts, strict=True)])


def shared(encoder: Encoder, hits: Sequence[Hit], shares: Sequence[float]) -> dict[str, Vectors]:
    """The vectors of texts with each of these shares of the title's added."""
    if not shares:
        return {}
    texts = encoder.encode([hit.passage.text for hit in hits])
    known = list(dict.fromkeys(encoder_title(hit.article.title) for hit in hits))
    place = {title: n for n, title in enumerate(known)}
    titles = encoder.encode(known)[[place[encoder_title(hit.article.title)] for hit in hits]]
    made = {f"share {share:g}": texts + share * titles for share in shares}
    return {name: vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for name, vectors in made.items()}


def main() -> None:
    """Print the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--library", type=Path, required=True)
    cli.add_argument("--questions", type=Path, required=True)
    cli.add_argument("--ways", nargs="*", choices=list(WAYS), default=list(WAYS))
    cli.add_argument("--shares", nargs="*", type=float, default=[])
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
    found = [hits[key] for key in keys]
    vectors_of = {"newsdesk": np.stack([held[key] for key in keys])}
    vectors_of |= {way: vectors_by(way, library.encoder, found) for way in arg.ways}
    vectors_of |= shared(library.encoder, found, arg.shares)
    questions = [row["question"] for row in rows]
    asked_by = {"fp32": load_encoder(quantized=False).encode(questions)} if "fp32" in arg.ways else {}
    asked = library.encoder.encode(questions)
    first: dict[str, list[bool]] = {}
    print("| ranking | " + " | ".join(f"@{k}" for k in KS) + " |\n|---" + "|---" * len(KS) + "|")
    for name, vectors in vectors_of.items():
        for kind in ("vectors", "fused"):
            places = []
            for row, vector in zip(rows, asked_by.get(name, asked), strict=True):
                scores = vectors @ vector
                best = np.argsort(-scores)[:DEPTH_PASSAGES]
                ranked = [replace(hits[keys[i]], score=float(scores[i])) for i in best]
                if kind == "fused":
                    ranked = fuse([library.by_words(row["question"], DEPTH_PASSAGES), ranked])
                places.append(next((i for i, h in enumerate(ranked) if holds((row["answer"],), h.passage.text)), 10**9))
            first[f"{kind} {name}"] = [place < 5 for place in places]
            shares = " | ".join(f"{np.mean([place < k for place in places]):.3f}" for k in KS)
            print(f"| {kind}, {name} | {shares} |", flush=True)
    for way in list(vectors_of)[1:]:
        cosine = float(np.mean(np.sum(vectors_of[way] * vectors_of["newsdesk"], axis=1)))
        for kind in ("vectors", "fused"):
            pairs = list(zip(first[f"{kind} {way}"], first[f"{kind} newsdesk"], strict=True))
            won, lost = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
            p = sign_test(won, lost)
            print(f"{kind}: {way} wins {won} and loses {lost} (sign test p = {p:.2f}); mean cosine {cosine:.4f}")
    library.close()


if __name__ == "__main__":
    main()
