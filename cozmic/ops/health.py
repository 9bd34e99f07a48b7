"""Is this process alive, and is it ready to serve: for hosts and monitors."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from cozmic.extensions import limiter
from cozmic.ops.deadline import Question
from cozmic.reads.readiness import Readiness, get_readiness, get_redis_state
from cozmic.web.database_words import words_for
from cozmic.web.guards import open_to_all

DATABASE_DEADLINE_S, REDIS_DEADLINE_S = 2.0, 0.5
health = Blueprint("health", __name__)
limiter.exempt(health)


def _ask_redis() -> str:
    return get_redis_state(current_app.config["REDIS_URL"])


ask_database: Question[Readiness] = Question(get_readiness, deadline_s=DATABASE_DEADLINE_S)
ask_redis: Question[str] = Question(_ask_redis, deadline_s=REDIS_DEADLINE_S)


@health.get("/healthz")
@open_to_all
def healthz() -> Response:
    """Answer that the process serves requests; asks nothing of the database."""
    return jsonify(status="ok")


@health.get("/readyz")
@open_to_all
def readyz() -> tuple[Response, int]:
    """Answer 200 when the database answers and its migrations are at head or ahead, else 503 and why.

    Redis is reported and never decides: every page works without it.
    """
    redis = _redis_state()
    try:
        readiness = ask_database.answer()
    except TimeoutError as error:
        return _unready(str(error), f"database unavailable: {error}", redis)
    except SQLAlchemyError as error:
        words = words_for(error)
        return _unready(words.state, words.log, redis)
    status = "ready" if readiness.is_ready else "unready"
    body = jsonify(status=status, database="ok", migrations=readiness.migrations, redis=redis)
    return body, 200 if readiness.is_ready else 503


def _unready(database: str, log: str, redis: str) -> tuple[Response, int]:
    """The reason in full stands in the log alone: anybody may ask for this page."""
    current_app.logger.error("not ready: %s", log)
    return jsonify(status="unready", database=database, redis=redis), 503


def _redis_state() -> str:
    try:
        return ask_redis.answer()
    except (TimeoutError, ValueError):  # ValueError: REDIS_URL is no address
        return "unreachable"
