"""Reads question and passage together: how well each passage answers, and which of its words are the answer.

The one that comes with newsdesk is a small cross-encoder (MiniLM's six layers) with heads for pair and span, trained by
`training/train_reader.py`. One pass over the candidates gives the ranking, the sentences to quote and a sign of whether
there is an answer at all. Any other cross-encoder can take its place by name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder.cutting import cutter
from index.encoder.plain import load_cross_encoder
from index.encoder.sessions import open_session
from index.passages import sentences

TITLE_CHARACTERS = 120  # as in training
QUESTION_CHARACTERS, QUESTION_TOKENS = 400, 128  # of 256 tokens half are left for the passage
LONGEST_TOKENS = 16  # tokens of a span that answers
UNREAD_SPAN_LOGIT = -20.0  # the score of a span where nothing was read
SENTENCES_FROM = 5  # passages whose sentences a cross-encoder reads one by one


@dataclass(frozen=True, slots=True)
class Span:
    """The words taken for the answer: a place in a passage, in characters, and its score: the logits of its start and
    its end added, comparable between the passages of one question; above 0, it is rather an answer than none."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage.

    answers: logit that the passage answers the question; above 0, it rather does.
    starts, ends: shape (tokens,), the logit of each token of the passage that the answer starts or ends with it.
    spans: shape (tokens, 2), where each token stands in the passage's text, in characters.
    """

    answers: float
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    spans: NDArray[np.int64]

    @property
    def best(self) -> float:
        """The score of the best span; UNREAD_SPAN_LOGIT when there is none."""
        return UNREAD_SPAN_LOGIT if (span := self._best(slice(0, len(self.spans)))) is None else span.score

    def reaches(self, start: int, end: int) -> bool:
        """Whether any word between two places of the passage was read."""
        return bool(((self.spans[:, 0] >= start) & (self.spans[:, 1] <= end)).any())

    def best_in(self, start: int, end: int) -> float:
        """The score of the best span between two places of the passage; UNREAD_SPAN_LOGIT when none of it was read."""
        return UNREAD_SPAN_LOGIT if (span := self.span_in(start, end)) is None else span.score

    def span_in(self, start: int, end: int) -> Span | None:
        """The best span between two places of the passage; None when none of it was read. It may begin or end inside a
        word."""
        first = int(np.searchsorted(self.spans[:, 0], start))
        return self._best(slice(first, int(np.searchsorted(self.spans[:, 1], end, "right"))))

    def _best(self, part: slice) -> Span | None:
        starts, ends = self.starts[part], self.ends[part]
        if not (size := len(starts)):
            return None
        scores = np.full((size, min(LONGEST_TOKENS, size)), -np.inf, np.float32)
        for length in range(scores.shape[1]):
            scores[: size - length, length] = starts[: size - length] + ends[length:]
        first, length = divmod(int(scores.argmax()), scores.shape[1])
        spans = self.spans[part]
        return Span(int(spans[first, 0]), int(spans[first + length, 1]), float(scores[first, length]))


class Reader(Protocol):
    """What reads passages. Safe to call from several threads."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """What it makes of each (title, text), in the same order."""


def open_reader(name: str | None = None) -> Reader:
    """The reader of a name: None is the one that comes with newsdesk; a folder holds one like it, or a cross-encoder;
    any other name is a cross-encoder's on the model hub."""
    folder = Path(name).expanduser() if name else Path(__file__).parent / "reader_model"
    return TokenReader(folder) if name is None or (folder / "card.json").exists() else PairReader(name)


class PairReader:
    """A cross-encoder that only scores pairs: it reads each passage, and of the best ones each sentence by itself."""

    def __init__(self, name: str) -> None:
        self._logits = load_cross_encoder(name)

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """What it makes of each (title, text), in the same order."""
        if not passages:
            return []
        fronts = [f"{title[:TITLE_CHARACTERS]}\n" if title else "" for title, _ in passages]
        answers = self._logits([(question, front + text) for front, (_, text) in zip(fronts, passages, strict=True)])
        spans = {int(i): sentences(passages[i][1]) for i in np.argsort(-answers, kind="stable")[:SENTENCES_FROM]}
        places = [(i, a, b) for i, of in spans.items() for a, b in of]
        words = self._logits([(question, fronts[i] + passages[i][1][a:b]) for i, a, b in places])
        readings = []
        for i, value in enumerate(answers):
            mine = [n for n, place in enumerate(places) if place[0] == i]
            read = np.array([places[n][1:] for n in mine], np.int64).reshape(-1, 2)
            half = np.asarray(words[mine] / 2, np.float32)  # a sentence is its start and its end
            readings.append(Reading(float(value), half, half, read))
        return readings


class TokenReader:
    """A reader in a folder: model.onnx, tokenizer.json, card.json."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card["max_tokens"], strategy="only_second")
        self._cut = cutter(folder / "tokenizer.json", QUESTION_TOKENS)
        self._session = open_session(folder / "model.onnx")

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """What it makes of each (title, text), in the same order."""
        if not passages:
            return []
        fronts = [f"{title[:TITLE_CHARACTERS]}\n" if title else "" for title, _ in passages]
        question = self._cut(question[:QUESTION_CHARACTERS])
        pairs = [(question, front + text) for front, (_, text) in zip(fronts, passages, strict=True)]
        encoded = self._tokenizer.encode_batch(pairs)
        with ThreadPoolExecutor(max_workers=min(len(pairs), os.cpu_count() or 1)) as pool:
            read = list(pool.map(self._run, encoded))
        return [self._reading(e, len(front), *found) for e, front, found in zip(encoded, fronts, read, strict=True)]

    def _run(self, encoded: Any) -> tuple[NDArray[np.float32], float]:
        """One pair by itself: no padding, and its int8 scales do not depend on what is read beside it. As fast as four
        at a time (280 ms for 16 passages on two cores against 300)."""
        ids = np.array([encoded.ids], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.array([encoded.type_ids])}
        tokens, answers = self._session.run(None, feed)
        return tokens[0], float(answers[0])

    @staticmethod
    def _reading(encoded: Any, front: int, tokens: NDArray[np.float32], answers: float) -> Reading:
        types, special = np.array(encoded.type_ids), np.array(encoded.special_tokens_mask)
        spans = np.array(encoded.offsets)
        keep = (types == 1) & (special == 0) & (spans[:, 0] >= front)
        return Reading(answers, tokens[keep, 0], tokens[keep, 1], spans[keep] - front)
