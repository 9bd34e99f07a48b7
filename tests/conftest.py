"""The application on real databases: one of each kind per worker of the runner, emptied before each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

import cozmic.transaction
from cozmic.caching.touched import Touched
from cozmic.extensions import db
from tests.apps import make_migrated_app
from tests.client import Client, anonymous, signed_in
from tests.factories import Cast, make_cast
from tests.services.postgres import PostgresServer

pytest_plugins = ["tests.services.fixtures"]
SignIn = Callable[[int], Client]


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on SQLite."""
    folder = tmp_path_factory.mktemp("sqlite")
    app = make_migrated_app(f"sqlite:///{folder / 'test.sqlite3'}", folder)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgres_app(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on PostgreSQL."""
    url = postgres_server.new_database()
    app = make_migrated_app(url, tmp_path_factory.mktemp("postgres"))
    yield app
    with app.app_context():
        db.engine.dispose()
    postgres_server.drop_database(url)


@pytest.fixture
def arranged_writes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rows that a test arranges change every cached page: it does not say what they touch, as a write does.

    Tests of the revisions themselves are marked exact_revisions, and do without.
    """
    if request.node.get_closest_marker("exact_revisions"):
        return
    set_revisions = cozmic.transaction._set_revisions

    def set_all(touched: Touched) -> None:
        if not (touched.person_ids or touched.classroom_posts or touched.classroom_work):
            touched.school()
        set_revisions(touched)

    monkeypatch.setattr(cozmic.transaction, "_set_revisions", set_all)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, arranged_writes: None) -> Iterator[Flask]:
    """The application, emptied, inside an application context; every test that takes it runs on both databases."""
    name = "sqlite_app" if request.param == "sqlite" else "postgres_app"
    application: Flask = request.getfixturevalue(name)
    application.config["CLOCK_OFFSET_S"] = 0.0
    with application.app_context():
        empty_database()
        yield application
        db.session.remove()


def empty_database() -> None:
    """Delete every row but the school's."""
    with db.engine.begin() as connection:
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in {"school", "school_revision"}:
                connection.execute(table.delete())
        connection.execute(
            text("UPDATE school SET name = 'Test School', zone = 'Europe/London', language = 'en'")
        )


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Ada, Ben, Cleo, Dan and Root."""
    return make_cast()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Return a function that gives a client signed in as a person."""
    return lambda user_id: signed_in(app, user_id)


@pytest.fixture
def ada(cast: Cast, sign_in: SignIn) -> Client:
    """Ada's browser."""
    return sign_in(cast.ada)


@pytest.fixture
def ben(cast: Cast, sign_in: SignIn) -> Client:
    """Ben's browser."""
    return sign_in(cast.ben)


@pytest.fixture
def root(cast: Cast, sign_in: SignIn) -> Client:
    """The admin's browser."""
    return sign_in(cast.root)


@pytest.fixture
def stranger(app: Flask) -> Client:
    """A client that is not signed in."""
    return anonymous(app)
