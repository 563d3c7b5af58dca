"""Passages out of the stores: by words (BM25), by runs of words, by vectors, and by both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from index.encoder.types import Vectors
from index.errors import Unreachable
from index.stores.admitted import Admitted
from index.stores.catalogue import Catalogue
from index.stores.opened import OpenStores
from index.types import Filter, Hit

WIDER_TIMES = 5  # as many of the nearest are looked at before Chroma is asked to filter
Ranking = list[tuple[int, float]]  # (passage key, score), best first
Fuse = Callable[[list[list[int]]], Ranking]  # passage keys of several rankings, best first, to one


@dataclass(frozen=True, slots=True)
class Matched:
    """A passage found by words, by vectors or by both. cosine: of its vector to the question's, -1 to 1; for a passage
    that is not among the nearest, that of the last of these; None where no passage has a vector yet."""

    hit: Hit
    cosine: float | None


class Searcher:
    """Searches a library's stores. Safe to use from several threads.

    follows: another process writes them: before each search it is seen what that has done.
    """

    def __init__(self, catalogue: Catalogue, stores: OpenStores, *, follows: bool) -> None:
        self._catalogue, self._stores, self._follows = catalogue, stores, follows
        self._following = threading.Lock()

    def by_words(self, text: str, n: int, where: Filter) -> list[Hit]:
        """The n best passages by BM25, best first."""
        return self._found(where, lambda admitted: self._stores.words.search(text, n, admitted))

    def by_runs(self, text: str, n: int, where: Filter) -> list[Hit]:
        """The n passages that share most runs of three words with a quotation, best first."""
        return self._found(where, lambda admitted: self._stores.words.search_runs(text, n, admitted))

    def by_likeness(self, word: str, distance: int, n: int) -> list[Hit]:
        """n passages that hold a word at most `distance` typing errors from this one."""
        return self._found(
            Filter(), lambda _: [(key, 1.0) for key in self._stores.words.search_like(word, distance, n)]
        )

    def by_vector(self, vector: Vectors, n: int, where: Filter) -> list[Hit]:
        """The n nearest passages by cosine similarity, nearest first. vector: shape (dimension,), unit length."""
        if not self._catalogue.count_in("ready"):
            return []
        return self._found(where, lambda admitted: self.nearest(vector, n, admitted))

    def by_both(self, text: str, vector: Vectors, n: int, where: Filter, fuse: Fuse, most: int | None) -> list[Matched]:
        """Words and vectors searched, n passages each, and made one ranking by `fuse`: its first `most` hits, all for
        None. Only their texts are read."""
        cosines: dict[int, float] = {}

        def search(admitted: Admitted) -> Ranking:
            rankings = [self._stores.words.search(text, n, admitted)]
            cosines.clear()
            if self._catalogue.count_in("ready"):
                rankings.append(self.nearest(vector, n, admitted))
                cosines.update(rankings[-1])
            return fuse([[key for key, _ in ranking] for ranking in rankings])

        found = self._keyed(where, search, most)
        least = min(cosines.values(), default=None)
        return [Matched(hit, cosines.get(key, least)) for key, hit in found]

    def nearest(self, vector: Vectors, n: int, admitted: Admitted) -> Ranking:
        """The n nearest passages that a filter admits.

        For a filter Chroma looks through what it knows of every passage: 64 ms at 20,000 of which most pass, and in
        proportion. So first some more of the nearest are taken without it, and it is only asked to filter when too few
        of them pass."""
        vectors = self._stores.vectors
        if admitted == Admitted():
            return vectors.search(vector, n)
        near = vectors.search(vector, WIDER_TIMES * n)
        passing = self._catalogue.passing([key for key, _ in near], admitted)
        kept = [(key, score) for key, score in near if key in passing]
        return kept[:n] if len(kept) >= n or len(near) < WIDER_TIMES * n else vectors.search(vector, n, admitted)

    def _found(self, where: Filter, search: Callable[[Admitted], Ranking]) -> list[Hit]:
        return [hit for _, hit in self._keyed(where, search)]

    def _keyed(
        self, where: Filter, search: Callable[[Admitted], Ranking], most: int | None = None
    ) -> list[tuple[int, Hit]]:
        """What a search of the stores finds, the first `most` of it, with the passages' keys; a reader looks again when
        the writer has swapped the stores meanwhile."""
        admitted = self._catalogue.admitted(where)
        if admitted is None:
            return []
        while True:
            generation = self._follow() if self._follows else None
            try:
                found = self._first(search(admitted), most)
            except Unreachable:  # not there, or no longer
                if not self._follows or self._catalogue.fact("generation") == generation:
                    raise
                continue
            if not self._follows or self._catalogue.fact("generation") == generation:
                return found

    def _follow(self) -> str | None:
        with self._following:
            return self._stores.take_up_written()

    def _first(self, ranking: Ranking, most: int | None) -> list[tuple[int, Hit]]:
        wanted = len(ranking) if most is None else most
        found: list[tuple[int, Hit]] = []
        while ranking and len(found) < wanted:  # keys no longer in use give no hit: the next take their places
            part = wanted - len(found)
            found += self._catalogue.hits(ranking[:part])
            ranking = ranking[part:]
        return found
