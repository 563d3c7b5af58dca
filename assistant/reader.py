"""Reads question and passage together: how well each passage answers, and which of its words hold the answer.

A small cross-encoder (MiniLM's six layers) with two heads, trained by `training/train_reader.py`. One pass over the
candidates gives the ranking, the sentences to quote and a sign of whether there is an answer at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.quantized import open_session

TITLE_CHARACTERS = 120  # as in training
BATCH = 4  # passages in one call: two calls side by side on two cores


def packaged_reader() -> Path | None:
    """The folder of the reader that comes with newsdesk, or None when this build has none."""
    folder = Path(__file__).parent / "reader_model"
    return folder if (folder / "model.onnx").exists() else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage.

    answers: logit, higher is better, that the passage answers the question.
    words: shape (tokens,), the logit of each token of the passage that it is part of the answer.
    spans: shape (tokens, 2), where each token stands in the passage's text, in characters.
    """

    answers: float
    words: NDArray[np.float32]
    spans: NDArray[np.int64]

    @property
    def best(self) -> float:
        """The highest logit of any word; -20 when there is none."""
        return float(self.words.max()) if len(self.words) else -20.0

    def best_in(self, start: int, end: int) -> float:
        """The highest logit of a word between two places of the passage; -20 when none of it was read."""
        inside = (self.spans[:, 0] >= start) & (self.spans[:, 1] <= end)
        return float(self.words[inside].max()) if inside.any() else -20.0


class Reader:
    """A reader in a folder: model.onnx, tokenizer.json, card.json. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card["max_tokens"], strategy="only_second")
        self._session = open_session(folder / "model.onnx")

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """What it makes of each (title, text), in the same order."""
        if not passages:
            return []
        fronts = [f"{title[:TITLE_CHARACTERS]}\n" if title else "" for title, _ in passages]
        question = question[:400]  # of 256 tokens some must be left for the passage
        pairs = [(question, front + text) for front, (_, text) in zip(fronts, passages, strict=True)]
        encoded = self._tokenizer.encode_batch(pairs)
        order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i]))
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        readings: dict[int, Reading] = {}

        def run(batch: list[int]) -> None:
            tokens, answers = self._run([encoded[i] for i in batch])
            for row, i in enumerate(batch):
                readings[i] = self._reading(encoded[i], len(fronts[i]), tokens[row], float(answers[row]))

        with ThreadPoolExecutor(max_workers=min(len(batches), os.cpu_count() or 1)) as pool:
            list(pool.map(run, batches))
        return [readings[i] for i in range(len(passages))]

    def _run(self, encoded: Sequence[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        length = max(len(e) for e in encoded)
        ids, mask, types = (np.zeros((len(encoded), length), np.int64) for _ in range(3))
        for row, e in enumerate(encoded):
            ids[row, : len(e)], mask[row, : len(e)], types[row, : len(e)] = e.ids, 1, e.type_ids
        tokens, answers = self._session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": types})
        return tokens, answers

    @staticmethod
    def _reading(encoded: Any, front: int, tokens: NDArray[np.float32], answers: float) -> Reading:
        types, special = np.array(encoded.type_ids), np.array(encoded.special_tokens_mask)
        spans = np.array(encoded.offsets)
        keep = (types == 1) & (special == 0) & (spans[:, 0] >= front)
        return Reading(answers, tokens[: len(types)][keep], spans[keep] - front)
