"""Verifiers: a claim and its evidence in, how likely the evidence bears the claim out.

The one that comes with newsdesk is a small cross-encoder (MiniLM's six layers) trained by `training/train_verifier.py`,
which also tells the words that are not borne out. Any sequence classifier that takes (document, claim) can take its
place by name: MiniCheck's and HHEM's kind, or a cross-encoder for natural language inference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder.cutting import cutter
from index.encoder.sessions import open_session
from index.errors import InvalidValue

Span = tuple[int, int]
CLAIM_CHARACTERS = 400  # as in training
WRONG = 0.0  # logit from which a word is taken not to be borne out
# What a label is called that says "borne out", in the order in which they are looked for.
_BORNE_OUT = ("entail", "support", "consistent", "factual", "label_1")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a verifier makes of one claim. logit: higher is likelier borne out. wrong: spans of it that are not."""

    logit: float
    wrong: tuple[Span, ...] = ()


class Verifier(Protocol):
    """What holds claims against evidence. Safe to call from several threads."""

    own: bool  # the one that comes with newsdesk, for which the weights of features are fitted

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """What it makes of each (claim, evidence), in the same order."""


def open_verifier(name: str | None = None) -> Verifier:
    """The verifier of a name: None is the one that comes with newsdesk, any other a sequence classifier's, by folder or
    on the model hub."""
    return NamedVerifier(name) if name else TrainedVerifier(Path(__file__).parent / "verifier_model")


class TrainedVerifier:
    """A verifier in a folder: model.onnx, tokenizer.json, card.json."""

    own = True

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card["max_tokens"], strategy="only_second")
        self._cut = cutter(folder / "tokenizer.json", card["max_tokens"] // 2)
        self._session = open_session(folder / "model.onnx")

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """What it makes of each (claim, evidence), in the same order."""
        if not pairs:
            return []
        encoded = self._tokenizer.encode_batch(
            [(self._cut(claim[:CLAIM_CHARACTERS]), evidence) for claim, evidence in pairs]
        )
        with ThreadPoolExecutor(max_workers=min(len(pairs), os.cpu_count() or 1)) as pool:
            return list(pool.map(self._judged, encoded))

    def _judged(self, encoded: Any) -> Judgement:
        ids = np.array([encoded.ids], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.array([encoded.type_ids])}
        tokens, pair = self._session.run(None, feed)
        types, special = np.array(encoded.type_ids), np.array(encoded.special_tokens_mask)
        claim = np.flatnonzero((types == 0) & (special == 0))
        return Judgement(float(pair[0]), _runs([encoded.offsets[i] for i in claim if tokens[0][i] > WRONG]))


def _runs(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans of tokens, neighbours with at most one character between them as one."""
    runs: list[Span] = []
    for start, end in spans:
        if runs and start - runs[-1][1] <= 1:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return tuple(runs)


class NamedVerifier:
    """A sequence classifier that takes (document, claim), by folder or name. Imports torch."""

    own = False

    def __init__(self, name: str) -> None:
        self._classify, self._borne_out = _classifier(name)

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """What it makes of each (claim, evidence), in the same order."""
        if not pairs:
            return []
        logits = self._classify([(evidence, claim) for claim, evidence in pairs])
        return [Judgement(logit_of(row, self._borne_out)) for row in logits]


def logit_of(row: NDArray[np.float32], borne_out: int) -> float:
    """The logit that a claim is borne out: a single output's own, else its label's against all others."""
    if len(row) == 1:
        return float(row[0])
    others = np.delete(row.astype(np.float64), borne_out)
    return float(row[borne_out] - np.logaddexp.reduce(others))


def label_of(labels: Mapping[int, str]) -> int | None:
    """Which label says "borne out"; 0 for a single output, None where the names do not tell."""
    if len(labels) == 1:
        return 0
    for wanted in _BORNE_OUT:
        for place, label in labels.items():
            low = label.lower()
            if low.startswith(wanted) or (
                wanted != "label_1" and wanted in low and not low.startswith(("not", "un", "in"))
            ):
                return int(place)
    return None


def _classifier(name: str) -> tuple[Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]], int]:
    folder = Path(name).expanduser()
    if folder.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    where = str(folder) if folder.is_dir() else name
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(where)
        model: Any = AutoModelForSequenceClassification.from_pretrained(where).eval()
    except (OSError, ValueError) as error:
        raise InvalidValue(
            f"no verifier {name!r}: it is no folder or name of a sequence classifier that could be loaded "
            f"({type(error).__name__}). Check the name and the network, or leave it out: newsdesk brings its own."
        ) from error
    borne_out = label_of(model.config.id2label)
    if borne_out is None:
        raise InvalidValue(
            f"{name!r} does not say which of its labels means that a claim is borne out: "
            f"{', '.join(model.config.id2label.values())}. "
            "Take a model whose label is called entailment, supported or consistent."
        )

    def classify(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        documents, claims = zip(*pairs, strict=True)
        batch = tokenizer(
            list(documents), list(claims), truncation="only_first", max_length=512, padding=True, return_tensors="pt"
        )
        with torch.inference_mode():
            return np.asarray(model(**batch).logits.float().numpy(), np.float32)

    return classify, borne_out
