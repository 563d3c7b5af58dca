"""What a reader finds on the sets put away: right sentence, span, passage, and whether there is an answer.

    .venv/bin/python training/measure_reader.py --lists lists/ --model reader/reader.pt [other.pt ...]

Of several readers it measures the one that has the mean of their weights (model soup, Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from reader_data import MIX, Lists, Part, Row, open_tokenizer, padded
from reader_model import Reader
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

LONGEST = 16  # tokens of a span


@dataclass(frozen=True)
class Read:
    """One passage read: logits of the pair, early and full; start, end, inside of the passage's tokens, early too."""

    pair: float
    early: float
    start: NDArray[np.float32]
    end: NDArray[np.float32]
    inside: NDArray[np.float32]
    early_inside: NDArray[np.float32]

    def best(self, first: int = 0, last: int | None = None) -> tuple[float, int, int]:
        """The best span between two tokens, and its logit: start and end added."""
        start, end = self.start[first:last], self.end[first:last]
        if not len(start):
            return -40.0, first, first
        scores = np.full((len(start), LONGEST), -np.inf, np.float32)
        for n in range(min(LONGEST, len(start))):
            scores[: len(start) - n, n] = start[: len(start) - n] + end[n:]
        a, n = divmod(int(scores.argmax()), LONGEST)
        return float(scores[a, n]), first + a, first + a + n + 1


