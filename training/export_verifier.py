"""Export a trained verifier to ONNX, int8, with the tokenizer and a card beside it.

    python training/export_verifier.py --weights clean.npz --base MINILM --out assistant/verify/verifier_model/

--base is the folder that the weights are differences from.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from int8 import quantize
from train_verifier import MAX_TOKENS, restored


def main() -> None:
    """Write model.onnx, tokenizer.json and card.json."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--weights", type=Path, required=True)
    cli.add_argument("--base", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--card", type=json.loads, default={}, help="what the card says of the training, as JSON")
    arg = cli.parse_args()
    arg.out.mkdir(parents=True, exist_ok=True)
    verifier = restored(arg.base, arg.weights)
    ids = torch.ones((2, 8), dtype=torch.int64)
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    raw = arg.out / "raw.onnx"
    with torch.inference_mode():
        torch.onnx.export(
            verifier, (ids, ids, torch.zeros_like(ids)), str(raw), dynamo=False, opset_version=17, input_names=inputs,
            output_names=["token", "pair"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in [*inputs, "token"]} | {"pair": {0: "batch"}},
        )  # fmt: skip
    quantize(raw, arg.out / "model.onnx", verifier.bert.config.num_attention_heads, verifier.bert.config.hidden_size)
    raw.unlink()
    shutil.copy(arg.base / "tokenizer.json", arg.out / "tokenizer.json")
    card = {"max_tokens": MAX_TOKENS, **arg.card}
    (arg.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
