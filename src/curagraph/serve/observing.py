"""What the server tells of itself: a line of JSON for each request, and metrics for Prometheus."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from curagraph.serve.serving import Serving

METRICS = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# So much of a path or a browser's name is in the log: nobody fills a disk with one request.
_LONGEST = 2000


class Metrics:
    """The numbers of one server."""

    def __init__(self, serving: Serving) -> None:
        self.registry = CollectorRegistry()
        labels = ["endpoint", "status"]
        self.requests = Counter("curagraph_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "curagraph_request_seconds",
            "Time from a request to the end of its answer.",
            ["endpoint"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.cut = Counter("curagraph_cut_answers", "Answers broken off after they began.", registry=self.registry)
        self._watch("queries_running", "SPARQL queries that run.", lambda: len(serving.queries.running))
        self._watch("queries_waiting", "SPARQL queries that wait.", lambda: len(serving.queries.queue))
        self._watch("pages_running", "Pages that are made.", lambda: len(serving.pages.running))
        self._watch("kept_bytes", "Bytes of pages that are kept.", lambda: serving.kept.size)
        self._watch("snapshot", "The number of the snapshot that is shown.", lambda: int(serving.number or 0))
        self._watch("editions_shown", "Editions shown since the start.", lambda: serving.swaps)

    def _watch(self, name: str, text: str, function: Callable[[], float]) -> None:
        Gauge(f"curagraph_{name}", text, registry=self.registry).set_function(function)

    async def page(self, _: Request) -> Response:
        """The numbers in the text format of Prometheus."""
        return Response(generate_latest(self.registry), headers={"Cache-Control": "no-store"}, media_type=METRICS)


class Observing:
    """Counts and logs each request of an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log: TextIO = sys.stdout) -> None:
        self.app = app
        self.metrics = metrics
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, size, is_whole = time.perf_counter(), 0, 0, False

        async def sending(message: Message) -> None:
            nonlocal status, size, is_whole
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                is_whole = not message.get("more_body", False)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - begun
            self._tell(scope, status, size, seconds, is_whole)

    def _tell(self, scope: Scope, status: int, size: int, seconds: float, is_whole: bool) -> None:
        endpoint = getattr(scope.get("endpoint"), "__name__", "none")
        self.metrics.requests.labels(endpoint, str(status)).inc()
        self.metrics.seconds.labels(endpoint).observe(seconds)
        if status and not is_whole:
            self.metrics.cut.inc()
        headers = dict(scope["headers"])
        row = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": (scope.get("client") or [""])[0],
            "method": scope["method"],
            "path": _text(scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")),
            "status": status,
            "bytes": size,
            "milliseconds": round(1000 * seconds, 2),
            "agent": _text(headers.get(b"user-agent", b"")),
        }
        with suppress(OSError):  # whoever read the log may have gone
            print(json.dumps(row if is_whole else row | {"cut": True}), file=self.log, flush=True)


def _text(data: bytes) -> str:
    return data[:_LONGEST].decode("utf-8", "replace")
