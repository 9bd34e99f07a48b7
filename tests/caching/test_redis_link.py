"""The link to Redis and the counts over it: whatever becomes of Redis, nobody waits long and nobody is told."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from redis import Redis, RedisError

from cozmic.caching.limit_storage import LimitStorage
from cozmic.observe.tally import begin_tally
from cozmic.redis_link import PROBE_EVERY_S, Breaker, ask, breaker_of, send_early, shared_redis
from tests.services.redis_server import RedisServer, connect, start_redis

pytestmark = pytest.mark.redis


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis of this test's own, to be stopped at will."""
    server, process = start_redis()
    yield server
    process.stop()


@contextmanager
def hung(server: RedisServer) -> Iterator[None]:
    """The server takes connections and answers nothing meanwhile."""
    assert server.process_id is not None
    os.kill(server.process_id, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.process_id, signal.SIGCONT)


def forget_everything(server: RedisServer) -> None:
    """What a restart does: no connection, no key and no script is left."""
    with connect(server.url) as client:
        client.flushall()
        client.script_flush()
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


def fails_within(client: Redis, seconds: float) -> bool:
    """Whether a command fails, and in time."""
    began = time.monotonic()
    try:
        client.get("x")
    except RedisError:
        return time.monotonic() - began < seconds
    return False


def commands_seen(server: RedisServer) -> int:
    with connect(server.url) as client:
        stats = client.info("commandstats")
    names = ("cmdstat_evalsha", "cmdstat_eval", "cmdstat_get", "cmdstat_ttl", "cmdstat_pttl")
    return sum(int(stats.get(name, {}).get("calls", 0)) for name in names)


def test_after_one_failure_others_fail_at_once_and_one_a_second_looks(
    own_redis: RedisServer,
) -> None:
    client = shared_redis(own_redis.url)
    assert client.get("x") is None
    breaker = breaker_of(client)
    assert breaker is not None
    with hung(own_redis):
        assert fails_within(client, 0.6)
        assert breaker.is_open
        began, admitted = time.monotonic(), 0
        while time.monotonic() - began < 2.5 * PROBE_EVERY_S:
            admitted += breaker.admits()
            time.sleep(0.002)
        assert admitted == 2
        assert all(fails_within(client, 0.05) for _ in range(20))
    time.sleep(PROBE_EVERY_S)
    assert client.get("x") is None
    assert not breaker.is_open


def test_threads_that_fail_together_all_fail_soon(own_redis: RedisServer) -> None:
    client = shared_redis(own_redis.url)
    client.get("x")
    with hung(own_redis), ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: fails_within(client, 1), range(40)))


def test_a_redis_that_was_started_again_is_asked_again(own_redis: RedisServer) -> None:
    client, storage = shared_redis(own_redis.url), LimitStorage(f"cozmic+{own_redis.url}")
    client.set("x", "1")
    assert [storage.incr("k", 60) for _ in range(3)] == [1, 2, 3]
    forget_everything(own_redis)
    assert client.get("x") is None
    assert [storage.incr("k", 60) for _ in range(2)] == [1, 2]
    assert storage.fallbacks == 0


def test_a_count_is_one_command_and_has_an_end(own_redis: RedisServer) -> None:
    storage = LimitStorage(f"cozmic+{own_redis.url}")
    storage.incr("warm", 60)
    before, tally = commands_seen(own_redis), begin_tally()
    assert [storage.incr("k", 60) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert tally.redis_n == 5
    assert commands_seen(own_redis) - before == 5
    assert 55 < storage.get_expiry("k") - time.time() <= 60
    with connect(own_redis.url) as client:
        assert client.ttl("k") > 50


def test_counting_goes_on_in_memory_and_comes_back(
    own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    storage = LimitStorage(f"cozmic+{own_redis.url}")
    assert storage.incr("k", 60) == 1
    with hung(own_redis), ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: storage.incr("k", 60), range(40))) == list(range(1, 41))
        assert storage.fallbacks == 40
        assert storage.get("k") == 40
        assert not storage.check()
    assert caplog.text.count("Redis does not answer") == 1
    time.sleep(PROBE_EVERY_S)
    # Those that were cut off may still have been counted: Redis carries out what it had received.
    assert 2 <= storage.incr("k", 60) <= 10
    assert storage.check()
    assert caplog.text.count("Redis is back") == 1


