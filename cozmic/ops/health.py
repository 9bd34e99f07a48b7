"""Is this process alive, and is it ready to serve: for hosts and monitors."""

from __future__ import annotations

from flask import Blueprint, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from cozmic.extensions import limiter
from cozmic.reads.readiness import find_readiness
from cozmic.web.guards import open_to_all

health = Blueprint("health", __name__)
limiter.exempt(health)


@health.get("/healthz")
@open_to_all
def healthz() -> Response:
    """Answer that the process serves requests; asks nothing of the database."""
    return jsonify(status="ok")


@health.get("/readyz")
@open_to_all
def readyz() -> tuple[Response, int]:
    """Answer 200 when the database answers and its migrations are at head, else 503 and why."""
    try:
        readiness = find_readiness()
    except SQLAlchemyError:
        return jsonify(status="unready", database="unreachable"), 503
    status = 200 if readiness.is_ready else 503
    return jsonify(
        status="ready" if readiness.is_ready else "unready",
        database="ok",
        migrations=readiness.migrations,
    ), status
