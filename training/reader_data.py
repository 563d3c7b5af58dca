"""Lists to batches: passages cut into tokens once, questions asked in several ways, windows of several lengths."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

MAX_TOKENS = 320
PASSAGES = 5  # in a list: one that answers, or none, and others
CLS, SEP = 101, 102
SIZES = ((80, 0.35, 36), (150, 0.3, 22), (270, 0.35, 13))  # tokens of a passage, share of steps, lists in a batch
TITLE_CHARACTERS = 120
TAKEN_OUT = 0.2  # of the lists that have an answer: its sentences are taken out, so that there is none
BESIDE_IT = 0.25  # of the others: one of the wrong passages is the right one without the answer
MIX = {  # how often a list of each kind is drawn
    "people": 0.26,
    "sections": 0.16,
    "quiz": 0.26,
    "unsupported": 0.03,
    "cloze": 0.20,
    "nothing": 0.04,
    "recurring": 0.05,
}
Row = dict[str, Any]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Tokens:
    """Passages as tokens: `text[ends[n - 1]:ends[n]]` are the n-th's, likewise titles and the last tokens' places of
    its sentences."""

    text: NDArray[np.uint16]
    text_ends: NDArray[np.int64]
    title: NDArray[np.uint16]
    title_ends: NDArray[np.int64]
    sentences: NDArray[np.int32]
    sentence_ends: NDArray[np.int64]

    def text_of(self, n: int) -> NDArray[np.uint16]:
        """The tokens of a passage."""
        return self.text[self.text_ends[n] : self.text_ends[n + 1]]

    def title_of(self, n: int) -> NDArray[np.uint16]:
        """The tokens of its title."""
        return self.title[self.title_ends[n] : self.title_ends[n + 1]]

    def sentences_of(self, n: int) -> list[tuple[int, int]]:
        """The token spans of its sentences."""
        ends = self.sentences[self.sentence_ends[n] : self.sentence_ends[n + 1]].tolist()
        return [(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True) if a < b]


def open_tokenizer(folder: Path) -> Tokenizer:
    """The encoder's, without padding and cutting."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def prepare(folder: Path, tokenizer: Tokenizer) -> None:
    """Cut the passages into tokens and the lists' spans with them: tokens.npz and *.tokens.jsonl beside them."""
    rows = _rows(folder / "passages.jsonl")
    texts = tokenizer.encode_batch([r["text"] for r in rows], add_special_tokens=False)
    titles = tokenizer.encode_batch([r["title"][:TITLE_CHARACTERS] for r in rows], add_special_tokens=False)
    starts = [np.array([a for a, _ in e.offsets] or [0]) for e in texts]
    ends = [np.searchsorted(starts[n], r["ends"]) for n, r in enumerate(rows)]

    def flat(parts: Any, kind: type) -> tuple[Any, Any]:
        return np.concatenate([np.array(p, kind) for p in parts]), np.cumsum([0, *map(len, parts)])

    text, title, sentence = (
        flat([e.ids for e in texts], np.uint16),
        flat([e.ids for e in titles], np.uint16),
        flat(ends, np.int32),
    )
    np.savez(folder / "tokens.npz", *text, *title, *sentence)
    for path in folder.glob("*.jsonl"):
        if path.name != "passages.jsonl" and not path.name.endswith(".tokens.jsonl"):
            with path.with_suffix(".tokens.jsonl").open("w", encoding="utf-8") as out:
                for row in _rows(path):
                    row["right"] = [[n, _token_spans(starts[n], texts[n].offsets, spans)] for n, spans in row["right"]]
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _token_spans(starts: Any, offsets: Any, spans: Any) -> list[tuple[int, int]]:
    """Spans of characters as spans of tokens, ends exclusive."""
    found = []
    for a, b in spans:
        first = int(np.searchsorted(starts, a, "right")) - 1
        first += int(first >= 0 and offsets[first][1] <= a)
        last = int(np.searchsorted(starts, b))
        if max(first, 0) < last:
            found.append((max(first, 0), last))
    return found


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load(folder: Path) -> tuple[Tokens, list[Row]]:
    """Passages and lists, as `prepare` left them."""
    with np.load(folder / "tokens.npz") as kept:
        tokens = Tokens(*(kept[f"arr_{n}"] for n in range(6)))
    return tokens, _rows(folder / "lists.tokens.jsonl")


SMALL = re.compile(r"\b(?:the|a|an|of|did|does|do|was|were|is|are|to|in|on|for|that|this|week|year)\b ?", re.I)


def asked(question: str, random_: random.Random) -> str:
    """The question as somebody might type it: half of the time in lower case and without its mark, and of those some
    with small words left out, with the question word behind, or with none."""
    if random_.random() < 0.5:
        return question
    typed = question.lower().rstrip("? ")
    if random_.random() < 0.3:
        typed = SMALL.sub(lambda m: "" if random_.random() < 0.5 else m[0], typed)
    first, _, rest = typed.partition(" ")
    if random_.random() < 0.1 and len(rest.split()) > 3:
        return rest if random_.random() < 0.4 else f"{rest} {first}"
    return typed


Part = tuple[int, list[tuple[int, int]], list[tuple[int, int]]]  # passage, its parts that are read, its gold spans


