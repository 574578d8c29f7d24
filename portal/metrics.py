"""Figures for Prometheus. Rooms register theirs with `request.app[METRICS].registry`."""

import hmac

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from portal.access import admit, public
from portal.doors import Door
from portal.keys import METRICS, SETTINGS

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class PortalMetrics:
    """Labels hold route patterns, never paths: paths hold ids."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "yunchuang_http_requests",
            "HTTP requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "yunchuang_http_request_seconds",
            "Time to answer an HTTP request",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        known = method if method in _METHODS else "other"  # a stranger may send any word
        self._requests.labels(known, route, str(status)).inc()
        if status != 101:  # a socket lasts as long as its page is open
            self._seconds.labels(route).observe(seconds)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)


@public
async def serve_metrics(request: web.Request) -> web.Response:
    """Checked here, not by a decorator: a scraper shows a token, a person is an administrator."""
    token = request.app[SETTINGS].metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        await admit(request, (Door.ADMIN,))
    return web.Response(
        body=request.app[METRICS].exposition(), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def setup_metrics(app: web.Application) -> None:
    app.router.add_get("/metrics", serve_metrics)
