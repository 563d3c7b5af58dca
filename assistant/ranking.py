"""Several rankings to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.types import Hit

RRF_K = 60  # the constant of the paper: how little the first ranks count above the next


def fuse(rankings: Sequence[Sequence[Hit]], weights: Sequence[float] | None = None) -> list[Hit]:
    """One ranking of all hits, best first, by reciprocal rank fusion (Cormack, Clarke and Büttcher 2009).

    A hit's score is the sum over the rankings of weight / (60 + rank), rank from 1.
    """
    scores: dict[str, float] = {}
    hits: dict[str, Hit] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, hit in enumerate(ranking, 1):
            scores[hit.passage.id] = scores.get(hit.passage.id, 0.0) + weight / (RRF_K + rank)
            hits.setdefault(hit.passage.id, hit)
    best = sorted(scores, key=lambda passage_id: -scores[passage_id])
    return [replace(hits[passage_id], score=scores[passage_id]) for passage_id in best]