class Lists:
    """Batches by number: the same number is the same batch, whoever makes it."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, mix: dict[str, float], seed: int, many: float = 1.0) -> None:
        """mix: how often a list of each kind is drawn. many: times as many lists in a batch."""
        self.tokens, rows = load(folder)
        self._pools: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self._pools[row["kind"]].append(row)
        self._mix = {kind: share for kind, share in mix.items() if share and self._pools.get(kind)}
        self._tokenizer, self._seed, self._many = tokenizer, seed, many

    def __len__(self) -> int:
        return 10_000_000

    def __getitem__(self, step: int) -> dict[str, NDArray[Any]]:
        """ids, types: (pairs, tokens); gold: (3, pairs, tokens); answered: (lists,)."""
        random_ = random.Random(self._seed * 1_000_003 + step)
        size, _, count = random_.choices(SIZES, [share for _, share, _ in SIZES])[0]
        kinds = random_.choices(list(self._mix), list(self._mix.values()), k=max(1, int(count * self._many)))
        return padded([self.list_of(random_.choice(self._pools[kind]), size, random_) for kind in kinds])

    def list_of(self, row: Row, size: int, random_: random.Random) -> tuple[list[Row], bool]:
        """The pairs of one list, and whether its first answers."""
        question = self._tokenizer.encode(asked(row["question"], random_), add_special_tokens=False).ids[:96]
        wrong: list[Part] = [
            self._window(n, [], size, random_) for n in random_.sample(row["wrong"], min(PASSAGES, len(row["wrong"])))
        ]
        right = None
        if row["right"]:
            n, spans = random_.choice(row["right"])
            right = self._window(n, spans, size, random_)
            without = self.taken_out(right)
            if without and random_.random() < TAKEN_OUT:
                right, wrong = None, [without, *wrong]
            elif without and random_.random() < BESIDE_IT:
                wrong = [without, *wrong]
        chosen = ([right] if right else []) + wrong
        while len(chosen) < PASSAGES:  # too few wrong ones: any other passage
            chosen.append(self._window(random_.randrange(len(self.tokens.text_ends) - 1), [], size, random_))
        titled = random_.random() < 0.75
        whole = row["kind"] == "sections"
        return [self._pair(question, part, titled, whole) for part in chosen[:PASSAGES]], right is not None

    def taken_out(self, part: Part) -> Part | None:
        """A passage without the sentences that answer; None when little is left."""
        n, parts, spans = part
        left = [(a, b) for a, b in parts if not any(s < b and a < e for s, e in spans)]
        return (n, left, []) if sum(b - a for a, b in left) >= 12 else None

    def _window(self, n: int, spans: list[tuple[int, int]], size: int, random_: random.Random) -> Part:
        """A run of whole sentences of about `size` tokens, with a gold span in it where there is one."""
        parts = self.tokens.sentences_of(n)
        if not parts or parts[-1][1] <= size:
            return n, parts, spans
        if spans:
            at = random_.choice(spans)[0]
            first = last = next(i for i, (_, b) in enumerate(parts) if at < b)
        else:
            first = last = random_.randrange(len(parts))
        while True:
            room = size - (parts[last][1] - parts[first][0])
            ways = [i for i in (first - 1, last + 1) if 0 <= i < len(parts) and parts[i][1] - parts[i][0] <= room]
            if not ways:
                break
            way = random_.choice(ways)
            first, last = min(first, way), max(last, way)
        kept = parts[first : last + 1]
        low, high = kept[0][0], kept[-1][1]
        return n, kept, [(s, e) for s, e in spans if low <= s and e <= high]

    def _pair(self, question: list[int], part: Part, titled: bool, whole: bool) -> Row:
        n, parts, spans = part
        title = self.tokens.title_of(n) if titled else self.tokens.title[:0]
        text = self.tokens.text_of(n)
        room = MAX_TOKENS - len(question) - len(title) - 3
        places = np.concatenate([np.arange(a, b) for a, b in parts] or [np.arange(0)])[:room]
        ids = [CLS, *question, SEP, *title.tolist(), *text[places].tolist(), SEP]
        front = 2 + len(question) + len(title)
        gold = np.zeros((3, len(ids)), bool)
        for s, e in spans:
            at = np.flatnonzero((places >= s) & (places < e)) + front
            if len(at) == e - s:
                gold[2, at] = True
                gold[0, at if whole else at[:1]] = True
                gold[1, at if whole else at[-1:]] = True
        return {"ids": ids, "passage": (front, front + len(places)), "second": 2 + len(question), "gold": gold}


def padded(lists: list[tuple[list[Row], bool]]) -> dict[str, NDArray[Any]]:
    """A batch of lists, each of as many pairs."""
    flat = [pair for pairs, _ in lists for pair in pairs]
    length = -(-max(len(pair["ids"]) for pair in flat) // 8) * 8
    ids, types = np.zeros((len(flat), length), np.int32), np.zeros((len(flat), length), np.int32)
    passage, gold = np.zeros((len(flat), length), bool), np.zeros((3, len(flat), length), bool)
    for n, pair in enumerate(flat):
        size = len(pair["ids"])
        ids[n, :size] = pair["ids"]
        types[n, pair["second"] : size] = 1
        passage[n, slice(*pair["passage"])] = True
        gold[:, n, :size] = pair["gold"]
    answered = np.array([yes for _, yes in lists]) & gold[2].reshape(len(lists), -1).any(1)
    return {"ids": ids, "types": types, "passage": passage, "gold": gold, "answered": answered}
