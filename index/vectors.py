"""Vectors to hits: cosine similarity over every passage (Chroma, embedded in this process).

Chroma never embeds here: ids and vectors are always ours. Facts it is written around (chromadb 1.5.9): the default
distance is L2; a batch above 5,461 raises; None in metadata is refused; dates must be stored as numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.lexical import Scope

if TYPE_CHECKING:
    from index.embedding import Vectors

COLLECTION = "passages"
BATCH = 2000


class VectorIndex:
    """The vectors of one library, in one folder; made when missing. Safe to read from several threads."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        self._client: Any = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self._collection = self._open()

    def _open(self) -> Any:
        return self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 128, "max_neighbors": 24, "ef_search": 128}},
        )

    def __len__(self) -> int:
        return int(self._collection.count())

    def put(self, keys: Sequence[int], vectors: Vectors, facts: Sequence[tuple[int, int, str]]) -> None:
        """Store vectors under passage keys, replacing what was there. facts: (article key, day, publisher) of each."""
        for at in range(0, len(keys), BATCH):
            part = slice(at, at + BATCH)
            self._collection.upsert(
                ids=[str(key) for key in keys[part]],
                embeddings=vectors[part],
                metadatas=[{"article": a, "day": d, "publisher": p} for a, d, p in facts[part]],
            )

    def drop(self, keys: Iterable[int]) -> None:
        """Delete the vectors of these passages; keys without one are passed over."""
        ids = [str(key) for key in keys]
        for at in range(0, len(ids), BATCH):
            self._collection.delete(ids=ids[at : at + BATCH])

    def clear(self) -> None:
        """Delete every vector, as before a rebuild with a model of another dimension."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._open()

    def search(self, vector: Vectors, n: int, scope: Scope = Scope()) -> list[tuple[int, float]]:
        """The n nearest passages as (key, cosine similarity), nearest first. vector: shape (dimension,)."""
        n = min(n, len(self))
        if n == 0:
            return []
        found = self._collection.query(
            query_embeddings=[vector], n_results=n, where=_where(scope), include=["distances"]
        )
        return [
            (int(i), 1.0 - float(distance)) for i, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def get(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """The stored vectors of these passages, as far as there are any."""
        if not keys:
            return {}
        found = self._collection.get(ids=[str(key) for key in keys], include=["embeddings"])
        return {int(i): np.asarray(v, np.float32) for i, v in zip(found["ids"], found["embeddings"], strict=True)}

    def keys(self) -> list[int]:
        """Every passage key that has a vector, for checking it against the catalogue."""
        keys: list[int] = []
        while ids := self._collection.get(limit=5000, offset=len(keys), include=[])["ids"]:
            keys.extend(map(int, ids))
        return keys

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def _where(scope: Scope) -> dict[str, Any] | None:
    limits: list[dict[str, Any]] = []
    if scope.since is not None or scope.until is not None:
        limits.append({"day": {"$gte": scope.since if scope.since is not None else 1}})
    if scope.until is not None:
        limits.append({"day": {"$lte": scope.until}})
    if scope.publishers:
        limits.append({"publisher": {"$in": list(scope.publishers)}})
    if scope.article_keys:
        limits.append({"article": {"$in": list(scope.article_keys)}})
    return {"$and": limits} if len(limits) > 1 else (limits[0] if limits else None)
