"""What each idea of finding is worth by itself: recall over a file of questions, fusion changed in one thing at a time.

    .venv/bin/python bench/ablation.py --library LIB --questions questions.jsonl [--library LIB2 --questions Q2 ...]

The library is one that `newsdesk add` made of the same articles. Wins and losses are questions whose answer comes into
the first 5 passages, or falls out of them, against the fusion that newsdesk uses. Ranking by reading is not part of it:
`training/fit_weights.py` prints that.
"""

from __future__ import annotations

import argparse
import atexit
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from assistant.english.names import names
from assistant.english.wording import holds
from assistant.evaluation import sign_test
from assistant.retrieval.ranking import fuse
from assistant.retrieval.search import DEPTH_PASSAGES
from index.encoder.open import packaged_weights
from index.encoder.plain import PlainEncoder
from index.library import Library
from index.passages import encoder_title
from index.stores import words as lexical
from index.stores.words import WordEntry, WordIndex
from index.types import Hit

KS = (1, 3, 5, 10, 20)
CHUNK = 4096  # passages put into a word index at once
Ranking = list[Hit]
Way = Callable[[Library, str], Ranking]


def by_words(library: Library, question: str, title: float | None = None) -> Ranking:
    """Words alone; title: the weight of words in the title, None for the one that newsdesk uses."""
    kept = lexical.TITLE_WEIGHT
    lexical.TITLE_WEIGHT = kept if title is None else title
    try:
        return library.by_words(question, DEPTH_PASSAGES)
    finally:
        lexical.TITLE_WEIGHT = kept


def by_vector(library: Library, question: str) -> Ranking:
    """Vectors alone."""
    return library.by_vector(library.encoder.encode([question])[0], DEPTH_PASSAGES)


def both(
    library: Library, question: str, words: float = 1.0, vectors: float = 1.0, title: float | None = None
) -> Ranking:
    """Reciprocal rank fusion of the two, with weights."""
    return fuse([by_words(library, question, title), by_vector(library, question)], [words, vectors])


def with_stop_words(library: Library, question: str) -> Ranking:
    """Every word of the question looked up, "the" and "of" too."""
    kept = lexical.STOP_WORDS
    lexical.STOP_WORDS = frozenset()
    try:
        return both(library, question)
    finally:
        lexical.STOP_WORDS = kept


@cache
def unstemmed_words(library: Library) -> WordIndex:
    """A word index of the library's passages whose words are kept as they stand, in a folder that the process leaves
    to be deleted at its end."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (tantivy.Filter.remove_long(60), tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
        builder = builder.filter(step)
    plain, kept = builder.build(), lexical._analyzer
    folder = tempfile.mkdtemp(prefix="newsdesk-ablation-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lexical._analyzer = lambda: plain
    try:
        words = WordIndex(Path(folder))
    finally:
        lexical._analyzer = kept
    keys = sorted(library.catalogue.passage_keys("ready"))
    for at in range(0, len(keys), CHUNK):
        hits = library.catalogue.hits([(key, 0.0) for key in keys[at : at + CHUNK]])
        words.replace(WordEntry(key, key, hit.article.title, hit.passage.text, 0, "") for key, hit in hits)
    return words


def unstemmed(library: Library, question: str) -> Ranking:
    """Words looked up as they stand, without stemming."""
    found = unstemmed_words(library).search(question, DEPTH_PASSAGES)
    return fuse([[hit for _, hit in library.catalogue.hits(found)], by_vector(library, question)])


def with_runs(library: Library, question: str) -> Ranking:
    """A third ranking: passages that share runs of three words with the question."""
    runs = library.by_runs(question, DEPTH_PASSAGES)
    return fuse([by_words(library, question), by_vector(library, question), runs], [1, 1, 0.3])


def with_names(library: Library, question: str) -> Ranking:
    """A third ranking: the words of the names in the question alone."""
    named = " ".join(names(question))
    rankings = [by_words(library, question), by_vector(library, question)]
    return fuse([*rankings, library.by_words(named, DEPTH_PASSAGES)], [1, 1, 0.3]) if named else fuse(rankings)


def with_feedback(library: Library, question: str) -> Ranking:
    """The question's vector moved towards the three nearest passages (Rocchio 1971), and searched again."""
    vector = library.encoder.encode([question])[0]
    near = library.encoder.encode([hit.passage.text for hit in library.by_vector(vector, 3)])
    moved = vector + 0.3 * near.mean(axis=0)
    return fuse([by_words(library, question), library.by_vector(moved / np.linalg.norm(moved), DEPTH_PASSAGES)])


