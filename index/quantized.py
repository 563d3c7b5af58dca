"""The int8 conversion of an encoder, run by ONNX Runtime without torch.

The transformer is exported once, its attention fused, its weights quantised to int8 per channel (activations are
quantised as they come), checked against the original on a sample, and kept in the user's cache. On two cores it
embeds 64 to 68 passages of 1,000 characters a second where torch in fp32 embeds 30 to 35; mean cosine to fp32 0.994.
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
from platformdirs import user_cache_path

from index.graph import spread_norms

if TYPE_CHECKING:
    from index.embedding import ModelSource, PlainEncoder, Vectors

# Before onnxruntime is imported anywhere: its wheels (seen in 1.32) keep a device id in the user's cache and send
# events to their makers unless this is set. Nothing leaves this machine.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

FORMAT = "int8-2"  # part of the cache's folder name: raise it when the conversion changes
BATCH_TOKENS = 512  # 2 passages of 256: larger batches fall out of the cache (2048: 3 % slower), less costs calls
COUNTED_AT_ONCE = 500  # texts whose tokens are counted in one call: half the time of one each
MEAN_COSINE, LEAST_COSINE = 0.985, 0.95  # below these the conversion is not trusted (MiniLM: 0.994 and 0.98)
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


def cache_folder() -> Path:
    """Where converted encoders are kept: $NEWSDESK_CACHE, or the user's cache folder."""
    named = os.environ.get("NEWSDESK_CACHE")
    return Path(named) if named else user_cache_path("newsdesk")


def open_quantized(source: ModelSource, original: Callable[[], PlainEncoder]) -> QuantizedEncoder | None:
    """The converted encoder, made now if it is not in the cache; None when this model cannot be run this way."""
    folder = cache_folder() / "encoders" / f"{source.key}-{FORMAT}"
    if not (folder / "card.json").exists():
        log.info("converting the encoder %s once; it is kept in %s", source.name, folder)
        _convert_into(folder, original())
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    if card["refused"]:
        log.warning("the encoder %s runs unconverted, at half speed: %s", source.name, card["refused"])
        return None
    # the same weights may lie in several folders: the name is the one asked for, not the one converted under
    return QuantizedEncoder(folder, card | {"name": source.name})


def _convert_into(folder: Path, plain: PlainEncoder) -> None:
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
    cosine = (QuantizedEncoder(made, card).encode(SAMPLE) * wanted).sum(axis=1)
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
    """Write folder/model.onnx: exported, fused, quantised."""
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

    # eager attention: the optimizer knows that graph and fuses all six layers
    bert = AutoModel.from_pretrained(plain.model[0].auto_model.name_or_path, attn_implementation="eager").eval()
    ids = torch.ones((2, 8), dtype=torch.int64)
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    with torch.inference_mode():
        torch.onnx.export(
            Hidden(bert),
            (ids, ids, torch.zeros_like(ids)),
            str(folder / "raw.onnx"),
            dynamo=False,  # 2 s and fused whole; the newer exporter takes 13 s and fuses in part
            opset_version=17,
            input_names=inputs,
            output_names=["hidden"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in [*inputs, "hidden"]},
        )
    config = bert.config
    quantize(folder / "raw.onnx", folder / "model.onnx", config.num_attention_heads, config.hidden_size)
    (folder / "raw.onnx").unlink()


def quantize(raw: Path, out: Path, heads: int, width: int) -> None:
    """Fuse an exported BERT (attention, GELU), quantise its weights to int8 per channel, and spread its norms."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    fused = out.with_suffix(".fused")
    optimizer.optimize_model(str(raw), "bert", heads, width, opt_level=0).save_model_to_file(str(fused))
    quantize_dynamic(
        str(fused),
        str(out),
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": 1},  # 1: float, for the fused operators
    )
    fused.unlink()
    model = onnx.load(str(out))
    spread_norms(model)
    onnx.save(model, str(out))


def open_session(model: Path) -> Any:
    """An ONNX Runtime session of one thread, to be called from several at once.

    Two calls on two cores are as fast as one call on both (68 against 67 passages a second), and a busy neighbour
    then slows a question by its share instead of stalling it at every barrier.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


class QuantizedEncoder:
    """An Encoder over a converted model. Safe to call from several threads at once."""

    def __init__(self, folder: Path, card: dict[str, Any]) -> None:
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
        self._session = open_session(folder / "model.onnx")

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
        batches = _batches(tokens)

        def run(batch: list[int]) -> None:
            for row, vector in zip(batch, self._run([tokens[i] for i in batch]), strict=True):
                vectors[rows[row]] = vector

        if len(batches) <= 1:
            for batch in batches:
                run(batch)
        else:
            with ThreadPoolExecutor(max_workers=min(len(batches), os.cpu_count() or 1)) as pool:
                list(pool.map(run, batches))
        return vectors

    def _run(self, tokens: list[list[int]]) -> Vectors:
        length = max(map(len, tokens))
        ids = np.zeros((len(tokens), length), np.int64)
        mask = np.zeros_like(ids)
        for row, piece in enumerate(tokens):
            ids[row, : len(piece)] = piece
            mask[row, : len(piece)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0]
        pooled = hidden[:, 0] if self._pooling == "cls" else (hidden * mask[..., None]).sum(axis=1)
        unit: Vectors = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
        return unit


def _batches(tokens: list[list[int]]) -> list[list[int]]:
    """Row numbers in batches of about BATCH_TOKENS, rows of like length together so that hardly any padding is run."""
    order = sorted(range(len(tokens)), key=lambda i: -len(tokens[i]))
    batches: list[list[int]] = []
    width = 0
    for row in order:
        if not batches or width * (len(batches[-1]) + 1) > BATCH_TOKENS:
            batches.append([])
            width = len(tokens[row])
        batches[-1].append(row)
    return batches