@pytest.mark.parametrize("wrong", [b"not a number", [b"a", b"list"]])
def test_a_key_of_another_strategy_is_no_error(own_redis: RedisServer, wrong: object) -> None:
    storage = LimitStorage(f"cozmic+{own_redis.url}")
    with connect(own_redis.url) as client:
        if isinstance(wrong, list):
            client.rpush("k", *wrong)
        else:
            client.set("k", str(wrong))
    assert [storage.incr("k", 60) for _ in range(2)] == [1, 2]
    assert storage.fallbacks == 2


def test_windows_in_memory_end(monkeypatch: pytest.MonkeyPatch) -> None:
    storage, now = LimitStorage("cozmic+memory://"), time.monotonic()
    assert [storage.incr("k", 60) for _ in range(2)] == [1, 2]
    monkeypatch.setattr("cozmic.caching.limit_storage.time.monotonic", lambda: now + 61)
    assert storage.get("k") == 0
    assert storage.incr("k", 60) == 1


def test_memory_holds_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cozmic.caching.limit_storage.MOST_COUNTS", 100)
    storage = LimitStorage("cozmic+memory://")
    for number in range(1000):
        storage.incr(f"k{number}", 60)
    assert storage.get("k999") == 1
    assert (storage.reset() or 0) <= 100


def test_an_answer_read_later_is_not_taken_for_anothers(own_redis: RedisServer) -> None:
    """Whatever is asked meanwhile on the same connection, and also when nobody comes back for it."""
    client = shared_redis(own_redis.url)
    for name in ("a", "b", "c"):
        client.set(name, name)
    first, second = send_early(client, "GET", "a"), send_early(client, "GET", "b")
    assert ask(client, "GET", "c") == b"c"
    assert (second.answer(), first.answer(), ask(client, "GET", "a")) == (b"b", b"a", b"a")
    send_early(client, "GET", "c")
    assert ask(client, "GET", "a") == b"a"


def test_a_command_sent_early_survives_a_restart(own_redis: RedisServer) -> None:
    client = shared_redis(own_redis.url)
    ask(client, "PING")
    forget_everything(own_redis)
    early = send_early(client, "PING")
    assert early.answer() == b"PONG"
    assert not breaker_is_open(client)


def test_a_command_sent_early_to_a_redis_that_hangs_fails_in_time(own_redis: RedisServer) -> None:
    client = shared_redis(own_redis.url)
    ask(client, "SET", "a", "a")
    with hung(own_redis):
        early, began = send_early(client, "GET", "a"), time.monotonic()
        with pytest.raises(RedisError):
            early.answer()
        assert time.monotonic() - began < 0.5
    time.sleep(PROBE_EVERY_S + 0.1)
    assert ask(client, "GET", "a") == b"a", "and not the answer that came too late"


def test_a_thread_that_ends_before_its_answer_leaves_it_to_nobody(own_redis: RedisServer) -> None:
    client = shared_redis(own_redis.url)
    left: list[bool] = []

    def send_and_end() -> None:
        connection = send_early(client, "GET", "a")._kept.connection
        left.append(connection.is_ready)

    thread = threading.Thread(target=send_and_end)
    thread.start()
    thread.join()
    gc.collect()
    pool = client.connection_pool
    assert left == [True]
    assert [one.is_ready for one in pool._available_connections] == [False]
    assert client.echo("b") == b"b"


def test_a_count_is_taken_back_where_its_window_is_open(own_redis: RedisServer) -> None:
    for storage in (LimitStorage(f"cozmic+{own_redis.url}"), LimitStorage("cozmic+memory://")):
        storage.incr("a", 60)
        storage.incr("a", 60)
        storage.take_back("a")
        storage.take_back("b")
        assert (storage.get("a"), storage.get("b")) == (1, 0)
        assert storage.get_expiry("a") > time.time() + 50  # the storage's clock
    with connect(own_redis.url) as client:
        assert not client.exists("b"), "it would have no end"


def breaker_is_open(client: Redis) -> bool:
    breaker = breaker_of(client)
    return breaker is not None and breaker.is_open


def test_each_outage_and_its_end_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    breaker = Breaker()
    for _outage in range(2):
        breaker.note_failure()
        breaker.note_failure()
        breaker.note_success()
        breaker.note_success()
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 4
    assert said[0] == said[2]
    assert "pages are computed anew, and each worker counts its own limits" in said[0]
    assert said[1].startswith("Redis is back after")
    assert said[3].startswith("Redis is back after")
