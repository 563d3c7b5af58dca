"""A library's words and vectors made anew beside the old ones, which answer until the new ones are whole.

The new ones lie in folders of the next generation; one transaction of the catalogue makes them the library's. A crash
before it leaves the old ones as they were, a crash after it only folders to delete. With a Chroma server the vectors
lie in a collection of the next generation there.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.encoder.passage_vectors import embed_passages
from index.encoder.types import Encoder
from index.errors import InvalidValue
from index.passages import Splitter
from index.stores.catalogue import Catalogue
from index.stores.rows import Stored
from index.stores.vectors import Place, Server, VectorIndex
from index.stores.words import WordEntry, WordIndex
from index.types import Progress

BATCH = 64  # articles embedded between two looks at the progress


@dataclass(frozen=True, slots=True)
class Stores:
    """Where one generation lies; the first has the plain names."""

    words: Path
    vectors: Place


def stores_of(folder: Path, catalogue: Catalogue, server: Server | None) -> Stores:
    """Where the library's words and vectors lie now."""
    return _of(folder, int(catalogue.fact("generation") or 1), catalogue.fact("collection") or "", server)


def _of(folder: Path, generation: int, collection: str, server: Server | None) -> Stores:
    ending = "" if generation == 1 else f"-{generation}"
    there = Place(folder / f"chroma{ending}")
    if collection and server:
        there = Place(there.folder, server, f"{collection}-{generation}")
    return Stores(folder / f"lexical{ending}", there)


def agree_on_place(folder: Path, catalogue: Catalogue, server: Server | None) -> None:
    """Record, for a library without vectors, that they go to a server. InvalidValue when they lie elsewhere."""
    collection = catalogue.fact("collection")
    if bool(collection) == bool(server):
        return
    if server is None:
        raise InvalidValue(
            f"the vectors of the library {folder} lie on a Chroma server: name it with --chroma or NEWSDESK_CHROMA; "
            f"`newsdesk rebuild --library {folder}` without it makes them anew in the folder"
        )
    if catalogue.count_in("ready"):
        raise InvalidValue(
            f"the vectors of the library {folder} lie in its folder: open it without --chroma, or make them anew on "
            f"the server with `newsdesk rebuild --library {folder} --chroma {server.address}`"
        )
    catalogue.record(collection=_new_name())


def _new_name() -> str:
    """Of a library's collections, so that several libraries can share a server."""
    return f"newsdesk-{secrets.token_hex(8)}"


def clear_others(folder: Path, catalogue: Catalogue, server: Server | None) -> None:
    """Delete what a rebuild left here: the half of one that was cut short, or the old stores of one that was not."""
    kept = stores_of(folder, catalogue, server)
    for kind in ("lexical", "chroma"):
        for found in folder.glob(f"{kind}*"):
            if found not in (kept.words, kept.vectors.folder) and found.is_dir():
                shutil.rmtree(found)
    catalogue.drop_next()


def build(
    folder: Path, catalogue: Catalogue, encoder: Encoder, tell: Callable[[Progress], None], server: Server | None
) -> None:
    """Make the next generation's words and vectors and swap them in. Nothing may be added meanwhile.

    server: where the vectors go, whatever they lay in before; None: into the folder.
    """
    clear_others(folder, catalogue, server)
    generation = int(catalogue.fact("generation") or 1) + 1
    collection = (catalogue.fact("collection") or _new_name()) if server else ""
    stores = _of(folder, generation, collection, server)
    splitter = Splitter(encoder.count_tokens, encoder.max_tokens)
    words, vectors = WordIndex(stores.words), VectorIndex(stores.vectors)
    try:
        if server:
            vectors.clear()  # of a rebuild that was cut short
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
        collection=collection,
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
            texts.append((article.title, passage.text))
            facts.append((row.key, day, article.publisher or ""))
            flat.append(key)
    words.replace(entries)
    vectors.put(flat, embed_passages(encoder, texts), facts)
