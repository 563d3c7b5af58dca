"""Train the verifier: MiniLM's six layers read a claim and its evidence together, once.

    python training/train_verifier.py --claims claims.jsonl.xz --base MINILM --out verifier/ --seconds 150

For the pair it gives a logit, "the evidence bears the claim out"; for every token of the claim a logit, "this is not
borne out". The word embeddings stay as they are. Each variant trains for its share of the time, by the clock; its
learning rate rises over the first 4 % and falls to nothing over the second half; over the last third claims that people
wrote are drawn more often. Weights are written as differences from the base, int8 with a scale a row: 11 MB.
"""

# ruff: noqa: E501
from __future__ import annotations

import argparse
import json
import lzma
import math
import os
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoConfig, AutoModel, BertModel

MAX_TOKENS = 256
TRUE = 0.45  # of the news that is drawn
PEOPLE = ("fm2", "wice")
VARIANTS: dict[str, dict[str, float]] = {
    "even": {"rate": 1.5e-4, "people": 0.15, "people_last": 0.35, "tokens": 0.5, "noisy": 1.0},
    "fast": {"rate": 4e-4, "people": 0.15, "people_last": 0.35, "tokens": 0.5, "noisy": 1.0},
    "clean": {"rate": 2.5e-4, "people": 0.25, "people_last": 0.6, "tokens": 1.0, "noisy": 0.0},
}
NOISY = ("same event", "opinion", "same subject", "tense", "opposite in both")
Row = dict[str, Any]


class Verifier(nn.Module):
    """The encoder with two heads."""

    def __init__(self, folder: Path, attention: str = "sdpa") -> None:
        super().__init__()
        self.bert = base(folder, attention)
        self.token_head = nn.Linear(self.bert.config.hidden_size, 1)
        self.pair_head = nn.Linear(self.bert.config.hidden_size, 1)
        for head in (self.token_head, self.pair_head):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Token logits (pairs, length), "not borne out"; pair logits (pairs,), "borne out"."""
        hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        return self.token_head(hidden).squeeze(-1), self.pair_head(hidden[:, 0]).squeeze(-1)


def base(folder: Path, attention: str) -> BertModel:
    """The encoder in a folder of transformers, whose weights may also be plain or fp16 arrays (.npz), in parts."""
    wanted: dict[str, Any] = {
        "attn_implementation": attention,
        "hidden_dropout_prob": 0.05,
        "attention_probs_dropout_prob": 0.05,
    }
    parts = sorted(folder.glob("*.npz"))
    if not parts and len(list(folder.glob("*.safetensors"))) == 1:
        return AutoModel.from_pretrained(folder, dtype=torch.float32, **wanted)
    model = BertModel(AutoConfig.from_pretrained(folder, **wanted))
    weights: dict[str, torch.Tensor] = {}
    for part in parts:
        weights |= {key: torch.from_numpy(value.astype(np.float32)) for key, value in np.load(part).items()}
    for part in sorted(folder.glob("*.safetensors")):
        from safetensors.torch import load_file

        weights |= {key: value.float() for key, value in load_file(part).items()}
    for part in sorted(folder.glob("*.pt")):
        weights |= {key: value.float() for key, value in torch.load(part, map_location="cpu").items()}
    weights = {key.removeprefix("bert."): value for key, value in weights.items()}
    missing = [
        key
        for key in model.load_state_dict(weights, strict=False).missing_keys
        if "pooler" not in key and "position_ids" not in key
    ]
    if missing:
        raise SystemExit(f"{folder} lacks {missing[:3]} and {len(missing)} in all")
    return model


# data


def encoded(rows: list[Row], tokenizer: Tokenizer) -> list[tuple[np.ndarray, int, np.ndarray]]:
    """(token ids, how many are of the claim with its marks, per token of the claim 0, 1 or -1 for unknown) of each row."""
    out = []
    for at in range(0, len(rows), 4096):
        some = rows[at : at + 4096]
        for row, e in zip(some, tokenizer.encode_batch([(r["claim"][:400], r["evidence"]) for r in some]), strict=True):
            first = sum(1 for t in e.type_ids if t == 0)
            wrong = row["wrong"]
            labels = np.full(first, -1, np.int8)
            if wrong is not None:
                for i in range(1, first - 1):
                    a, b = e.offsets[i]
                    labels[i] = any(a < end and start < b for start, end in wrong)
            out.append((np.array(e.ids, np.uint16), first, labels))
    return out


def batch_of(data: list[Any], places: list[int], device: str) -> tuple[torch.Tensor, ...]:
    """ids, mask, types and token labels, each (pairs, length)."""
    length = max(len(data[i][0]) for i in places)
    ids = np.zeros((len(places), length), np.int64)
    mask, types, labels = np.zeros_like(ids), np.zeros_like(ids), np.full_like(ids, -1)
    for row, i in enumerate(places):
        tokens, first, wrong = data[i]
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
        types[row, first : len(tokens)] = 1
        labels[row, :first] = wrong
    return tuple(torch.from_numpy(a).to(device, non_blocking=True) for a in (ids, mask, types, labels))


def draws(
    rows: list[Row],
    data: list[Any],
    variant: dict[str, float],
    batch: int,
    random_: random.Random,
    progress: list[float],
) -> Any:
    """Batches of places, of like length, drawn without end; people's claims more often in the last third."""
    people = [i for i, r in enumerate(rows) if r["set"] in PEOPLE]
    news = [
        i for i, r in enumerate(rows) if r["set"] in ("news", "qamr") and (variant["noisy"] or r["kind"] not in NOISY)
    ]
    pools = {kind: [i for i in news if bool(rows[i]["true"]) == kind] for kind in (True, False)}
    pools[False] = [i for i in pools[False] if rows[i]["kind"] != "another event" or random_.random() < 0.3]
    queues: dict[bool, list[int]] = {True: [], False: []}
    while True:
        share = variant["people_last"] if progress[0] > 0.67 else variant["people"]
        drawn = []
        for _ in range(batch * 16):
            if random_.random() < share:
                drawn.append(random_.choice(people))
                continue
            kind = random_.random() < TRUE
            if not queues[kind]:
                queues[kind] = random_.sample(pools[kind], len(pools[kind]))
            drawn.append(queues[kind].pop())
        drawn.sort(key=lambda i: len(data[i][0]))
        batches = [drawn[at : at + batch] for at in range(0, len(drawn), batch)]
        random_.shuffle(batches)
        yield from batches


