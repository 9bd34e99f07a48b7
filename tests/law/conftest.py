"""Applications for the law: without the suite's help for arranged rows, so that what is not touched stays stale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from cozmic.extensions import cache, db
from tests.apps import make_app
from tests.conftest import empty_database
from tests.services.redis_server import RedisServer

STORES = ("sqlite-memory", "postgresql-redis")
"""Each database and each store once; what could differ by pair is not in the code."""


@pytest.fixture(params=STORES)
def law_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application on an emptied database and an empty store, inside an application context."""
    database, _, store = request.param.partition("-")
    app: Flask = request.getfixturevalue("sqlite_app" if database == "sqlite" else "postgres_app")
    if store == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        server.empty()
        app = make_app(
            app.config["SQLALCHEMY_DATABASE_URI"], app.config["INSTANCE"], REDIS_URL=server.url
        )
    app.config["CLOCK_OFFSET_S"] = 0.0
    with app.app_context():
        empty_database()
        if store == "memory":
            cache.clear()
        yield app
        db.session.remove()
        if store == "redis":
            db.engine.dispose()
