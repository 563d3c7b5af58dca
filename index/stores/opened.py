"""The stores of a library as they are used now: word index, vector index and encoder, swapped whole by a rebuild."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from index.encoder.open import load_encoder
from index.encoder.types import Encoder
from index.errors import DamagedLibrary
from index.passages import Splitter
from index.stores.catalogue import Catalogue
from index.stores.generations import clear_other_generations, generation_in_use
from index.stores.mending import mend_vectors, mend_words
from index.stores.vectors import Place, Server, VectorIndex
from index.stores.words import WordIndex, remove_folder


class OpenStores:
    """Words are opened at once, encoder and vectors when first needed.

    read_only: another process writes: nothing is recorded. mends: vectors are brought in step when they are opened.
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
    ) -> None:
        self._folder, self._catalogue, self._server = folder, catalogue, server
        self._read_only, self._mends = read_only, mends
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

    @cached_property
    def vectors(self) -> VectorIndex:
        """The vector index, brought in step with the catalogue when it is opened."""
        vectors = VectorIndex(self.place)
        if not self._mends:
            return vectors
        if self._server:
            vectors.clear_others(f"{self._catalogue.fact('collection')}-")
        if len(vectors) != self._catalogue.count_passages(
            "ready"
        ):  # keys are never used again: equal counts, equal keys
            self.mend_vectors(vectors)
        return vectors

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
        if "vectors" in self.__dict__:
            self.__dict__.pop("vectors").close()
