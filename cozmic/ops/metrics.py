"""The metrics, for a Prometheus that knows the token."""

from __future__ import annotations

import hmac

from flask import Flask, current_app, request
from flask_sqlalchemy import SQLAlchemy
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.wrappers import Response

from cozmic.access.standalone import count_kept
from cozmic.connections import PoolUse, pool_use
from cozmic.errors import NotFound
from cozmic.observe.gauges import Gauges
from cozmic.observe.metrics import (
    BREAKER,
    LIMIT_FALLBACKS,
    POOL_FULLEST,
    POOL_IN_USE,
    POOL_KEPT,
    POOL_MOST,
    POOL_TIMEOUTS,
    POOL_WAITS,
    render_metrics,
)
from cozmic.ops.health import health
from cozmic.redis_link import breaker_of, shared_redis
from cozmic.rules.thresholds import pool_share
from cozmic.web.guards import open_to_all
from cozmic.web.page_limits import count_fallbacks

NO_POOL = PoolUse(size=0, overflow=0, open=0, in_use=0, waits_n=0, waits_s=0.0, timeouts_n=0)


@health.get("/metrics")
@open_to_all
def metrics() -> Response:
    """Answer with all metrics in Prometheus' text format, to whoever sends METRICS_TOKEN as a bearer token."""
    token: str = current_app.config["METRICS_TOKEN"]
    if not token:
        raise NotFound("page")
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return Response("The token is missing or wrong.\n", 401, {"WWW-Authenticate": "Bearer"})
    current_app.extensions["gauges"].sample(is_due=True)
    return Response(render_metrics(), content_type=CONTENT_TYPE_LATEST)


def watch_links(app: Flask, database: SQLAlchemy) -> None:
    """Let the metrics tell how the pool is used, whether Redis counts as gone, and what was counted without it."""
    gauges: Gauges = app.extensions["gauges"]
    with app.app_context():
        engine = database.engine

    def pool() -> PoolUse:
        # Asked each time: gunicorn's workers get pools of their own.
        return pool_use(engine) or NO_POOL

    def fullest() -> float:
        return pool_share(in_use=pool().in_use, kept=count_kept(engine), most=most) or 0.0

    most = pool().size + pool().overflow
    gauges.watch(POOL_IN_USE, lambda: pool().in_use)
    gauges.watch(POOL_KEPT, lambda: count_kept(engine))
    gauges.watch(POOL_FULLEST, fullest)
    gauges.watch(POOL_MOST, lambda: most)
    gauges.follow(POOL_WAITS, lambda: pool().waits_n)
    gauges.follow(POOL_TIMEOUTS, lambda: pool().timeouts_n)
    gauges.follow(LIMIT_FALLBACKS, count_fallbacks)
    if url := app.config["REDIS_URL"]:
        gauges.watch(BREAKER, lambda: _is_gone(url))


def _is_gone(redis_url: str) -> bool:
    breaker = breaker_of(shared_redis(redis_url))
    return breaker is not None and breaker.is_open
