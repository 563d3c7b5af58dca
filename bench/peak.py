"""How far the encoder is from what the cores can do: `python bench/peak.py`.

Counts the multiplications and additions that the encoder's six layers take for real lengths, times the encoder, and
times ONNX Runtime's int8 matrix product of the same shapes by itself, with as many threads. The share of the second
that the first reaches is what is left to win on these cores with this arithmetic.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from index.encoder.open import load_encoder

LAYERS, WIDTH, INNER = 6, 384, 1536  # of all-MiniLM-L6-v2
SHAPES = ((WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, INNER), (INNER, WIDTH))  # a layer's matrix products


def operations(lengths: list[int]) -> float:
    """Multiplications and additions of texts of so many tokens."""
    per_token = 2 * LAYERS * sum(a * b for a, b in SHAPES)
    attention = sum(2 * LAYERS * 2 * n * n * WIDTH for n in lengths)
    return float(per_token * sum(lengths) + attention)


def product(rows: int, a: int, b: int, folder: Path) -> float:
    """Operations a second of one int8 matrix product, one thread for each core, each with its own rows."""
    import onnxruntime

    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "w"], ["y"])], "product",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [rows, a])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [rows, b])],
        [onnx.numpy_helper.from_array(np.random.default_rng(1).integers(-127, 127, (a, b), np.int8), "w")],
    )  # fmt: skip
    path = folder / f"{a}x{b}.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=9), str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    x = np.random.default_rng(2).integers(0, 255, (rows, a), np.uint8)
    cores = os.cpu_count() or 1
    times = 200

    def run(_: int) -> None:
        for _ in range(times):
            session.run(None, {"x": x})

    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(run, range(cores)))
        start = time.perf_counter()
        list(pool.map(run, range(cores)))
        took = time.perf_counter() - start
    return 2.0 * rows * a * b * times * cores / took


def main() -> None:
    """Print the two speeds and their ratio, in turns."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--passages", type=int, default=256)
    cli.add_argument("--words", type=int, default=165, help="words in a passage: some 220 tokens")
    cli.add_argument("--rounds", type=int, default=3)
    arg = cli.parse_args()
    encoder = load_encoder()
    chance = np.random.default_rng(3)
    words = "council bridge harbour said the of in a year million crowns on Tuesday and people who voted report".split()
    texts = [" ".join(chance.choice(words, arg.words)) + f" {n}" for n in range(arg.passages)]
    lengths = [n + 2 for n in encoder.count_tokens(texts)]
    encoder.encode(texts[:16])
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(arg.rounds):
            start = time.perf_counter()
            encoder.encode(texts)
            took = time.perf_counter() - start
            weights = [a * b for a, b in SHAPES]
            speeds = [product(2048, a, b, Path(scratch)) for a, b in SHAPES]
            peak = sum(weights) / sum(w / s for w, s in zip(weights, speeds, strict=True))
            reached = operations(lengths) / took
            print(
                f"{arg.passages / took:6.1f} passages of {np.mean(lengths):.0f} tokens a second: "
                f"{reached / 1e9:.0f} GOP/s; int8 products alone {peak / 1e9:.0f} GOP/s;"
                f" {reached / peak:.0%}", flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
