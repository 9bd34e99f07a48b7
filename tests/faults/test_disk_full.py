"""The disk under SQLite is full: pages go on, a save says in words that it was not kept, and what was kept stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cozmic.extensions import db
from tests.apps import make_migrated_app
from tests.browsing import Visitor
from tests.factories import PASSWORD, make_cast
from tests.faults.figures import Record, tell
from tests.gunicorn_server import Server, gunicorn

pytestmark = pytest.mark.slow
LONG = "Bring a ruler. " * 250
MOST_WRITES = 200


def announce(ada: Visitor, server: Server, stream: str, number: int) -> tuple[int, str]:
    """Say something long to the class; return the status and the page."""
    page = ada.send(server, f"{stream}announcements", stream, body=f"The {number}th. {LONG}")
    return page.status, page.text


def count_announcements(file: Path) -> int:
    """How many are stored."""
    with closing(sqlite3.connect(file)) as connection:
        (number,) = connection.execute("SELECT count(*) FROM announcements").fetchone()
        return int(number)


def test_a_full_disk_is_told_in_words_and_loses_nothing(
    tmp_path: Path, record_property: Record
) -> None:
    file, limit = tmp_path / "school.sqlite3", tmp_path / "pages"
    app = make_migrated_app(f"sqlite:///{file}", tmp_path)
    with app.app_context():
        cast = make_cast()
        db.session.remove()
        db.engine.dispose()
    stream, ada = f"/classrooms/{cast.ada_class}/", Visitor()
    with gunicorn(
        f"sqlite:///{file}", tmp_path, application="tests.faults.tight_app:app", WEB_CONCURRENCY="1",
        TIGHT_PAGES=str(limit),
    ) as server:  # fmt: skip
        assert ada.sign_in(server, "ada", PASSWORD).status == 303
        limit.write_text(str(file.stat().st_size // 4096 + 8))
        kept_n, status, page = 0, 303, ""
        while status == 303 and kept_n < MOST_WRITES:
            status, page = announce(ada, server, stream, kept_n)
            kept_n += status == 303
        pages = [
            ada.get(server, path).status for path in ("/teacher/", stream, "/account/", "/readyz")
        ]
        stored_n = count_announcements(file)
        tell(
            record_property, "The disk under SQLite is full", asked_n=kept_n + 1 + len(pages),
            failed_n=1 + sum(one >= 500 for one in pages), kept_n=kept_n, lost_n=kept_n - stored_n,
        )  # fmt: skip
        assert status == 503
        assert "no room left" in page
        assert "Bring a ruler." in page, "what was typed is on the page, to be copied"
        assert pages == [200] * 4
        assert stored_n == kept_n > 0
        assert "The disk of the database is full" in server.log.read_text()
        limit.unlink()  # room is made
        assert announce(ada, server, stream, kept_n)[0] == 303
    assert count_announcements(file) == kept_n + 1