@torch.inference_mode()
def read(model: Reader, pairs: Sequence[Row], device: str, tokens: int = 60_000) -> list[Read]:
    """Read pairs, those of like length together."""
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n]["ids"]))
    found: list[Any] = [None] * len(pairs)
    at = 0
    while at < len(order):
        longest = len(pairs[order[min(len(order) - 1, at + 200)]]["ids"])
        some = order[at : at + max(1, min(400, tokens // longest))]
        at += len(some)
        batch = padded([([pairs[n]], True) for n in some])
        ids, types = (torch.from_numpy(batch[k]).to(device).long() for k in ("ids", "types"))
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            out = model(ids, (ids != 0).long(), types)
        full = torch.stack([out.start, out.end, out.inside, out.early_inside]).cpu().numpy()
        pair, early = out.pair.cpu().numpy(), out.early_pair.cpu().numpy()
        for k, n in enumerate(some):
            a, b = pairs[n]["passage"]
            found[n] = Read(float(pair[k]), float(early[k]), *full[:, k, a:b])
    return found


def plain(text: str) -> list[str]:
    """Its words, as answers are compared."""
    text = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in text if not unicodedata.combining(c))).split()


def f1(said: list[str], gold: list[str]) -> float:
    """Token F1."""
    both = sum(min(said.count(w), gold.count(w)) for w in set(said))
    return 2 * both / (len(said) + len(gold)) if both else 0.0


def whole(lists: Lists, question: str, part: Part) -> Row:
    """A passage read as it stands."""
    ids = lists._tokenizer.encode(question, add_special_tokens=False).ids[:96]
    return lists._pair(ids, part, True, False)


def measure(model: Reader, lists: Lists, rows: Sequence[Row], tokenizer: Tokenizer, device: str) -> dict[str, float]:
    """The figures of a set: rows as `prepare` leaves them, each with its candidates.

    sentence, f1, exact: of a right passage by itself. inside: right sentence by the likeliest single token. recall1,
    early1, early8: a right passage comes first, by the pair's logit, by the first look's, among its first eight.
    answered: the best sentence of all candidates, by pair and span, holds a gold span. none: AUROC of the right passage
    against itself without the answer. nothing: AUROC of lists with an answer against lists without, best pair."""
    pairs: list[Row] = []
    of: list[tuple[Row, list[Part], int, bool]] = []
    for row in rows:
        right = [(n, lists.tokens.sentences_of(n), spans) for n, spans in row["right"]]
        parts = right + [(n, lists.tokens.sentences_of(n), []) for n in row["wrong"]]
        taken = lists.taken_out(right[0]) if right else None
        of.append((row, [*parts, *([taken] if taken else [])], len(pairs), taken is not None))
        pairs += [whole(lists, row["question"], part) for part in of[-1][1]]
    found = read(model, pairs, device)
    kept: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        kept.setdefault(name, []).append(float(value))

    with_, without, has, best = [], [], [], []
    for row, parts, at, taken in of:
        reads = found[at : at + len(parts)]
        if taken:
            with_.append(reads[0].pair)
            without.append(reads.pop().pair)
        rights = len(row["right"])
        if reads:
            has.append(row.get("answerable", rights > 0))
            best.append(max(r.pair for r in reads))
        if not rights:
            if row.get("answerable"):
                for name in ("recall1", "early1", "early8", "answered"):
                    note(name, 0)
            continue
        _one(note, lists, parts[0], reads[0], row, tokenizer)
        if len(reads) > rights:
            order, early = (np.argsort([-getattr(r, k) for r in reads], kind="stable") for k in ("pair", "early"))
            note("recall1", order[0] < rights)
            note("early1", early[0] < rights)
            note("early8", min(list(early).index(n) for n in range(rights)) < 8)
            scored = [(r.pair + r.best()[0], n) for n, r in enumerate(reads)]
            n = max(scored)[1]
            note("answered", n < rights and _sentence_right(parts[n], reads[n].best()[1]))
    figures = {name: round(float(np.mean(values)), 3) for name, values in kept.items()}
    if with_:
        figures["none"] = round(float(roc_auc_score([1] * len(with_) + [0] * len(without), with_ + without)), 3)
    if 0 < sum(has) < len(has):
        figures["nothing"] = round(float(roc_auc_score(has, best)), 3)
    return figures


def _one(note: Any, lists: Lists, part: Part, reading: Read, row: Row, tokenizer: Tokenizer) -> None:
    _, start, end = reading.best()
    note("sentence", _sentence_right(part, start))
    note("inside", _sentence_right(part, int(reading.inside.argmax())))
    note("early_sentence", _sentence_right(part, int(reading.early_inside.argmax())))
    if row["kind"] == "sections":
        return
    text = lists.tokens.text_of(part[0])

    def words(a: int, b: int) -> list[str]:
        return plain(tokenizer.decode(text[a:b].tolist()))

    golds = [words(s, e) for s, e in part[2]]
    if row.get("answer"):
        golds = [plain(row["answer"])]
    said = words(start, end)
    note("f1", max(f1(said, gold) for gold in golds))
    note("exact", said in golds)


def _sentence_right(part: Part, token: int) -> bool:
    """Whether the sentence of a token holds a gold span."""
    a, b = next(((a, b) for a, b in part[1] if a <= token < b), (0, 0))
    return any(s < b and a < e for s, e in part[2])


def report(model: Reader, lists: Lists, folder: Path, few: int | None, device: str, tokenizer: Tokenizer) -> str:
    """The figures of every set put away, `few` rows of each."""
    model.eval()
    told = []
    for path in sorted(folder.glob("held-*.tokens.jsonl")):
        rows: list[Row] = [json.loads(line) for line in path.open(encoding="utf-8")]
        if few and len(rows) > few:
            rows = rows[:: -(-len(rows) // few)]
        figures = measure(model, lists, rows, tokenizer, device)
        told.append(f"{path.name[5:-13]} {json.dumps(figures)}")
    model.train()
    return "\n    ".join(told)


def mean_of(paths: Sequence[Path], device: str) -> dict[str, torch.Tensor]:
    """The mean of several readers' weights."""
    kept = [torch.load(path, map_location=device) for path in paths]
    return {k: torch.stack([one[k].float() for one in kept]).mean(0) for k in kept[0]}


def main() -> None:
    """Print the figures."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--lists", type=Path, required=True)
    cli.add_argument("--model", type=Path, nargs="+", required=True)
    cli.add_argument("--base", type=Path, required=True, help="the encoder's folder")
    cli.add_argument("--few", type=int)
    cli.add_argument("--out", type=Path, help="write the mean here")
    arg = cli.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = open_tokenizer(arg.base)
    model = Reader(arg.base).to(device)
    weights = mean_of(arg.model, device)
    model.load_state_dict(weights, strict=False)
    if arg.out:
        torch.save({k: v.half().cpu() for k, v in weights.items()}, arg.out)
    told = report(model, Lists(arg.lists, tokenizer, MIX, 7), arg.lists, arg.few, device, tokenizer)
    print(f"{' + '.join(path.parent.name for path in arg.model)}\n    {told}")


if __name__ == "__main__":
    main()
