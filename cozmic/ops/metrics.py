"""The metrics, for a Prometheus that knows the token."""

from __future__ import annotations

import hmac

from flask import Flask, current_app, request
from flask_sqlalchemy import SQLAlchemy
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.pool import QueuePool
from werkzeug.wrappers import Response

from cozmic.errors import NotFound
from cozmic.observe.gauges import Gauges
from cozmic.observe.metrics import BREAKER, POOL_IN_USE, POOL_MOST, render_metrics
from cozmic.ops.health import health
from cozmic.redis_link import breaker_of, shared_redis
from cozmic.web.guards import open_to_all


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
    """Let the gauges tell how much of the pool is in use, and whether Redis counts as gone."""
    gauges: Gauges = app.extensions["gauges"]
    with app.app_context():
        engine = database.engine
    options, url = app.config["SQLALCHEMY_ENGINE_OPTIONS"], app.config["REDIS_URL"]
    most = options["pool_size"] + options["max_overflow"]

    def count_in_use() -> int:
        pool = engine.pool  # asked each time: gunicorn's workers get pools of their own
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def is_redis_gone() -> bool:
        breaker = breaker_of(shared_redis(url))
        return breaker is not None and breaker.is_open

    gauges.watch(POOL_IN_USE, count_in_use)
    gauges.watch(POOL_MOST, lambda: most, rests_at=most)
    if url:
        gauges.watch(BREAKER, is_redis_gone)
