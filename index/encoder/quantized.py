"""The int8 conversion of an encoder, run without torch.

The transformer is exported once, its weights quantised (openvino_runtime.py), checked against the original on a sample,
and kept in the user's cache. On two cores it embeds some four times the passages a second that torch does in fp32.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder.openvino_runtime import CompiledModel, batches, cache_folder, quantize
from index.encoder.types import ModelSource, Vectors

if TYPE_CHECKING:
    from index.encoder.plain import PlainEncoder

FORMAT = "int8-3"  # part of the cache's folder name: raise it when the conversion changes
BATCH_TOKENS = 512  # 2 passages of 256: 1,024 fall out of the cache and take 4 % longer, 256 cost calls and take 5 %
COUNTED_AT_ONCE = 500  # texts whose tokens are counted in one call: half the time of one each
MEAN_COSINE, LEAST_COSINE = 0.985, 0.95  # below these the conversion is not trusted (MiniLM: 0.997 and 0.994)
log = logging.getLogger(__name__)

# What the conversion is checked on: short and long, figures, names, another script.
SAMPLE = (
    "Who won?",
    "The central bank left its key rate at 4.25 per cent on Thursday.",
    "Rescue teams searched for eleven people after a ferry ran aground off the coast before dawn.",
    "What are the conditions for a ceasefire?",
    "Der Ausschuss vertagte die Abstimmung auf Dienstag.",
    "Цены на нефть выросли на три процента.",
    "Harbour Post: Council approves new tram line\nThe council voted 14 to 9 for the line, which will cost $3.5bn.",
    " ".join(["The committee heard that the dam had been inspected twice and that no crack had been found."] * 8),
)


def open_quantized(source: ModelSource, original: Callable[[], PlainEncoder]) -> QuantizedEncoder | None:
    """The converted encoder, made now if it is not in the cache; None when this model cannot be run this way."""
    folder = cache_folder() / "encoders" / f"{source.key}-{FORMAT}"
    if not (folder / "card.json").exists():
        log.info("converting the encoder %s once; it is kept in %s", source.name, folder)
        convert(folder, original())
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    if card["refused"]:
        log.warning("the encoder %s runs unconverted, at half speed: %s", source.name, card["refused"])
        return None
    # the same weights may lie in several folders: the name is the one asked for, not the one converted under
    return QuantizedEncoder(folder, card | {"name": source.name})


def convert(folder: Path, plain: PlainEncoder) -> None:
    """Convert, check, and put the result (or the reason why there is none) in place in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".making-"))
    card: dict[str, Any] = {
        "name": plain.name,
        "revision": plain.revision,
        "dimension": plain.dimension,
        "max_tokens": plain.max_tokens,
        "pooling": _pooling(plain),
        "refused": "",
    }
    try:
        with _quiet():
            _try_conversion(plain, made, card)
    except Exception as error:  # any model may come by name: whatever the exporter says, the plain way still works
        card["refused"] = f"it could not be converted ({type(error).__name__}: {str(error)[:200]})"
    (made / "card.json").write_text(json.dumps(card, indent=1), encoding="utf-8")
    try:
        made.rename(folder)
    except OSError:  # another process put the same conversion there first
        shutil.rmtree(made, ignore_errors=True)


