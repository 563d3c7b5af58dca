"""OpenTelemetry: spans of requests and of what the desk does, sent where OTEL_EXPORTER_OTLP_ENDPOINT says.

Without that variable nothing is set up, and a span costs some microseconds. No span holds a question or a key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from assistant.version import __version__

Attributes = Mapping[str, str | int | float | bool]
_TRACER = trace.get_tracer("newsdesk", __version__)


def send_traces() -> None:
    """Send spans by OTLP over gRPC, if the environment says where to; once for each process."""
    wanted = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    if not wanted or isinstance(trace.get_tracer_provider(), _sdk().TracerProvider):
        return
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME", "newsdesk")
    provider = _sdk().TracerProvider(resource=Resource.create({"service.name": name, "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def _sdk() -> Any:
    from opentelemetry.sdk import trace as sdk

    return sdk


@contextmanager
def request_span(method: str, headers: Mapping[str, str]) -> Iterator[Span]:
    """The span of one request, in the trace that the caller's `traceparent` names."""
    with _TRACER.start_as_current_span(
        method,
        propagate.extract(headers),
        SpanKind.SERVER,
        {"http.request.method": method},
        record_exception=False,  # its message might hold what was asked
        set_status_on_exception=False,
    ) as span:
        yield span


def end_request(span: Span, method: str, route: str, status: int) -> None:
    """Name the span when it is known where the request went."""
    span.update_name(f"{method} {route}")
    span.set_attributes({"http.route": route, "http.response.status_code": status})
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


@contextmanager
def step(name: str, attributes: Attributes | None = None) -> Iterator[Span]:
    """The span of something that the desk does: newsdesk.ask, newsdesk.retrieve, newsdesk.add."""
    with begin(name, attributes) as span:
        try:
            yield span
        except Exception as error:
            failed(span, error)
            raise


def begin(name: str, attributes: Attributes | None = None) -> Span:
    """The same for what goes on in several threads; end it with `end()`."""
    return _TRACER.start_span(f"newsdesk.{name}", attributes=dict(attributes or {}), record_exception=False)


def failed(span: Span, error: BaseException) -> None:
    """Mark a span; only the error's kind is told, its message might hold what was asked."""
    span.set_status(Status(StatusCode.ERROR, type(error).__name__))
