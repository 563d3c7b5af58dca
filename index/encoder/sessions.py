"""An ONNX model in a file to a session that runs it on the processor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def open_session(model: Path) -> Any:
    """An ONNX Runtime session of one thread, to be called from several at once: as fast as one call on all cores, and a
    busy neighbour then slows a question by its share instead of stalling it at every barrier."""
    # before its first import: its wheels (seen in 1.32) keep a device id in the user's cache and send events to their
    # makers unless this is set; nothing leaves this machine
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
