"""Words and vectors brought in step with the catalogue: what lacks is made, what belongs to nothing is dropped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from index.errors import DamagedLibrary
from index.stores.catalogue import Catalogue
from index.stores.placed import entries_of, placed_before
from index.stores.vectors import Server, VectorIndex
from index.stores.words import WordIndex

BATCH_ARTICLES = 500  # read into memory at a time


def mend_words(catalogue: Catalogue, words: WordIndex) -> None:
    """Put what lacks into the word index and take out what is in no searched article or is there twice; passages keep
    their keys, and so their vectors."""
    wanted, held = catalogue.passage_keys("words", "ready"), Counter(words.keys())
    twice = {key for key, times in held.items() if times > 1}
    lacking = (wanted - held.keys()) | (wanted & twice)
    words.amend((), (held.keys() - wanted) | twice)
    articles = catalogue.articles_of(lacking)
    for at in range(0, len(articles), BATCH_ARTICLES):
        placed = placed_before(catalogue, catalogue.stored(articles[at : at + BATCH_ARTICLES]))
        words.amend(entries_of(p for p in placed if p.key in lacking), ())


def mend_vectors(catalogue: Catalogue, vectors: VectorIndex, folder: Path, server: Server | None) -> None:
    """Drop the vectors of passages no longer in use; articles that miss one are set to get theirs made again."""
    held = set(vectors.keys())
    if server and max(held, default=0) > catalogue.last_key():
        raise DamagedLibrary(
            f"the Chroma server keeps vectors that are newer than the catalogue in {folder}. If this is a copy of a "
            "library that goes on elsewhere, open it with --read-only; if it is the library itself, out of a backup, "
            f"make them anew with `newsdesk rebuild --library {folder} --chroma {server.address}`"
        )
    vectors.drop(held - catalogue.passage_keys("words", "ready"))
    catalogue.vectors_lost(catalogue.passage_keys("ready") - held)
