"""Databases for copies, each new."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.copying.school import make_school
from tests.services.postgres import PostgresServer

NewDatabase = Callable[[str], str]
"""Makes an empty database of a kind, sqlite or postgresql, and returns its address."""


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Return a function that makes an empty database."""
    made: list[tuple[PostgresServer, str]] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / secrets.token_hex(4)}.sqlite3"
        server: PostgresServer = request.getfixturevalue("postgres_server")
        made.append((server, server.new_database()))
        return made[-1][1]

    yield make
    for server, url in made:
        server.drop_database(url)


@pytest.fixture(scope="session")
def school_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small school in SQLite, made once."""
    folder = tmp_path_factory.mktemp("school")
    make_school(f"sqlite:///{folder / 'school.sqlite3'}", folder)
    return folder / "school.sqlite3"


@pytest.fixture
def new_school(new_database: NewDatabase, school_file: Path, tmp_path: Path) -> NewDatabase:
    """Return a function that makes a database of a kind with the small school in it."""

    def make(kind: str) -> str:
        url = new_database(kind)
        if kind == "sqlite":
            shutil.copy(school_file, url.removeprefix("sqlite:///"))
        else:
            make_school(url, tmp_path)
        return url

    return make
