"""The vector of a passage: its text's, with a share of its article's title."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encoder.types import Encoder, Vectors
from index.passages import encoder_title

TITLE_SHARE = 0.25  # of an article's title in the vectors of its passages; chosen on news-train (docs/quality.md)


def embed_passages(encoder: Encoder, passages: Sequence[tuple[str, str]]) -> Vectors:
    """The vectors of passages, each given as (title of its article, text): shape (len(passages), dimension), of unit
    length.

    Each is that of its text with a quarter of that of the title added, which tells what "he" and "the company" are
    about. In front of the text the title says too much: a dozen words that all passages of an article share."""
    titles = list(dict.fromkeys(shown for title, _ in passages if (shown := encoder_title(title))))
    vectors = encoder.encode([*(text for _, text in passages), *titles])
    place = {title: len(passages) + n for n, title in enumerate(titles)}
    made = vectors[: len(passages)].copy()
    for row, (title, _) in zip(made, passages, strict=True):
        if (at := place.get(encoder_title(title))) is not None:
            row += TITLE_SHARE * vectors[at]
            row /= np.linalg.norm(row)
    return made
