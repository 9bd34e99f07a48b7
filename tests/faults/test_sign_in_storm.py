"""The bell: many sign in at once, with real hashes, while somebody looks at a page."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from cozmic import config, create_app
from cozmic.access.credentials import hash_password
from cozmic.extensions import db
from tests.client import cookie_of
from tests.factories import PASSWORD, make_user
from tests.faults.crowd import ask_page, guess
from tests.faults.figures import Record, tell
from tests.gunicorn_server import Server, gunicorn

PUPILS = 60
SECRET = "kZ3x-Vq8_wTn2Lr6PyHs9DcJ4mBgF7aQeXuY0oRi"


@dataclass(frozen=True, slots=True)
class Bell:
    """What came of it."""

    statuses: list[int]
    took_s: float
    page_waits_s: list[float]

    @property
    def p95_s(self) -> float:
        """How long one in twenty pages took at least."""
        return sorted(self.page_waits_s)[int(len(self.page_waits_s) * 0.95)]


def ring(app: Flask, server: Server, cookie: str) -> Bell:
    """Let everybody sign in at once while one page is asked for again and again."""
    waits: list[float] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            began = time.monotonic()
            assert ask_page(server, "/student/", cookie) == 200
            waits.append(time.monotonic() - began)

    looking = threading.Thread(target=look)
    looking.start()
    began = time.monotonic()
    with ThreadPoolExecutor(PUPILS) as pool:
        statuses = list(
            pool.map(lambda number: guess(app, server, f"pupil{number}", PASSWORD), range(PUPILS))
        )
    took_s = time.monotonic() - began
    is_over.set()
    looking.join()
    return Bell(statuses, took_s, waits)


@pytest.mark.long
@pytest.mark.database
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_pages_are_served_while_a_class_signs_in(
    app: Flask, tmp_path: Path, record_property: Record
) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    settings = {"DATABASE_URL": url, "COZMIC_INSTANCE": str(tmp_path), "SECRET_KEY": SECRET}
    real = create_app(config.Development(settings))
    ids = [make_user(username=f"pupil{number}") for number in range(PUPILS)]
    with real.app_context(), db.engine.begin() as connection:
        hashed = {"hash": hash_password(PASSWORD)}
        connection.execute(text("UPDATE users SET password_hash = :hash"), hashed)
    cookie = cookie_of(real, ids[0])
    environ = {
        "COZMIC_CONFIG": "development", "SECRET_KEY": SECRET, "LIMIT_PAGES": "100000 per minute",
    }  # fmt: skip
    bells = {}
    for name, worker in (("with the lane", "cozmic.serving.LanedWorker"), ("without", "gthread")):
        with gunicorn(
            url, tmp_path, GUNICORN_CMD_ARGS=f"--worker-class {worker}", **environ
        ) as server:
            bells[name] = ring(real, server, cookie)
            print(
                f"{name}: page p95 {bells[name].p95_s * 1000:.0f} ms of {len(bells[name].page_waits_s)}, "
                f"{PUPILS} sign-ins in {bells[name].took_s:.1f} s"
            )
    with real.app_context():
        db.engine.dispose()
    bell = bells["with the lane"]
    tell(
        record_property, f"{PUPILS} sign in at once; others' pages meanwhile", asked_n=len(bell.page_waits_s),
        slowest_s=max(bell.page_waits_s), failed_n=sum(one >= 500 for one in bell.statuses),
    )  # fmt: skip
    assert bells["with the lane"].statuses == [303] * PUPILS
    assert bells["with the lane"].p95_s < 0.5
