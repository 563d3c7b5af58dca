"""A library's words and vectors made anew beside the old ones, which answer until the new ones are whole.

One transaction of the catalogue makes the next generation the library's. A crash before it leaves the old ones as they
were, a crash after it only folders to delete.
"""

from __future__ import annotations

from pathlib import Path

from index.encoder.types import Encoder
from index.passages import Splitter
from index.stores.catalogue import Catalogue
from index.stores.generations import clear_other_generations, next_generation
from index.stores.placed import embed_into, entries_of, split_and_place
from index.stores.vectors import Server, VectorIndex
from index.stores.words import WordIndex
from index.types import OnProgress, Progress

BATCH_ARTICLES = 64  # embedded between two looks at the progress


def build(folder: Path, catalogue: Catalogue, encoder: Encoder, tell: OnProgress, server: Server | None) -> None:
    """Make the next generation's words and vectors and swap them in. Nothing may be added meanwhile.

    server: where the vectors go, whatever they lay in before; None: into the folder.
    """
    clear_other_generations(folder, catalogue, server)
    made = next_generation(folder, catalogue, server)
    splitter = Splitter(encoder.count_tokens, encoder.max_tokens)
    words, vectors = WordIndex(made.words), VectorIndex(made.vectors)
    try:
        if server:
            vectors.clear()  # of a rebuild that was cut short
        total, done, after = catalogue.count_in("words", "ready"), 0, 0
        while batch := catalogue.searched_after(after, BATCH_ARTICLES):
            placed = split_and_place(batch, splitter, catalogue.put_next)
            words.replace(entries_of(placed))
            embed_into(vectors, encoder, placed)
            after = batch[-1].key
            done += len(batch)
            tell(Progress("vectors", done, total))
    finally:
        vectors.close()
    catalogue.swap_in(
        generation=str(made.number),
        collection=made.collection,
        encoder=encoder.name,
        encoder_revision=encoder.revision,
        encoder_dimension=str(encoder.dimension),
    )
