"""The process that index/stores/trial.py starts: it loads a vector index and reads some of it back.

`python -m index.stores.load_once FOLDER COLLECTION`: exit code 0 when the index gives what it holds; what is wrong goes
to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.stores.vectors import Place, VectorIndex

SAMPLE_VECTORS = 2000  # read back at each end of the index
MIN_COSINE = 0.99  # of a vector to itself


def fault(folder: Path, collection: str) -> str:
    """What is wrong with what the index gives back; "" when nothing is."""
    index = VectorIndex(Place(folder, collection=collection))
    keys = index.keys()
    parts = (keys[:SAMPLE_VECTORS], keys[SAMPLE_VECTORS:][-SAMPLE_VECTORS:])
    return next(filter(None, (_fault_of(index, part) for part in parts if part)), "")


def _fault_of(index: VectorIndex, keys: Sequence[int]) -> str:
    held = index.get(keys)
    if missing := len(keys) - len(held):
        return f"{missing} vectors of {len(keys)} are not there"
    if not np.allclose(np.linalg.norm(np.stack(list(held.values())), axis=1), 1, atol=0.01):
        return "there are vectors that are not of unit length"
    for key in (keys[0], keys[len(keys) // 2], keys[-1]):
        nearest = index.search(held[key], 1)
        if not nearest or nearest[0][1] < MIN_COSINE:
            return "a search does not find the vectors that are there"
    return ""


if __name__ == "__main__":
    sys.exit(fault(Path(sys.argv[1]), sys.argv[2]) or 0)
