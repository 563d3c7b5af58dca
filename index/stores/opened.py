"""The stores of a library as they are used now: word index, vector index and encoder, swapped whole by a rebuild."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from index.encoder.open import load_encoder
from index.encoder.types import Encoder
from index.errors import DamagedLibrary
from index.passages import Splitter
from index.stores.catalogue import Catalogue
from index.stores.copying import copy_vectors
from index.stores.generations import clear_other_generations, generation_in_use
from index.stores.mending import mend_vectors, mend_words
from index.stores.vectors import Place, Server, VectorIndex
from index.stores.words import WordIndex, remove_folder

log = logging.getLogger(__name__)


class OpenStores:
    """Words are opened at once, encoder and vectors when first needed.

    read_only: another process writes: nothing is recorded. mends: vectors are brought in step when they are opened;
    on_lost: called when some are then to be made again.
    """

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        server: Server | None,
        encoder_name: str,
        *,
        read_only: bool,
        mends: bool,
        on_lost: Callable[[], None],
    ) -> None:
        self._folder, self._catalogue, self._server = folder, catalogue, server
        self._read_only, self._mends, self._on_lost = read_only, mends, on_lost
        self._opening = threading.RLock()
        self._vectors: VectorIndex | None = None
        self.encoder_name = encoder_name
        self.generation = catalogue.fact("generation")
        self.words = self._open_words()

    def _open_words(self) -> WordIndex:
        folder = generation_in_use(self._folder, self._catalogue, self._server).words
        try:
            return WordIndex(folder, read_only=self._read_only)
        except DamagedLibrary:  # everything in it can be made again from the catalogue
            if self._read_only:
                raise
            remove_folder(folder)
            return WordIndex(folder)

    def remake_words(self) -> None:
        """Make the word index again from the catalogue."""
        remove_folder(self.words.folder)
        self.words = WordIndex(self.words.folder)
        mend_words(self._catalogue, self.words)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder; its name, revision and dimension are recorded the first time."""
        encoder = load_encoder(self.encoder_name)
        if not self._read_only:
            self._catalogue.record(
                encoder=encoder.name, encoder_revision=encoder.revision, encoder_dimension=str(encoder.dimension)
            )
        return encoder

    @cached_property
    def splitter(self) -> Splitter:
        """What cuts articles into passages that fit the encoder."""
        return Splitter(self.encoder.count_tokens, self.encoder.max_tokens)

    @property
    def place(self) -> Place:
        """Where the vectors lie."""
        return generation_in_use(self._folder, self._catalogue, self._server).vectors

    @property
    def vectors(self) -> VectorIndex:
        """The vector index, brought in step with the catalogue when it is opened; what cannot be loaded is made again.

        DamagedLibrary when it cannot be loaded and must be left as it is found.
        """
        with self._opening:
            if self._vectors is None:
                self._open_vectors()
            assert self._vectors is not None
            return self._vectors

    def _open_vectors(self) -> None:
        damage = self.place.damage()
        if damage and not self._mends:
            raise DamagedLibrary(f"the vector index is damaged: {damage}")
        if damage:
            self.remake_vectors(damage)
        else:
            self._vectors = VectorIndex(self.place)
        if self._mends:
            self._bring_in_step(self.vectors)

    def _bring_in_step(self, vectors: VectorIndex) -> None:
        if self._server:
            vectors.clear_others(f"{self._catalogue.fact('collection')}-")
        if len(vectors) != self._catalogue.count_passages(
            "ready"
        ):  # keys are never used again: equal counts, equal keys
            self.mend_vectors(vectors)
            self._on_lost()

    def vector_damage(self) -> str:
        """Why the vector index cannot be loaded; "" when it can, or is."""
        with self._opening:
            return "" if self._vectors is not None else self.place.damage()

    def remake_vectors(self, damage: str) -> None:
        """Begin an empty vector index in the place of a damaged one, which is not open."""
        log.warning("the vectors are made again, and until then articles are found by their words: %s", damage)
        remove_folder(self.place.folder)
        self._vectors = VectorIndex(self.place)

    def vacuum(self) -> None:
        """Make both indexes again of what the catalogue has: what was deleted from them is in their files until then.
        Vectors are copied, not made. Asked meanwhile, they find less."""
        self.remake_words()
        place = self.place
        if self._server or not place.exists():
            return
        beside = Place(place.folder.with_name(f"{place.folder.name}-vacuumed"))
        remove_folder(beside.folder)
        with self._opening:
            copy_vectors(self.vectors, beside)
            self._close_vectors()
            remove_folder(place.folder)
            beside.folder.rename(place.folder)

    def mend_vectors(self, vectors: VectorIndex) -> None:
        """Bring the vector index in step with the catalogue."""
        mend_vectors(self._catalogue, vectors, self._folder, self._server)

    def take_up_rebuilt(self, encoder: Encoder) -> None:
        """Use what a rebuild of this process has made, and delete what it replaced."""
        self._forget(encoder.name)
        self.__dict__["encoder"] = encoder
        self.words = self._open_words()
        clear_other_generations(self._folder, self._catalogue, self._server)

    def take_up_written(self) -> str | None:
        """See what the process that writes has done since: other words, or other stores. The generation in use."""
        generation = self._catalogue.fact("generation")
        if generation == self.generation:
            self.words.reload()
            return generation
        self._forget(self._catalogue.fact("encoder") or self.encoder_name)
        self.words, self.generation = self._open_words(), generation
        return generation

    def _forget(self, encoder_name: str) -> None:
        self.close()
        self.encoder_name = encoder_name
        for name in ("encoder", "splitter"):
            self.__dict__.pop(name, None)

    def close(self) -> None:
        """Let go of the vectors' files."""
        with self._opening:
            self._close_vectors()

    def _close_vectors(self) -> None:
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None
