"""Fit what tells boilerplate from news: promotions, bylines, captions, teasers, addresses to write to.

    .venv/bin/python training/fit_boilerplate.py --articles A.jsonl.gz [B.jsonl.gz ...]
        [--write assistant/answer/boilerplate.json]

Nobody labels anything: a sentence that at least five articles of one site share, but for its digits, is boilerplate,
and one that stands in a single article is not. A logistic regression over words and pairs of words, few of them kept
(L1). A fifth of the sentences is put away by their hash; measured there, and on each site with the others fitted on,
beside ten lines of patterns.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from assistant.answer.sentence_form import PATTERNS, grams, whole
from index.passages import sentences

REPEATED = 5  # articles that share it
SINGLE = 12  # sentences of one article only, for each that is repeated
LEAST = 6  # sentences that hold a word or pair


def repeated(files: Sequence[Path]) -> Iterator[tuple[str, str, bool]]:
    """(site, sentence, whether articles of the site share it) of each whole sentence, once."""
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    first: dict[tuple[str, str], str] = {}
    for file in files:
        for line in gzip.decompress(file.read_bytes()).decode().split("\n")[:-1]:
            article = json.loads(line)
            site = ".".join(urlparse(article.get("url") or "").netloc.split(".")[-3:]).removeprefix("www.")
            for start, end in sentences(article["text"]):
                sentence = " ".join(article["text"][start:end].split())
                if whole(sentence):
                    key = site, re.sub(r"\d+", "0", sentence)
                    held[key].add(article["id"])
                    first.setdefault(key, sentence)
    for key, articles in held.items():
        shared = len(articles) >= REPEATED
        if shared or (len(articles) == 1 and zlib.crc32(key[1].encode()) % 1000 < 1000 * SINGLE // 400):
            yield key[0], first[key], shared


def fitted(texts: Sequence[str], right: np.ndarray, c: float) -> tuple[CountVectorizer, LogisticRegression]:
    """The model over the words and pairs that several sentences hold."""
    words = CountVectorizer(analyzer=lambda text: sorted(set(grams(text))), min_df=LEAST)
    x = words.fit_transform(texts)
    model = LogisticRegression(C=c, solver="liblinear", l1_ratio=1.0, max_iter=400).fit(x, right)
    return words, model


def main() -> None:
    """Read, fit, measure, write."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--articles", type=Path, nargs="+", required=True)
    cli.add_argument("--c", type=float, default=0.2)
    cli.add_argument("--write", type=Path)
    arg = cli.parse_args()
    rows = list(repeated(arg.articles))
    sites, texts = np.array([r[0] for r in rows]), [r[1] for r in rows]
    right = np.array([r[2] for r in rows])
    away = np.array([zlib.crc32(text[::-1].encode()) % 5 == 0 for text in texts])
    print(f"{right.sum()} shared, {(~right).sum()} not")
    splits = {"put away": away} | {
        site: sites == site for site in sorted(set(sites)) if (right & (sites == site)).sum() > 40
    }
    for name, held in splits.items():
        words, model = fitted([t for t, h in zip(texts, held, strict=True) if not h], right[~held], arg.c)
        some = [t for t, h in zip(texts, held, strict=True) if h]
        score = model.decision_function(words.transform(some))
        by_hand = np.array([bool(PATTERNS.search(t)) for t in some])
        truth = right[held]
        cuts = {
            cut: (round(float(truth[score > cut].mean()), 3), round(float((score[truth] > cut).mean()), 3))
            for cut in (-1, 0, 1)
        }
        print(
            f"{name}: AUROC {roc_auc_score(truth, score):.3f}, "
            f"average precision {average_precision_score(truth, score):.3f}, "
            f"(precision, recall) at each cut {cuts}; patterns {by_hand[truth].mean():.3f} of the shared, "
            f"precision {truth[by_hand].mean():.3f}"
        )
    words, model = fitted(texts, right, arg.c)
    kept = {
        w: round(float(v), 3)
        for w, v in zip(words.get_feature_names_out(), model.coef_[0], strict=True)
        if abs(v) > 0.05
    }
    print(f"{len(kept)} words kept, bias {model.intercept_[0]:.3f}; most {sorted(kept, key=kept.__getitem__)[-60:]}")
    if arg.write:
        arg.write.write_text(
            json.dumps(
                {"bias": round(float(model.intercept_[0]), 3), "weights": dict(sorted(kept.items()))},
                indent=0,
                ensure_ascii=False,
            )
            + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
