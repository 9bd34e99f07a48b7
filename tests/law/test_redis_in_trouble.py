"""Redis hung, gone, full, read-only, emptied, or back with what it knew long ago: a miss, and nothing worse."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.caching.redis_store import PREFIX
from cozmic.extensions import cache, db
from cozmic.models import Classroom
from cozmic.observe.tally import current_tally
from cozmic.redis_link import PROBE_EVERY_S, shared_redis
from cozmic.transaction import transaction
from cozmic.writes.announcements import announce
from tests.apps import make_app
from tests.client import Client, cookie_of, signed_in
from tests.factories import Cast, make_assignment, make_cast, make_question
from tests.faults.figures import Record, tell
from tests.gunicorn_server import gunicorn
from tests.law.crowd import Reply, ask_at_once
from tests.law.own_redis import OwnRedis
from tests.work import hand_in_work

MAY_COST_S = 0.5
WRITES = 50


@pytest.fixture(scope="module")
def own_redis() -> Iterator[OwnRedis]:
    server = OwnRedis()
    yield server
    server.stop()


@dataclass(frozen=True, slots=True)
class School:
    """Ada's class over a Redis of its own, with pages stored."""

    app: Flask
    redis: OwnRedis
    cast: Cast
    client: Client
    """Ben's."""

    def say(self, words: str) -> None:
        """Ada announces something."""
        with transaction() as touched:
            room = db.session.get_one(Classroom, self.cast.ada_class)
            announce(touched, room, words, once_key=words, now=get_now())

    def look(self, path: str = "/student/") -> tuple[str, str]:
        """Ben looks; return the page, and how the cache came by it."""
        answer = self.client.get(path)
        assert answer.status_code == 200
        return answer.text, current_tally().cache

    def write_and_look(self, writes: int, name: str) -> None:
        """Announce one thing after another; each must be on the page at once."""
        for number in range(writes):
            self.say(f"{name} {number}.")
            assert f"{name} {number}." in self.look()[0]

    def wait_for_redis(self) -> None:
        """Wait until the application asks Redis again."""
        deadline = time.monotonic() + 10 * PROBE_EVERY_S
        while self.look()[1] != "hit":
            assert time.monotonic() < deadline, "Redis is back, and nobody asks it"
            time.sleep(0.05)


@pytest.fixture
def school(law_app: Flask, own_redis: OwnRedis) -> Iterator[School]:
    """With an emptied Redis that answers."""
    with own_redis.client() as client:
        client.flushall()
    config = law_app.config
    app = make_app(config["SQLALCHEMY_DATABASE_URI"], config["INSTANCE"], REDIS_URL=own_redis.url)
    with app.app_context():
        cast = make_cast()
        hand_in_work(make_assignment(cast.ada_class, [make_question()]), cast.ben, "100")
        found = School(app, own_redis, cast, signed_in(app, cast.ben))
        found.say("Before.")
        found.wait_for_redis()
        yield found
        db.session.remove()
        db.engine.dispose()
    shared_redis.cache_clear()


both = pytest.mark.parametrize("law_app", ["sqlite-memory", "postgresql-memory"], indirect=True)
one = pytest.mark.parametrize("law_app", ["sqlite-memory"], indirect=True)


@both
def test_fifty_writes_while_redis_hangs_and_none_is_missing_when_it_is_back(school: School) -> None:
    with school.redis.hung():
        school.write_and_look(WRITES, "Hung")
    page, _ = school.look()
    assert f"Hung {WRITES - 1}." in page
    school.wait_for_redis()
    assert f"Hung {WRITES - 1}." in school.look()[0]
    school.write_and_look(3, "After")


@both
def test_redis_back_from_an_old_dump_gives_no_old_page(school: School) -> None:
    dump = school.redis.dump()
    assert school.look()[1] == "hit"
    school.write_and_look(WRITES, "Since")
    school.redis.restart(dump)
    with school.redis.client() as client:
        assert client.keys(f"{PREFIX}page:*"), "the dump holds the old pages"
    assert f"Since {WRITES - 1}." in school.look()[0]
    school.wait_for_redis()
    assert f"Since {WRITES - 1}." in school.look()[0]
    school.write_and_look(3, "After")


Trouble = Callable[[OwnRedis], None]


def fill_up(redis: OwnRedis) -> None:
    redis.configure({"maxmemory-policy": "noeviction", "maxmemory": "1mb"})


def replicate_nothing(redis: OwnRedis) -> None:
    with redis.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
    redis.configure({"replica-serve-stale-data": "yes"})


