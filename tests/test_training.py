"""What makes the reader: its conversion gives what the original gives."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SCRIPT = Path(__file__).resolve().parents[1] / "training" / "int8.py"


def test_spread_norms_give_what_the_one_operator_gives() -> None:
    chance = np.random.default_rng(1)
    rows, width = 5, 8
    names = ("gain", "shift", "bias")
    node = helper.make_node(
        "SkipLayerNormalization", ["x", "skip", *names], ["y"], domain="com.microsoft", epsilon=1e-12
    )
    x, skip, y = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, rows, width]) for name in ("x", "skip", "y")
    )
    kept = [numpy_helper.from_array(chance.normal(size=width).astype(np.float32), name) for name in names]
    model = helper.make_model(
        helper.make_graph([node], "norm", [x, skip], [y], kept),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
        ir_version=8,
    )
    feed = {name: chance.normal(size=(1, rows, width)).astype(np.float32) for name in ("x", "skip")}
    whole = onnxruntime.InferenceSession(model.SerializeToString()).run(None, feed)[0]
    spec = importlib.util.spec_from_file_location("int8", SCRIPT)
    assert spec and spec.loader
    int8 = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(int8)
    int8.spread_norms(model)
    assert "SkipLayerNormalization" not in {n.op_type for n in model.graph.node}
    spread = onnxruntime.InferenceSession(model.SerializeToString()).run(None, feed)[0]
    np.testing.assert_allclose(spread, whole, atol=1e-5)