def _try_conversion(plain: PlainEncoder, made: Path, card: dict[str, Any]) -> None:
    """Convert into `made` and note in the card how well it agrees, or why it is refused."""
    if not card["pooling"]:
        card["refused"] = "its layers are not a transformer with mean or first-token pooling"
        return
    wanted = plain.encode(SAMPLE)  # before the export: an exported model gave other outputs afterwards
    plain.model.tokenizer.backend_tokenizer.save(str(made / "tokenizer.json"))
    _export(plain, made)
    cosine = (QuantizedEncoder(made, card, kept=False).encode(SAMPLE) * wanted).sum(axis=1)
    card["mean_cosine"], card["least_cosine"] = float(cosine.mean()), float(cosine.min())
    if cosine.mean() < MEAN_COSINE or cosine.min() < LEAST_COSINE:
        card["refused"] = f"its int8 vectors differ from the original's (mean cosine {cosine.mean():.3f})"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporters' hundred lines of notes to themselves; errors still come through."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _pooling(plain: PlainEncoder) -> str:
    """ "mean" or "cls" when the model is transformer, pooling and (optional) normalising; "" otherwise."""
    kinds = [type(module).__name__ for module in plain.model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return ""
    mode = plain.model[1].get_config_dict().get("pooling_mode")
    names = [mode] if isinstance(mode, str) else list(mode or ())
    return names[0] if names in (["mean"], ["cls"]) else ""


def _export(plain: PlainEncoder, folder: Path) -> None:
    """Write folder/model.xml and model.bin: exported and quantised."""
    import torch
    from transformers import AutoModel

    class Hidden(torch.nn.Module):
        def __init__(self, bert: Any) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            return self.bert(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state

    # eager attention: OpenVINO knows that graph and fuses it
    bert = AutoModel.from_pretrained(plain.model[0].auto_model.name_or_path, attn_implementation="eager").eval()
    ids = torch.ones((2, 8), dtype=torch.int64)
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    with torch.inference_mode():
        torch.onnx.export(
            Hidden(bert),
            (ids, ids, torch.zeros_like(ids)),
            str(folder / "raw.onnx"),
            dynamo=False,  # 2 s; the newer exporter takes 13 s and its graph is fused in part
            opset_version=17,
            input_names=inputs,
            output_names=["hidden"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in [*inputs, "hidden"]},
        )
    quantize(folder / "raw.onnx", folder / "model.xml")
    (folder / "raw.onnx").unlink()


class QuantizedEncoder:
    """An Encoder over a converted model. Safe to call from several threads at once."""

    def __init__(self, folder: Path, card: dict[str, Any], *, kept: bool = True) -> None:
        from tokenizers import Tokenizer

        self.name: str = card["name"]
        self.revision: str = card["revision"]
        self.dimension: int = card["dimension"]
        self.max_tokens: int = card["max_tokens"]
        self._pooling: str = card["pooling"]
        self._cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._cut.no_padding()
        self._cut.enable_truncation(self.max_tokens)
        self._whole = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._whole.no_padding()
        self._whole.no_truncation()
        self._model = CompiledModel(folder / "model.xml", kept=kept)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, without the two that mark its ends."""
        if type(self._whole.pre_tokenizer).__name__ != "BertPreTokenizer":
            return [len(e) for e in self._whole.encode_batch_fast(list(texts), add_special_tokens=False)]
        counts = [0] * len(texts)  # BERT cuts at white space before anything else, so many texts can go through as one
        for at in range(0, len(texts), COUNTED_AT_ONCE):
            part = list(texts[at : at + COUNTED_AT_ONCE])
            for word in self._whole.encode(part, is_pretokenized=True, add_special_tokens=False).word_ids:
                if word is not None:  # a mark of an end, of which there is none here
                    counts[at + word] += 1
        return counts

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, each row of unit length; equal texts are computed once."""
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text, []).append(place)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        rows = list(places.values())
        tokens = [e.ids for e in self._cut.encode_batch_fast(list(places))]
        parts = batches([len(t) for t in tokens], BATCH_TOKENS)

        def run(batch: list[int]) -> None:
            for row, vector in zip(batch, self._run([tokens[i] for i in batch]), strict=True):
                vectors[rows[row]] = vector

        if len(parts) <= 1:
            for batch in parts:
                run(batch)
        else:
            with ThreadPoolExecutor(max_workers=min(len(parts), os.cpu_count() or 1)) as pool:
                list(pool.map(run, parts))
        return vectors

    def _run(self, tokens: list[list[int]]) -> Vectors:
        hidden = self._model.run(tokens)[0]
        pooled = np.array(
            [h[0] if self._pooling == "cls" else h[: len(t)].mean(axis=0) for h, t in zip(hidden, tokens, strict=True)]
        )
        unit: Vectors = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
        return unit