def empty(redis: OwnRedis) -> None:
    with redis.client() as client:
        client.flushall()


def forget_scripts(redis: OwnRedis) -> None:
    empty(redis)
    with redis.client() as client:
        client.script_flush()


def put_lists(redis: OwnRedis) -> None:
    with redis.client() as client:
        for key in client.keys(f"{PREFIX}page:*"):
            client.delete(key)
            client.rpush(key, "no page")


@pytest.fixture
def healed(own_redis: OwnRedis) -> Iterator[None]:
    """Redis is itself again afterwards."""
    yield
    own_redis.configure({"maxmemory": "0"})
    with own_redis.client() as client:
        client.execute_command("REPLICAOF", "NO", "ONE")


@one
@pytest.mark.usefixtures("healed")
@pytest.mark.parametrize("trouble", [fill_up, replicate_nothing, empty, forget_scripts, put_lists])
def test_what_redis_cannot_do_is_a_miss(school: School, trouble: Trouble) -> None:
    trouble(school.redis)
    school.write_and_look(5, "Still")
    assert "Still 4." in school.look()[0]


@dataclass
class _Bomb:
    mark: str

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.mark, "w")


@one
def test_a_poisoned_value_is_a_miss_and_runs_nothing(school: School, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    wanted, _ = school.look()
    progress, _ = school.look("/student/progress")
    with school.redis.client() as client:
        (key,) = client.keys(f"{PREFIX}page:*student.dashboard*")
        (other,) = client.keys(f"{PREFIX}page:*student.progress*")
        good, elsewhere = client.get(key), client.get(other)
        assert isinstance(good, bytes)
        assert isinstance(elsewhere, bytes)
        bomb = pickle.dumps(_Bomb(str(mark)))
        poisons = [
            bomb, b"!" + bomb, good[:28] + bomb, elsewhere, good[:-1], good[:20], good + b"x", b"",
            good[:4] + bytes(8) + good[12:], good + bytes(64 * 1024 * 1024),
        ]  # fmt: skip
        for poison in poisons:
            client.set(key, poison)
            cache.cache.clear()  # another process comes, which has not read the page before
            assert school.look() == (wanted, "miss"), poison[:40]
            assert school.look() == (wanted, "hit")
    assert not mark.exists()
    assert progress != wanted


@pytest.mark.slow
@pytest.mark.parametrize("law_app", ["postgresql-memory"], indirect=True)
def test_while_redis_hangs_no_request_takes_half_a_second_more(
    law_app: Flask, own_redis: OwnRedis, tmp_path: Path, record_property: Record
) -> None:
    """Through gunicorn with its limits on. A busy machine has slow requests of its own: those of the same run count."""
    cast = make_cast()
    ben, ada = (cookie_of(law_app, who) for who in (cast.ben, cast.ada))
    pages = [
        ("/student/", ben), ("/student/assignments/", ben), ("/account/", ben), ("/teacher/", ada),
        (f"/classrooms/{cast.ada_class}/gradebook?sort=lowest", ada), ("/login", ""), ("/healthz", ""),
        (f"/classrooms/{cast.ada_class}/settings", ada),
    ]  # fmt: skip
    settings = {
        "REDIS_URL": own_redis.url, "RATELIMIT_ENABLED": "1", "LIMIT_PAGES": "9000 per minute", "FORCE_HTTPS": "0",
    }  # fmt: skip
    database = law_app.config["SQLALCHEMY_DATABASE_URI"]
    db.session.remove()
    db.engine.dispose()

    def rounds(number: int) -> list[Reply]:
        return [reply for _ in range(number) for reply in ask_at_once(server, pages)]

    with gunicorn(database, tmp_path, **settings) as server:
        rounds(4)
        calm = rounds(15)
        with own_redis.hung():
            hung = rounds(30)
        after = rounds(5)
    slowest = {
        name: max(one.took_s for one in some) for name, some in (("calm", calm), ("hung", hung))
    }
    for name, some in (
        ("Nothing: for comparison", calm),
        ("Redis hangs (SIGSTOP) while people look", hung),
    ):
        tell(
            record_property, name, asked_n=len(some), median_s=median(one.took_s for one in some),
            slowest_s=max(one.took_s for one in some), failed_n=sum(one.status != 200 for one in some),
        )  # fmt: skip
    assert {one.status for one in [*calm, *hung, *after]} == {200}
    assert slowest["hung"] - slowest["calm"] <= MAY_COST_S
