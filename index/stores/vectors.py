"""Vectors to hits: cosine similarity over every passage (Chroma, embedded in this process or on a server).

Chroma never embeds here: ids and vectors are always ours. Facts it is written around (chromadb 1.5.9): the default
distance is L2; a batch above 5,461 raises; None in metadata is refused; dates must be stored as numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from index.errors import InvalidValue, Unreachable
from index.stores.admitted import Admitted
from index.stores.seal import damage, seal, unseal

if TYPE_CHECKING:
    from index.encoder.types import Vectors

COLLECTION = "passages"
BATCH_VECTORS = 2000  # in one call: chromadb raises above 5,461
_PORTS = {"http": 8000, "https": 443}


@dataclass(frozen=True, slots=True)
class Server:
    """A Chroma server that the user runs. token: sent as a bearer token, to what guards it; "" for none."""

    address: str
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.username:
            raise InvalidValue(f"a Chroma server's address is http://HOST:PORT or https://HOST, not {self.address!r}")

    @property
    def place(self) -> tuple[str, int, bool]:
        """Host, port, and whether the line is encrypted."""
        parts = urlsplit(self.address)
        return str(parts.hostname), parts.port or _PORTS[parts.scheme], parts.scheme == "https"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the vectors of one generation lie: in a folder; or, with a server, in a collection there."""

    folder: Path
    server: Server | None = None
    collection: str = COLLECTION

    def exists(self) -> bool:
        """Whether anything may lie there."""
        return self.server is not None or self.folder.exists()

    def damage(self) -> str:
        """Why what lies there cannot be loaded, in words; "" when it can, or a server keeps it."""
        return "" if self.server else damage(self.folder, self.collection)


class VectorIndex:
    """The vectors of one library in one place; made when missing. Safe to read from several threads.

    Raises Unreachable when the place is on a server and that does not answer.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        if place.server is None:
            unseal(place.folder)
        with self._asking():
            self._client = _client(place)
            self._collection = self._open()

    def _open(self) -> Any:
        return self._client.get_or_create_collection(
            self._place.collection,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 128, "max_neighbors": 24, "ef_search": 128}},
        )

    @contextmanager
    def _asking(self) -> Iterator[None]:
        server = self._place.server
        try:
            yield
        except Exception as error:
            if server is None:
                raise
            # from connection errors to refusals by what guards it, of half a dozen types
            raise Unreachable(
                f"the Chroma server at {server.address} that keeps the vectors cannot be asked ({error}). Is it "
                "running, and is the address right? --chroma or NEWSDESK_CHROMA names it."
            ) from error

    def __len__(self) -> int:
        with self._asking():
            return int(self._collection.count())

    def put(self, keys: Sequence[int], vectors: Vectors, facts: Sequence[tuple[int, int, str]]) -> None:
        """Store vectors under passage keys, replacing what was there. facts: (article key, day, publisher) of each."""
        for at in range(0, len(keys), BATCH_VECTORS):
            part = slice(at, at + BATCH_VECTORS)
            with self._asking():
                self._collection.upsert(
                    ids=[str(key) for key in keys[part]],
                    embeddings=vectors[part],
                    metadatas=[{"article": a, "day": d, "publisher": p} for a, d, p in facts[part]],
                )

    def take_over(self, other: VectorIndex, keys: Sequence[int]) -> None:
        """Store the vectors that another index has of these passages, with what it knows of them."""
        held, facts = other.get(keys), other.facts(keys)
        if there := [key for key in keys if key in held]:
            self.put(there, np.stack([held[key] for key in there]), [facts[key] for key in there])

    def drop(self, keys: Iterable[int]) -> None:
        """Delete the vectors of these passages; keys without one are passed over."""
        ids = [str(key) for key in keys]
        for at in range(0, len(ids), BATCH_VECTORS):
            with self._asking():
                self._collection.delete(ids=ids[at : at + BATCH_VECTORS])

    def clear(self) -> None:
        """Delete every vector, as before a rebuild with a model of another dimension."""
        with self._asking():
            self._client.delete_collection(self._place.collection)
            self._collection = self._open()

    def clear_others(self, prefix: str) -> None:
        """Delete the other collections of the server whose names begin like this: what rebuilds left."""
        with self._asking():
            for other in [one.name for one in self._client.list_collections()]:
                if other.startswith(prefix) and other != self._place.collection:
                    self._client.delete_collection(other)

    def search(self, vector: Vectors, n: int, admitted: Admitted = Admitted()) -> list[tuple[int, float]]:
        """The n nearest passages as (key, cosine similarity), nearest first. vector: shape (dimension,)."""
        with self._asking():  # Chroma gives what it has when n is more than that; counting took 25 ms of 436,000
            found = self._collection.query(
                query_embeddings=[vector], n_results=n, where=_where(admitted), include=["distances"]
            )
        return [
            (int(i), 1.0 - float(distance)) for i, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def get(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """The stored vectors of these passages, as far as there are any."""
        if not keys:
            return {}
        with self._asking():
            found = self._collection.get(ids=[str(key) for key in keys], include=["embeddings"])
        return {int(i): np.asarray(v, np.float32) for i, v in zip(found["ids"], found["embeddings"], strict=True)}

    def facts(self, keys: Sequence[int]) -> dict[int, tuple[int, int, str]]:
        """(article key, day, publisher) as they are stored with these passages, as far as there are any."""
        if not keys:
            return {}
        with self._asking():
            found = self._collection.get(ids=[str(key) for key in keys], include=["metadatas"])
        return {
            int(i): (m.get("article"), m.get("day"), m.get("publisher"))
            for i, m in zip(found["ids"], found["metadatas"], strict=True)
        }

    def keys(self) -> list[int]:
        """Every passage key that has a vector, for checking it against the catalogue."""
        keys: list[int] = []
        with self._asking():
            while ids := self._collection.get(limit=5000, offset=len(keys), include=[])["ids"]:
                keys.extend(map(int, ids))
        return keys

    def close(self) -> None:
        """Let go of the files, and write down what they are."""
        self._client.close()
        if self._place.server is None:
            seal(self._place.folder)


def _client(place: Place) -> Any:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if place.server is None:
        place.folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(str(place.folder), settings)
    host, port, secure = place.server.place
    headers = {"Authorization": f"Bearer {place.server.token}"} if place.server.token else {}
    return chromadb.HttpClient(host, port, secure, headers, settings)


def _where(admitted: Admitted) -> dict[str, Any] | None:
    """A filter as Chroma's condition on what it knows of a passage; None for no limit."""
    limits: list[dict[str, Any]] = [
        {"day": {sign: day}}
        for sign, day in (("$gte", admitted.first_day), ("$lte", admitted.last_day))
        if day is not None
    ]
    if admitted.publishers:
        named: dict[str, Any] = {"publisher": {"$in": list(admitted.publishers)}}
        reprinted = {"article": {"$in": list(admitted.reprinted)}}
        limits.append({"$or": [named, reprinted]} if admitted.reprinted else named)
    if admitted.article_keys:
        limits.append({"article": {"$in": list(admitted.article_keys)}})
    return {"$and": limits} if len(limits) > 1 else (limits[0] if limits else None)
