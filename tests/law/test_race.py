"""Eight writers, eight readers, several processes: no read misses what was committed before it began."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from cozmic.config import ROOT
from cozmic.rules.enums import Role
from tests.client import cookie_of
from tests.factories import enrol, make_assignment, make_classroom, make_question, make_user
from tests.law.board import CLASSES, READS, STALE, STOP, WRITES, Board
from tests.law.racer import Orders

LASTS_S, READS_AT_LEAST, GIVEN_UP_AFTER_S = 10.0, 5_000, 220.0
DATABASES = ("sqlite-redis", "postgresql-redis")
READERS = ([0, 1, 2, 3], [4, 5, 6, 7])
"""Eight threads in two processes."""


@pytest.fixture
def orders(law_app: Flask, tmp_path: Path) -> Orders:
    """Eight classes with a teacher and a graded pupil each, and who reads which of their pages."""
    classes, targets = [], []
    for number in range(CLASSES):
        teacher, pupil = make_user(Role.TEACHER, "Ada"), make_user(Role.STUDENT, "Ben")
        room = make_classroom(teacher, "name-0")
        enrol(room, pupil)
        work = make_assignment(room, [make_question()], points=Decimal(999_999))
        classes.append({"room": room, "work": work, "pupil": pupil, "teacher": teacher})
        cookies = {who: cookie_of(law_app, who) for who in (teacher, pupil)}
        targets += [
            ["/student/", cookies[pupil], number, ["name", "note", "mark"]],
            [f"/classrooms/{room}/", cookies[pupil], number, ["name", "note"]],
            [f"/classrooms/{room}/gradebook", cookies[teacher], number, ["name", "mark"]],
            ["/teacher/classrooms", cookies[teacher], number, ["name"]],
        ]
    config = law_app.config
    return Orders(
        role="", threads=[], database=config["SQLALCHEMY_DATABASE_URI"], instance=str(tmp_path),
        redis=config["REDIS_URL"], board=str(tmp_path / "board"), classes=classes, targets=targets, is_late=False,
    )  # fmt: skip


@contextmanager
def racing(orders: Orders) -> Iterator[tuple[Board, list[str]]]:
    """Eight writers in one process, eight readers in two; all must end well. What they say comes with the board."""
    said: list[str] = []
    parts = [replace(orders, role="writer", threads=list(range(CLASSES)))]
    parts += [replace(orders, role="reader", threads=threads) for threads in READERS]
    with Board(Path(orders.board)) as board:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.law.racer", json.dumps(asdict(part))],
                cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
            for part in parts
        ]  # fmt: skip
        try:
            yield board, said
        finally:
            board.put(STOP, 1)
            said += [process.communicate(timeout=60)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0], said


def wait(board: Board, *, is_enough: bool = False) -> None:
    """Wait for the race to last as long, and reach as many reads, as asked; or for a few stale ones."""
    began = 0.0
    given_up = time.monotonic() + GIVEN_UP_AFTER_S
    while time.monotonic() < given_up:
        time.sleep(0.1)
        if is_enough and board.total(STALE) >= 3:
            return
        began = began or (time.monotonic() if board.total(READS) and board.total(WRITES) else 0.0)
        has_lasted = began and time.monotonic() - began >= LASTS_S
        if not is_enough and has_lasted and board.total(READS) >= READS_AT_LEAST:
            return


@pytest.mark.long
@pytest.mark.parametrize("law_app", DATABASES, indirect=True)
def test_no_read_of_five_thousand_is_stale(orders: Orders) -> None:
    began = time.monotonic()
    with racing(orders) as (board, said):
        wait(board)
    with Board(Path(orders.board)) as board:
        reads, stale, writes = board.total(READS), board.total(STALE), board.total(WRITES)
    print(f"\n{reads} reads, {stale} stale, {writes} writes in {time.monotonic() - began:.1f} s")
    assert stale == 0, said[1:]
    assert reads >= READS_AT_LEAST
    assert writes >= CLASSES * 10


@pytest.mark.long
@pytest.mark.parametrize("law_app", DATABASES, indirect=True)
def test_with_the_revision_asked_after_the_data_the_same_race_finds_stale_reads(
    orders: Orders,
) -> None:
    with racing(replace(orders, is_late=True)) as (board, _):
        wait(board, is_enough=True)
        assert board.total(STALE) >= 3
