"""Figures for Prometheus, by endpoint and status: no ids, no words, nothing of a person."""

import time
from collections.abc import Iterable

import structlog
from flask import Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from webhook.kept import Kept
from webhook.rooms import Rooms

log = structlog.get_logger(__name__)
_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counts of this process and app, beside the gauges composition gives."""

    def __init__(self, rooms: Rooms) -> None:
        self._registry = CollectorRegistry()
        names = ("endpoint", "method", "status")
        self._requests = Counter("foyer_http_requests", "Requests answered.", names, registry=self._registry)
        self._seconds = Histogram(
            "foyer_http_request_seconds", "Time to answer.", ("endpoint",), buckets=_SECONDS, registry=self._registry
        )
        self._registry.register(_Figures(rooms))

    def start(self) -> None:
        g.started = time.perf_counter()

    def count(self, answer: Response) -> Response:
        endpoint = request.endpoint or "unknown"
        method = request.method if request.method in _METHODS else "other"
        self._requests.labels(endpoint, method, str(answer.status_code)).inc()
        self._seconds.labels(endpoint).observe(time.perf_counter() - g.started)
        return answer

    def show(self) -> Response:
        return Response(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._figures = Kept(rooms.figures, rooms.kept_s)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return ()  # or registering would ask the database

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield GaugeMetricFamily("foyer_waiting_visitors", "Requests waiting for a reply.", self._rooms.live.waiting)
        try:
            figures = self._figures()
        except self._rooms.unavailable as error:
            log.warning("figures are left out: the database does not answer", error=type(error).__name__)
            return
        for name, value in figures.items():
            yield GaugeMetricFamily(f"foyer_{name}", name.replace("_", " "), value)
