"""Articles of the catalogue into the word index and the vector index, a batch at a time.

Each step is safe to do again: stored in the catalogue (pending), put in the word index (words), put in the vector index
(ready). What a crash left half way goes on from where its state says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from index.errors import DamagedLibrary
from index.stores.catalogue import Catalogue
from index.stores.check import faults_of
from index.stores.mending import mend_words
from index.stores.opened import OpenStores
from index.stores.placed import embed_into, entries_of, placed_before, split_and_place
from index.stores.words import WordEntry
from index.types import OnProgress, Progress

WORDS_BATCH_ARTICLES = 500  # articles in one commit of the word index: a commit costs some 20 ms, whatever its size
VECTORS_BATCH_ARTICLES = 64  # articles embedded between two looks at progress: some 8 seconds on two cores
VECTORS_BATCH_PASSAGES = 256  # embedded between two looks at stop: some 4 seconds on two cores


class Indexer:
    """Puts articles into the stores. Safe to use from several threads; vectors never keep words waiting."""

    def __init__(self, catalogue: Catalogue, stores: OpenStores) -> None:
        self._catalogue, self._stores = catalogue, stores
        self._words = threading.RLock()  # held while the word index is written
        self._vectors = threading.Lock()  # held while one batch of vectors is made

    @contextmanager
    def words_held(self) -> Iterator[None]:
        """While it lasts, no other thread changes the word index."""
        with self._words:
            yield

    @contextmanager
    def all_held(self) -> Iterator[None]:
        """While it lasts, no other thread changes a store: what is added meanwhile waits."""
        with self._vectors, self._words:
            yield

    def mend(self) -> None:
        """After a crash: finish what was on its way into the word index, and drop what was on its way out."""
        self.clear_gone()
        if len(self._stores.words) != self._catalogue.count_passages("words", "ready"):
            mend_words(self._catalogue, self._stores.words)
        self.index_words()

    def repair(self, *, deep: bool = False) -> None:
        """Mend whatever the stores hold, however it came about; vectors that lack are then waiting to be made.

        deep: what every passage has in them is looked at, not only a sample's."""
        with self.all_held():
            if damage := self._stores.vector_damage():
                self._stores.remake_vectors(damage)
            faults = faults_of(self._catalogue, self._stores, deep=deep)
            if faults.unreadable:
                self._stores.remake_words()
            self._stores.words.amend((), faults.words)
            if self._stores.place.exists():
                self._stores.vectors.drop(faults.vectors)
            self.clear_gone()
            mend_words(self._catalogue, self._stores.words)
            self._catalogue.mend()
            self.index_words()
            self._stores.mend_vectors(self._stores.vectors)

    def clear_gone(self) -> None:
        """Take out of the stores what was replaced or removed, then forget it."""
        gone = self._catalogue.gone()
        if not gone:
            return
        self._write_words((), gone)
        if self._stores.place.exists():
            self._stores.vectors.drop(key for keys in gone.values() for key in keys)
        self._catalogue.forget(gone)

    def _write_words(self, entries: Collection[WordEntry], gone: Collection[int]) -> None:
        """Put entries into the word index and take articles out; where its files do not let it be written, it is made
        again from the catalogue, with these entries."""
        try:
            self._stores.words.replace(entries, gone)
        except DamagedLibrary:
            self._stores.remake_words()
            self._stores.words.replace(entries, gone)

    def index_words(self) -> None:
        """Make every stored article findable by its words."""
        while self._index_batch_of_words():
            pass

    def _index_batch_of_words(self) -> int:
        """Put one batch of pending articles into the word index; how many there were."""
        with self._words:
            batch = self._catalogue.in_state("pending", WORDS_BATCH_ARTICLES)
            if batch:
                placed = split_and_place(batch, self._stores.splitter, self._catalogue.put_passages)
                self._write_words(entries_of(placed), [row.key for row in batch])
                self._catalogue.found_by_words(row.key for row in batch)
                self.clear_gone()
            return len(batch)

    def index_vectors(self, tell: OnProgress, stop: Callable[[], bool]) -> None:
        """Make the vectors of every article that still waits for them; stop: asked between two batches."""
        total, done = self._catalogue.count_in("words"), 0
        while not stop() and (count := self._index_batch_of_vectors(stop)):
            done += count
            tell(Progress("vectors", done, max(total, done)))

    def _index_batch_of_vectors(self, stop: Callable[[], bool]) -> int:
        """Embed one batch of articles; how many there were, 0 when it was stopped: they go on waiting."""
        with self._vectors:
            batch = self._catalogue.in_state("words", VECTORS_BATCH_ARTICLES)
            if batch:
                placed = placed_before(self._catalogue, batch)
                for at in range(0, len(placed), VECTORS_BATCH_PASSAGES):
                    if at and stop():  # one article may be a book
                        return 0
                    some = placed[at : at + VECTORS_BATCH_PASSAGES]
                    embed_into(self._stores.vectors, self._stores.encoder, some)
                self._catalogue.found_by_vectors(row.key for row in batch)
            return len(batch)
