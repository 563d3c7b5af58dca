"""Runs transformers on the cores without torch, by OpenVINO, with weights in int8.

The weights of products and embeddings have a scale for each column; what is computed with them is bfloat16 on cores
that know it, and else int8 with a scale for each token. So a text's vector does not depend on its batch. MiniLM's
vectors keep a mean cosine of 0.998 to fp32; ONNX Runtime's int8, with one scale for a whole batch, kept 0.994 and took
1.2 times as long. NNCF's int8 with fixed scales takes 0.93 of the time, but 100 MB more for each model, and keeps .996.
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
STEP_TOKENS = 16  # texts are filled up to a multiple of it: a shape that is new costs up to 10 ms and keeps 1.6 MB
# Held during a model's first call: of two first calls at once in a process, one in forty waited for ever (2026.4), one
# thread for the interpreter's lock and the other, which had it, for something that the binding sets up once.
_first = threading.Lock()
LEAST_WEIGHTS = 4096  # smaller constants are not worth a scale


def cache_folder() -> Path:
    """Where converted and compiled models are kept: $NEWSDESK_CACHE, or the user's cache folder."""
    named = os.environ.get("NEWSDESK_CACHE")
    return Path(named) if named else user_cache_path("newsdesk")


def quantize(exported: Path, out: Path) -> None:
    """Write `out` (.xml, its weights beside it as .bin): an exported ONNX model with the weights of its products and
    its embeddings in int8, symmetric, with a scale for each output."""
    openvino = _openvino()
    from openvino import opset13 as ops

    model = openvino.Core().read_model(exported)
    summed = [0]
    for node in model.get_ordered_ops():
        place = {"MatMul": 1, "Gather": 0}.get(node.get_type_name())
        source = node.input_value(place).get_node() if place is not None else None
        if source is None or source.get_type_name() != "Constant" or source.get_element_type() != openvino.Type.f32:
            continue
        weights = source.data
        if weights.ndim != 2 or weights.size < LEAST_WEIGHTS:
            continue
        # a product sums over its weights' rows, or over their columns where they lie transposed
        across = 0 if node.get_type_name() == "MatMul" and not node.get_attributes()["transpose_b"] else 1
        scale = np.abs(weights).max(axis=across, keepdims=True) / 127
        scale[scale == 0] = 1
        whole = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
        unpacked = ops.multiply(ops.convert(ops.constant(whole), "f32"), ops.constant(scale.astype(np.float32)))
        node.input(place).replace_source_output(unpacked.output(0))
        if node.get_type_name() == "MatMul":
            summed.append(weights.shape[across])
    # numbers of an activation that share a scale, as many as every product allows: with OpenVINO's own 32 MiniLM takes
    # 1.3 times as long
    model.set_rt_info(str(math.gcd(*summed) or 32), ["runtime_options", "DYNAMIC_QUANTIZATION_GROUP_SIZE"])
    openvino.save_model(model, out, compress_to_fp16=False)


class CompiledModel:
    """A model written by `quantize`. Safe to call from several threads at once, each call on one core.

    Two calls on two cores are as fast as one on both, and a busy neighbour then slows a text by its share instead of
    stalling it at every barrier.
    """

    def __init__(self, path: Path, *, kept: bool = True) -> None:
        """kept: whether its compiled form is kept in the cache for the next start, if that can be written to."""
        cores = os.cpu_count() or 1
        core = _openvino().Core()
        compiled = cache_folder() / "compiled"  # a start with it takes 0.07 instead of 0.23 s for each model
        if kept:
            with suppress(OSError):
                compiled.mkdir(parents=True, exist_ok=True)
        if kept and os.access(compiled, os.W_OK):
            core.set_property({"CACHE_DIR": str(compiled)})
        self._compiled: Any = core.compile_model(
            path,
            "CPU",
            {
                "NUM_STREAMS": cores,
                "INFERENCE_NUM_THREADS": cores,
                "ENABLE_CPU_PINNING": False,  # a pinned thread waits for whoever else has that core
            },
        )
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        with _first:
            self.run([[0]])

    def run(
        self, texts: Sequence[Sequence[int]], types: Sequence[Sequence[int]] | None = None
    ) -> list[NDArray[np.float32]]:
        """The model's outputs for the token ids of some texts (and their token types, 0 where not given), for all as
        many tokens as the longest has, rounded up: the caller leaves out what is behind a text's own."""
        feed = _feed(texts, types)
        with self._lock:
            request = self._idle.pop() if self._idle else self._compiled.create_infer_request()
        found = request.infer(dict(zip(INPUTS, feed, strict=True)))
        outputs = [np.array(found[port], np.float32) for port in self._compiled.outputs]
        with self._lock:
            self._idle.append(request)
        return outputs


def batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Rows in batches of one width and of as many rows as `most` tokens hold, long ones first; what fills no batch
    goes one by one. So a model sees few shapes, and hardly any padding is run."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    found: list[list[int]] = []
    at = 0
    while at < len(order):
        rows = max(1, most // _rounded_up(lengths[order[at]]))
        if at + rows > len(order):
            rows = 1
        found.append(order[at : at + rows])
        at += rows
    return found


def _openvino() -> Any:
    """The module, kept from telling its makers of every import: without the package that does so it leaves it.
    Nothing leaves this machine."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: cannot be imported
    import openvino

    return openvino


def _feed(
    texts: Sequence[Sequence[int]], types: Sequence[Sequence[int]] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Model inputs: ids, attention mask and token types, each of shape (texts, the longest's tokens rounded up)."""
    width = _rounded_up(max(map(len, texts)))
    ids, mask, kinds = (np.zeros((len(texts), width), np.int64) for _ in INPUTS)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
        if types is not None:
            kinds[row, : len(text)] = types[row]
    return ids, mask, kinds


def _rounded_up(length: int) -> int:
    return -(-length // STEP_TOKENS) * STEP_TOKENS
