"""What a server counts, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)


class Meters:
    """The counters of one server. No question, name or id of an article is in a label."""

    def __init__(self, articles: Callable[[], float], waiting: Callable[[], float]) -> None:
        registry = self._registry = CollectorRegistry()
        self.requests = Counter("newsdesk_requests", "HTTP requests", ["method", "route", "status"], registry=registry)
        self.request_seconds = Histogram(
            "newsdesk_request_seconds", "Until the last byte of a response", ["route"], buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self.answers = Counter(
            "newsdesk_answers", "Questions asked: answered, declined or failed", ["outcome"], registry=registry
        )
        self.answer_seconds = Histogram(
            "newsdesk_answer_seconds", "Until an answer was whole", buckets=_SECONDS, registry=registry
        )
        self.answering = Gauge("newsdesk_answering", "Questions being answered now", registry=registry)
        self.stored = Counter(
            "newsdesk_stored", "Articles that came in, by what became of them", ["outcome"], registry=registry
        )
        self.jobs = Gauge("newsdesk_jobs", "Jobs that wait or run", ["state"], registry=registry)
        Gauge("newsdesk_articles", "Articles in the library, copies not counted", registry=registry).set_function(
            articles
        )
        Gauge(
            "newsdesk_articles_waiting", "Articles whose vectors are still to be made", registry=registry
        ).set_function(waiting)

    def text(self) -> bytes:
        """Everything counted, in Prometheus' text format."""
        return generate_latest(self._registry)
