"""Who is turned away after what wait; tests/faults/test_overload.py lets them really wait."""

from __future__ import annotations

import pytest
from flask import Flask

from cozmic.observe.waiting import note_wait
from tests.client import anonymous


@pytest.mark.parametrize(
    ("method", "path", "waited_s", "status"),
    [
        ("GET", "/login", 2.9, 200),
        ("GET", "/login", 3.1, 503),
        ("GET", "/healthz", 60, 200),
        ("POST", "/login", 14, 422),
        ("POST", "/login", 16, 503),
        ("POST", "/sign-out", 60, 303),
    ],
)
def test_pages_wait_three_seconds_sign_ins_fifteen_and_work_as_long_as_it_takes(
    app: Flask, method: str, path: str, waited_s: float, status: int
) -> None:
    note_wait(waited_s)
    answer = anonymous(app).open(path, method=method)
    assert answer.status_code == status
    assert ("Refresh" in answer.headers) == (status == 503 and method == "GET")


def test_a_wait_counts_for_one_request(app: Flask) -> None:
    note_wait(10)
    client = anonymous(app)
    assert [client.get("/login").status_code for _ in range(2)] == [503, 200]
