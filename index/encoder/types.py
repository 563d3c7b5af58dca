"""What an encoder is: the protocol, its vectors, and where its weights come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DEFAULT_ENCODER = "all-MiniLM-L6-v2"  # the one that is installed with newsdesk
Vectors = NDArray[np.float32]


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
