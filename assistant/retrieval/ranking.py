"""Several rankings to one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from index.types import Hit

Key = TypeVar("Key", bound=Hashable)
RRF_K = 60  # the constant of the paper: how little the first ranks count above the next


def fuse_keys(rankings: Sequence[Sequence[Key]], weights: Sequence[float] | None = None) -> list[tuple[Key, float]]:
    """One ranking of all keys with their scores, best first, by reciprocal rank fusion (Cormack, Clarke and Büttcher
    2009): a score is the sum over the rankings of weight / (60 + rank), rank from 1."""
    scores: dict[Key, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + weight / (RRF_K + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])


def fuse(rankings: Sequence[Sequence[Hit]], weights: Sequence[float] | None = None) -> list[Hit]:
    """The same of hits, by their passages."""
    hits: dict[str, Hit] = {}
    for ranking in rankings:
        for hit in ranking:
            hits.setdefault(hit.passage.id, hit)
    keys = [[hit.passage.id for hit in ranking] for ranking in rankings]
    return [replace(hits[key], score=score) for key, score in fuse_keys(keys, weights)]
