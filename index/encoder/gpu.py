"""An Encoder that sends large batches to a GPU, where there is one, and the rest to the encoder on the cores.

A question stays on the cores: it takes them milliseconds, and torch takes seconds to import. Both ways run the same
weights, in fp32 on the GPU and in int8 on the cores, and agree as far as the conversion was found to
(index/encoder/quantized.py).
"""

from __future__ import annotations

import importlib.util
import logging
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from index.encoder.types import Encoder, Vectors

LEAST_TEXTS = 64  # fewer are done on the cores before a GPU has them
log = logging.getLogger(__name__)


def gpu_likely() -> bool:
    """Whether this machine looks as if it had a GPU for torch; costs no import."""
    return Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") is not None


def gpu_usable() -> bool:
    """Whether torch is installed and finds one; imports torch."""
    if importlib.util.find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


class Accelerated:
    """An Encoder that gives LEAST_TEXTS texts and more to another one. Safe to call from several threads."""

    def __init__(
        self, on_cores: Encoder, on_gpu: Callable[[], Encoder], usable: Callable[[], bool] = gpu_usable
    ) -> None:
        """on_gpu: made when first needed. usable: asked once, before that."""
        self.name, self.revision = on_cores.name, on_cores.revision
        self.dimension, self.max_tokens = on_cores.dimension, on_cores.max_tokens
        self._on_cores, self._make, self._usable = on_cores, on_gpu, usable
        self._on_gpu: Encoder | None = None
        self._looked = False
        self._lock = threading.Lock()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, without the two that mark its ends."""
        return self._on_cores.count_tokens(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, each row of unit length; equal texts give equal rows.

        A GPU that fails (out of memory, say) is warned of and left alone from then on.
        """
        if len(texts) < LEAST_TEXTS or (encoder := self._gpu()) is None:
            return self._on_cores.encode(texts)
        try:
            return encoder.encode(texts)
        except RuntimeError as error:
            log.warning("the GPU failed (%s); going on with the cores", error)
            self._on_gpu = None
            return self._on_cores.encode(texts)

    def _gpu(self) -> Encoder | None:
        with self._lock:
            if not self._looked:
                self._looked = True
                self._on_gpu = self._make() if self._usable() else None
            return self._on_gpu
