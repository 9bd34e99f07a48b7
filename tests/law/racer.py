"""One process of a race: threads that write numbers and commit, or that read pages and look for the last of them.

Run as: python -m tests.law.racer '{"role": "writer", ...}', see Orders.
"""

from __future__ import annotations

import json
import random
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from werkzeug.test import EnvironBuilder

from cozmic.access.clock import get_now
from cozmic.caching.bodies import Body
from cozmic.caching.stores import PageStore
from cozmic.extensions import db
from cozmic.models import Assignment, Classroom
from cozmic.transaction import transaction
from cozmic.web import cached
from cozmic.web.begun import BEGUN
from cozmic.web.viewer import admit
from cozmic.writes.announcements import announce
from cozmic.writes.classrooms import rename_classroom
from cozmic.writes.marking import comment_on_grade, set_grade_by_hand
from tests.apps import make_app
from tests.law.board import KINDS, READS, STALE, STOP, WRITES, Board, place_of

LONGEST_PAUSE_S = 0.1
IN_A_ROW = 10
"""How often a page is read before another is: most of these find it stored, and only then can it be stale."""
MARK_FROM = 100_000
SEEN = {
    "name": re.compile(r"name-(\d+)"),
    "note": re.compile(r"note-(\d+)"),
    "mark": re.compile(r"\b1(\d{5})\b"),
}


@dataclass(frozen=True, slots=True)
class Orders:
    """What a process is to do."""

    role: str
    threads: list[int]
    """The numbers of its threads, which name their places on the board and, for writers, their classes."""
    database: str
    instance: str
    redis: str
    board: str
    classes: list[dict[str, int]]
    """Of each class its id, its assignment's, its pupil's and its teacher's."""
    targets: list[list[Any]]
    """Pages to read: address, cookie, number of the class, and the kinds of numbers that stand there."""
    is_late: bool
    """Ask for the revision after the data: the fault that the race is to show."""


def main(orders: Orders) -> None:
    """Run the threads until the board says stop; end with an error where one of them did."""
    app = make_app(orders.database, Path(orders.instance), REDIS_URL=orders.redis)
    if orders.is_late:
        vars(cached)["find_or_compute"] = compute_then_ask
    work = write if orders.role == "writer" else read
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(app, orders, board, number)
        except BaseException as error:
            errors.append(error)
            raise

    with Board(Path(orders.board)) as board:
        threads = [threading.Thread(target=run, args=(number,)) for number in orders.threads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    sys.exit(1 if errors else 0)


def write(app: Flask, orders: Orders, board: Board, number: int) -> None:
    """Write one number after another into a class, and post each on the board once it is committed."""
    dice, count = random.Random(number), 0  # noqa: S311  pauses, not secrets
    while not board.get(STOP):
        time.sleep(dice.uniform(0, LONGEST_PAUSE_S))
        count += 1
        kind = KINDS[count % len(KINDS)]
        with app.app_context():
            write_one(orders.classes[number], kind, count)
        board.put(place_of(number, kind), count)
        board.put(WRITES + number, count)


def write_one(ids: dict[str, int], kind: str, number: int) -> None:
    """Commit one number."""
    with transaction() as touched:
        room = db.session.get_one(Classroom, ids["room"])
        if kind == "name":
            rename_classroom(touched, room, name=f"name-{number}", grade=4)
        elif kind == "note":
            announce(touched, room, f"note-{number}", once_key=f"{room.id}-{number}", now=get_now())
        else:
            work, points = db.session.get_one(Assignment, ids["work"]), MARK_FROM + number
            set_grade_by_hand(
                touched, work, ids["pupil"], Decimal(points), reason="", by_id=ids["teacher"], now=get_now()
            )  # fmt: skip
            comment_on_grade(touched, work, ids["pupil"], f"You have {points}")


def read(app: Flask, orders: Orders, board: Board, number: int) -> None:
    """Read pages at random; each must show at least what was committed before it was asked for."""
    dice = random.Random(1000 + number)  # noqa: S311
    environs = [
        EnvironBuilder(path, headers=[("Cookie", cookie)]).get_environ()
        for path, cookie, _, _ in orders.targets
    ]
    reads = stale = 0
    while not board.get(STOP):
        chosen = dice.randrange(len(environs))
        for _ in range(IN_A_ROW):
            wrong = look(app, environs[chosen], orders.targets[chosen], board)
            reads += 1
            board.put(READS + number, reads)
            if wrong:
                stale += 1
                board.put(STALE + number, stale)
                print(wrong, flush=True)


def look(app: Flask, environ: dict[str, Any], target: list[Any], board: Board) -> str:
    """Read a page; return what is missing that was committed before it was asked for, or nothing."""
    path, _, classroom, kinds = target
    least = {kind: board.get(place_of(classroom, kind)) for kind in kinds}
    page = ask(app, environ)
    shown = {kind: last_number(kind, page) for kind in kinds}
    is_stale = any(shown[kind] < least[kind] for kind in kinds)
    return f"{path} shows {shown} after {least}" if is_stale else ""


def ask(app: Flask, environ: dict[str, Any]) -> str:
    """Return a page; raise for anything but 200."""
    statuses: list[str] = []
    start: Callable[..., Any] = lambda status, *_args: statuses.append(status)  # noqa: E731
    parts = app({**environ, "wsgi.input": BytesIO()}, start)
    page = b"".join(parts).decode()
    if close := getattr(parts, "close", None):
        close()
    if not statuses[0].startswith("200"):
        raise AssertionError(statuses[0])
    return page


def last_number(kind: str, page: str) -> int:
    """The highest number of a kind on a page; 0: none."""
    return max(map(int, SEEN[kind].findall(page)), default=0)


def compute_then_ask(
    store: PageStore,
    key: str,
    *,
    now_ms: int,
    compute: Callable[[], Body],
    ttl_ms: int,
    is_cold: bool,
) -> tuple[Body, str]:
    """The fault: read the data, then the revision, and store the one under the other."""
    body = store.read(key, store.get(key))
    if body is not None and body.until_ms > now_ms:
        return body, "hit"
    body = compute()
    g.pop("viewer")
    request.environ.pop(BEGUN, None)  # who was admitted before Flask was entered
    viewer = admit()
    late_key = viewer and cached._key(viewer)
    if late_key:
        store.keep(late_key, body, token="", ttl_ms=ttl_ms)
    return body, "miss"


if __name__ == "__main__":
    main(Orders(**json.loads(sys.argv[1])))
