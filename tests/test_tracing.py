"""Traces, in a process of its own, to a real OTLP collector over gRPC."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

SERVED = """
import sys, httpx
from opentelemetry import trace
from assistant import Article, Assistant
from assistant.server import app as server
with Assistant.open(sys.argv[1]) as desk:
    desk.add([Article(title="Bridge", text="The bridge at Lowmere is closed. Its cables are cracked.")])
    running = server.serve(desk, port=0, block=False)
    httpx.post(
        f"{running.address}/v1/ask", json={"question": "Why is the bridge at Lowmere closed?"}, timeout=60,
        headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    )
    running.stop()
trace.get_tracer_provider().force_flush()
"""


class Collector(TraceServiceServicer):
    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.raw = b""
        self.lock = threading.Lock()

    def Export(self, request: Any, context: Any) -> ExportTraceServiceResponse:
        with self.lock:
            self.raw += request.SerializeToString()
            self.spans += [span for r in request.resource_spans for s in r.scope_spans for span in s.spans]
        return ExportTraceServiceResponse()


def test_spans_go_where_the_environment_says_in_the_callers_trace_and_tell_no_question(tmp_path: Path) -> None:
    collector, listening = Collector(), grpc.server(ThreadPoolExecutor(2))
    add_TraceServiceServicer_to_server(collector, listening)
    port = listening.add_insecure_port("127.0.0.1:0")
    listening.start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", SERVED, str(tmp_path / "library")], capture_output=True, text=True, check=False,
            env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"},
        )  # fmt: skip
    finally:
        listening.stop(0)
    assert done.returncode == 0, done.stderr
    spans = {span.name: span for span in collector.spans}
    asked, request = spans["newsdesk.ask"], spans["POST /v1/ask"]
    assert request.trace_id.hex() == asked.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert asked.parent_span_id == request.span_id
    assert {one.key for one in asked.attributes} >= {"newsdesk.abstained", "newsdesk.citations"}
    assert b"Lowmere" not in collector.raw