def few_of_each(library: Library, question: str, most: int = 2) -> Ranking:
    """At most so many passages of one article before all others."""
    count: dict[str, int] = {}
    first, rest = [], []
    for hit in both(library, question):
        count[hit.article.id] = count.get(hit.article.id, 0) + 1
        (first if count[hit.article.id] <= most else rest).append(hit)
    return [*first, *rest]


LATE = 30  # hits ranked by late interaction


@cache
def original() -> Any:
    """The encoder that gives a vector for each token."""
    return PlainEncoder(packaged_weights()).model


def late(library: Library, question: str) -> Ranking:
    """The first hits by late interaction (ColBERT, Khattab and Zaharia 2020; untrained here): the mean over the
    question's tokens of the best cosine with a token of the passage."""
    hits = both(library, question)
    texts = [question, *(f"{encoder_title(hit.article.title)}\n{hit.passage.text}" for hit in hits[:LATE])]
    tokens = original().encode(texts, output_value="token_embeddings", show_progress_bar=False)
    asked, *read = [np.asarray(t) / np.linalg.norm(np.asarray(t), axis=1, keepdims=True) for t in tokens]
    scores = [float((asked @ one.T).max(axis=1).mean()) for one in read]
    order = np.argsort(-np.array(scores), kind="stable")
    return [*(hits[i] for i in order), *hits[LATE:]]


def with_late(library: Library, question: str) -> Ranking:
    """The same, its ranking fused with that of the fusion."""
    return fuse([both(library, question), late(library, question)])


WAYS: dict[str, Way] = {
    "words and vectors fused (newsdesk)": both,
    "words alone": by_words,
    "vectors alone": by_vector,
    "words count double": lambda library, q: both(library, q, words=2.0),
    "vectors count double": lambda library, q: both(library, q, vectors=2.0),
    "titles not searched by words": lambda library, q: both(library, q, title=0.0),
    "titles count fully": lambda library, q: both(library, q, title=1.0),
    "titles count double": lambda library, q: both(library, q, title=2.0),
    "stop words looked up too": with_stop_words,
    "words not stemmed": unstemmed,
    "runs of three words too": with_runs,
    "names alone too": with_names,
    "expansion by feedback": with_feedback,
    "at most two passages of an article": few_of_each,
    "the first 30 by late interaction": late,
    "late interaction fused with it": with_late,
}


def places(way: Way, library: Library, questions: Sequence[dict[str, str]]) -> list[int]:
    """The rank, from 0, of the first passage that holds the answer of each question; 999 for none."""
    found = []
    for q in questions:
        hits = way(library, q["question"])
        found.append(next((i for i, hit in enumerate(hits) if holds((q["answer"],), hit.passage.text)), 999))
    return found


def main() -> None:
    """Print a table for each library."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--library", type=Path, action="append", required=True)
    cli.add_argument("--questions", type=Path, action="append", required=True)
    cli.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    arg = cli.parse_args()
    for folder, file in zip(arg.library, arg.questions, strict=True):
        asked = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
        asked = [q for q in asked if q["kind"] == "answerable"]
        library = Library(folder)
        print(f"\n{len(asked)} answerable questions of {file}\n\n| way | " + " | ".join(f"@{k}" for k in KS), end="")
        print(" | won, lost @5 | p |\n|---|" + "---|" * (len(KS) + 2))
        base: list[int] = []
        for name in dict.fromkeys([next(iter(WAYS)), *arg.ways]):
            at = places(WAYS[name], library, asked)
            base = base or at
            won = sum(new < 5 <= old for old, new in zip(base, at, strict=True))
            lost = sum(old < 5 <= new for old, new in zip(base, at, strict=True))
            shares = " | ".join(f"{sum(a < k for a in at) / len(at):.3f}" for k in KS)
            print(f"| {name} | {shares} | {won}, {lost} | {sign_test(won, lost):.2f} |", flush=True)
        library.close()


if __name__ == "__main__":
    main()
