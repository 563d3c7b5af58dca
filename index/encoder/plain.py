"""Encoders and cross-encoders run by sentence-transformers, in fp32: any model by name, at torch's price.

torch takes seconds to import and runs half as fast as it could; `index.encoder.quantized` runs the same weights
without it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.types import DEFAULT_ENCODER, ModelSource, Vectors
from index.errors import InvalidValue, MissingPart

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NEEDS_ENCODERS = (
    "need sentence-transformers and torch, which the encoder that comes with newsdesk does not: "
    "pip install '.[encoders]' where newsdesk was checked out"
)
MAX_TOKENS = 256  # all-MiniLM-L6-v2 was trained at 128 and serves at 256; longer passages are cut off by it


class PlainEncoder:
    """sentence-transformers as it comes, in fp32, on a GPU where there is one."""

    def __init__(self, source: ModelSource) -> None:
        self.model: Any = load_sentence_transformer(source)
        self.name = source.name
        first: Any = self.model[0]
        self.revision = source.revision or str(getattr(first.auto_model.config, "_commit_hash", "") or "")[:12]
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.max_tokens = min(int(self.model.max_seq_length or MAX_TOKENS), 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, without the two that mark its ends."""
        if not texts:
            return []
        tokens: Any = self.model.tokenizer(list(texts), add_special_tokens=False, truncation=False)
        return [len(ids) for ids in tokens["input_ids"]]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, each row of unit length."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def load_cross_encoder(name: str) -> Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]:
    """A cross-encoder by name or folder: pairs of texts to logits, shape (pairs,), float32. Imports torch."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity
    except ImportError as error:
        raise MissingPart(f"readers by name {NEEDS_ENCODERS}") from error
    try:
        model: Any = CrossEncoder(str(folder) if folder.is_dir() else name, max_length=512)
    except OSError as error:
        raise InvalidValue(
            f"no reader {name!r}: it is neither a folder nor could it be fetched from the model hub "
            f"({type(error).__name__}). Check the name and the network, or leave it out: a reader comes with newsdesk."
        ) from error

    def logits(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        scores = model.predict(list(pairs), activation_fn=Identity(), show_progress_bar=False)
        return np.asarray(scores, np.float32).reshape(len(pairs), -1)[:, -1]

    return logits


def load_sentence_transformer(source: ModelSource) -> SentenceTransformer:
    """The model itself, freshly loaded. Imports torch: 5 to 18 seconds."""
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise MissingPart(f"encoders other than the shipped {DEFAULT_ENCODER} {NEEDS_ENCODERS}") from error

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # a bar for each of 103 tensors, gone before it can be read
    try:
        return SentenceTransformer(str(source.folder or source.name))
    except OSError as error:
        raise InvalidValue(
            f"no encoder {source.name!r}: it is neither a folder nor could it be fetched from the model hub "
            f"({type(error).__name__}). Check the name and the network, or use {DEFAULT_ENCODER!r}, which is installed."
        ) from error