# training


def train(
    model: Verifier,
    rows: list[Row],
    data: list[Any],
    variant: dict[str, float],
    seconds: float,
    steps: int,
    batch: int,
    device: str,
    seed: int,
) -> int:
    """Train for so many seconds or steps, whichever ends first; how many steps were taken."""
    random_ = random.Random(seed)
    model.train()
    for parameter in model.bert.embeddings.word_embeddings.parameters():
        parameter.requires_grad_(False)
    heads = [*model.token_head.parameters(), *model.pair_head.parameters()]
    body = [p for p in model.bert.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": variant["rate"]}, {"params": heads, "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=device == "cuda")
    top = [group["lr"] for group in optimizer.param_groups]
    progress = [0.0]
    targets = torch.tensor([float(r["true"]) for r in rows], device=device)
    weights = torch.tensor([float(r["weight"]) for r in rows], device=device)
    begun, step = time.monotonic(), 0
    for places in draws(rows, data, variant, batch, random_, progress):
        progress[0] = max((time.monotonic() - begun) / seconds, step / steps)
        if progress[0] >= 1:
            break
        for group, lr in zip(optimizer.param_groups, top, strict=True):
            group["lr"] = lr * min(1.0, progress[0] / 0.04 + 0.02, (1 - progress[0]) / 0.5)
        ids, mask, types, labels = batch_of(data, places, device)
        where = torch.tensor(places, device=device)
        with torch.autocast(device, dtype=torch.bfloat16):
            token, pair = model(ids, mask, types)
        target = targets[where] * 0.94 + 0.03
        loss = (
            nn.functional.binary_cross_entropy_with_logits(pair.float(), target, reduction="none") * weights[where]
        ).mean()
        known = (labels >= 0).float()
        each = nn.functional.binary_cross_entropy_with_logits(
            token.float(), labels.clamp(min=0).float(), reduction="none", pos_weight=torch.tensor(3.0, device=device)
        )
        loss = loss + variant["tokens"] * (each * known).sum() / known.sum().clamp(min=1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 200 == 0:
            print(f"  {step} steps, {time.monotonic() - begun:.0f} s, loss {float(loss):.3f}", flush=True)
    return step


@torch.inference_mode()
def scores(model: Verifier, data: list[Any], device: str) -> np.ndarray:
    """The pair logits, in the order of the data."""
    model.eval()
    out = np.zeros(len(data), np.float32)
    order = sorted(range(len(data)), key=lambda i: len(data[i][0]))
    for at in range(0, len(order), 128):
        places = order[at : at + 128]
        ids, mask, types, _ = batch_of(data, places, device)
        out[places] = model(ids, mask, types)[1].float().cpu().numpy()
    return out


def auroc(score: np.ndarray, true: np.ndarray) -> float:
    """The area under the curve; 0.5 where there is only one kind."""
    if true.all() or not true.any():
        return 0.5
    rank = np.argsort(np.argsort(score, kind="stable"), kind="stable") + 1.0
    n = true.sum()
    return float((rank[true].sum() - n * (n + 1) / 2) / (n * (len(true) - n)))


def balanced(score: np.ndarray, true: np.ndarray) -> float:
    """Balanced accuracy at a logit of 0."""
    if true.all() or not true.any():
        return float("nan")
    return float(((score > 0)[true].mean() + (score <= 0)[~true].mean()) / 2)


def report(name: str, rows: list[Row], score: np.ndarray) -> float:
    """Print how well each set is told, and the news by kind; the mean AUROC of the sets that choose a variant."""
    sets: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        sets[row["set"]].append(i)
        if row["set"] == "news away":
            sets[f"news away: {row['kind']}"].append(i)
    true = np.array([bool(r["true"]) for r in rows])
    choosing = []
    for key, places in sorted(sets.items()):
        s, t = score[places], true[places]
        print(
            f"{name}\t{key}\t{len(places)}\ttrue {t.mean():.2f}\tbalanced {balanced(s, t):.3f}\tAUROC {auroc(s, t):.3f}\tsaid true {(s > 0).mean():.2f}"
        )
        if key in ("fm2 away", "news away"):
            choosing.append(auroc(s, t))
    return sum(choosing) / max(1, len(choosing))


def save(model: Verifier, folder: Path, path: Path) -> None:
    """The trained weights as differences from the base: int8 with a scale a row, small ones in float32."""
    start = {f"bert.{k}": v for k, v in base(folder, "sdpa").state_dict().items()}
    out: dict[str, np.ndarray] = {}
    for key, value in model.state_dict().items():
        if "word_embeddings" in key or "position_ids" in key or "pooler" in key:
            continue
        delta = (value.float().cpu() - start[key].float() if key in start else value.float().cpu()).numpy()
        if delta.ndim < 2:
            out[key] = delta.astype(np.float32)
            continue
        scale = np.abs(delta).max(1, keepdims=True) / 127 + 1e-12
        out[f"{key}|int8"], out[f"{key}|scale"] = np.round(delta / scale).astype(np.int8), scale.astype(np.float32)
    np.savez_compressed(path, **out)


def restored(folder: Path, path: Path, attention: str = "eager") -> Verifier:
    """A saved verifier on its base."""
    model = Verifier(folder, attention)
    state = model.state_dict()
    kept = np.load(path)
    for key in kept.files:
        name, _, form = key.partition("|")
        if form == "scale":
            continue
        delta = kept[key].astype(np.float32) * (kept[f"{name}|scale"] if form == "int8" else 1.0)
        state[name] = torch.from_numpy(delta) + (state[name] if name.startswith("bert.") else 0)
    model.load_state_dict(state)
    return model.eval()


def main() -> None:
    """Train the variants, print how well each tells, and write the best two."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--claims", type=Path, required=True)
    cli.add_argument("--base", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--seconds", type=float, default=150, help="of training, all variants together")
    cli.add_argument("--steps", type=int, default=10**6, help="at most, of each variant")
    cli.add_argument("--batch", type=int, default=128)
    cli.add_argument("--variants", nargs="+", default=list(VARIANTS))
    cli.add_argument("--keep", type=int, default=2)
    cli.add_argument("--seed", type=int, default=7)
    arg = cli.parse_args()
    clock = time.monotonic()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    arg.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(arg.base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    with lzma.open(arg.claims, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    measured = [r for r in rows if r["set"] not in ("news", "qamr", *PEOPLE)]
    rows = [r for r in rows if r["set"] in ("news", "qamr", *PEOPLE)]
    data, told = encoded(rows, tokenizer), encoded(measured, tokenizer)
    print(
        f"{len(rows)} claims to train on, {len(measured)} to measure, {time.monotonic() - clock:.0f} s to read, {device}",
        flush=True,
    )
    kept: list[tuple[float, str]] = []
    every: dict[str, Any] = {}
    for name in arg.variants:
        torch.manual_seed(arg.seed)
        model = Verifier(arg.base).to(device)
        share = arg.seconds / len(arg.variants)
        steps = train(model, rows, data, VARIANTS[name], share, arg.steps, arg.batch, device, arg.seed)
        score = scores(model, told, device)
        print(f"{name}: {steps} steps, {steps * arg.batch} claims", flush=True)
        mean = report(name, measured, score)
        every[name] = {
            "mean": mean,
            "steps": steps,
            "scores": [round(float(s), 3) for s in score] if math.isfinite(mean) else [],
        }
        kept.append((mean, name))
        kept.sort(reverse=True)
        if (mean, name) in kept[: arg.keep]:
            save(model, arg.base, arg.out / f"{name}.npz")
        for _, worse in kept[arg.keep :]:
            (arg.out / f"{worse}.npz").unlink(missing_ok=True)
    (arg.out / "scores.json").write_text(json.dumps({"order": kept, "variants": every}), encoding="utf-8")
    print(f"best: {kept}, {time.monotonic() - clock:.0f} s in all", flush=True)


if __name__ == "__main__":
    main()
