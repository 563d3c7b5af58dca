"""A library's words and vectors made anew beside the old ones, which answer until the new ones are whole.

The new ones lie in folders of the next generation; one transaction of the catalogue makes them the library's. A crash
before it leaves the old ones as they were, a crash after it only folders to delete.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.catalogue import Catalogue, Stored
from index.embedding import Encoder
from index.lexical import WordEntry, WordIndex
from index.passages import Splitter, encoder_text
from index.types import Progress
from index.vectors import VectorIndex

BATCH = 64  # articles embedded between two looks at the progress


@dataclass(frozen=True, slots=True)
class Stores:
    """The two folders of one generation; the first generation has the plain names."""

    words: Path
    vectors: Path


def stores_of(folder: Path, catalogue: Catalogue) -> Stores:
    """The folders that hold the library's words and vectors now."""
    return _of(folder, int(catalogue.fact("generation") or 1))


def _of(folder: Path, generation: int) -> Stores:
    ending = "" if generation == 1 else f"-{generation}"
    return Stores(folder / f"lexical{ending}", folder / f"chroma{ending}")


def clear_others(folder: Path, catalogue: Catalogue) -> None:
    """Delete what a rebuild left: the half of one that was cut short, or the old stores of one that was not."""
    kept = stores_of(folder, catalogue)
    for kind in ("lexical", "chroma"):
        for found in folder.glob(f"{kind}*"):
            if found not in (kept.words, kept.vectors) and found.is_dir():
                shutil.rmtree(found)
    catalogue.drop_next()


def build(folder: Path, catalogue: Catalogue, encoder: Encoder, tell: Callable[[Progress], None]) -> None:
    """Make the next generation's words and vectors and swap them in. Nothing may be added meanwhile."""
    clear_others(folder, catalogue)
    generation = int(catalogue.fact("generation") or 1) + 1
    stores = _of(folder, generation)
    splitter = Splitter(encoder.count_tokens, encoder.max_tokens)
    words, vectors = WordIndex(stores.words), VectorIndex(stores.vectors)
    try:
        total, done, after = catalogue.count_in("words", "ready"), 0, 0
        while batch := catalogue.searched_after(after, BATCH):
            _put(catalogue, batch, splitter, encoder, words, vectors)
            after = batch[-1].key
            done += len(batch)
            tell(Progress("vectors", done, total))
    finally:
        vectors.close()
    catalogue.swap_in(
        generation=str(generation),
        encoder=encoder.name,
        encoder_revision=encoder.revision,
        encoder_dimension=str(encoder.dimension),
    )


def _put(
    catalogue: Catalogue,
    batch: list[Stored],
    splitter: Splitter,
    encoder: Encoder,
    words: WordIndex,
    vectors: VectorIndex,
) -> None:
    passages = splitter.split([row.article for row in batch])
    keys = catalogue.put_next((row.key, of) for row, of in zip(batch, passages, strict=True))
    entries, texts, facts, flat = [], [], [], []
    for row, of, made in zip(batch, passages, keys, strict=True):
        article, day = row.article, row.article.day.toordinal() if row.article.day else 0
        for key, passage in zip(made, of, strict=True):
            entries.append(WordEntry(key, row.key, article.title, passage.text, day, article.publisher or ""))
            texts.append(encoder_text(article.title, passage.text))
            facts.append((row.key, day, article.publisher or ""))
            flat.append(key)
    words.replace(entries)
    vectors.put(flat, encoder.encode(texts), facts)
