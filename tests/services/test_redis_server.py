"""The Redis that tests get."""

import os
from dataclasses import replace

import pytest
from redis.exceptions import AuthenticationError

from tests.services.errors import ServiceUnavailable
from tests.services.redis_server import RedisServer, connect, given_redis, start_redis


def keys(server: RedisServer) -> set[bytes]:
    with connect(server.url) as client:
        return set(client.scan_iter("*"))


def put(server: RedisServer, *names: str) -> None:
    with connect(server.url) as client:
        for name in names:
            client.set(name, "x")


def test_a_worker_of_ours_empties_its_own_database_alone() -> None:
    server, process = start_redis()
    try:
        one, two = server.for_worker(1), server.for_worker(2)
        put(one, "a")
        put(two, "b")
        one.empty()
        assert (keys(one), keys(two)) == (set(), {b"b"})
    finally:
        process.stop()
    assert not process.folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_nothing_is_flushed_where_another_process_answers() -> None:
    server, process = start_redis()
    try:
        put(server, "precious")
        with pytest.raises(ServiceUnavailable, match="nothing was flushed"):
            replace(server, process_id=os.getpid()).empty()
        assert keys(server) == {b"precious"}
    finally:
        process.stop()


def test_on_a_given_server_only_what_carries_our_prefix_goes() -> None:
    server, process = start_redis()
    try:
        given = given_redis(server.url)
        one, two = given.for_worker(1), given.for_worker(2)
        put(server, "precious", f"{one.key_prefix}a", f"{two.key_prefix}b")
        one.empty()
        assert keys(server) == {b"precious", f"{two.key_prefix}b".encode()}
    finally:
        process.stop()


def test_a_server_of_ours_writes_nothing_and_asks_for_a_password() -> None:
    server, process = start_redis({"maxmemory": "8mb"})
    try:
        with connect(server.url) as client:
            settings = client.config_get("*")
        assert (settings["save"], settings["appendonly"], settings["maxmemory"]) == (
            "",
            "no",
            "8388608",
        )
        with (
            connect(f"redis://{server.url.partition('@')[2]}") as stranger,
            pytest.raises(AuthenticationError),
        ):
            stranger.ping()
    finally:
        process.stop()


@pytest.mark.parametrize("url", ["http://host", "nonsense"])
def test_an_address_that_is_no_redis_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(ServiceUnavailable, match=r"^TEST_REDIS_URL must look like [^\n]*$"):
        given_redis(url)


def test_a_given_server_that_does_not_answer_is_told_at_once() -> None:
    with pytest.raises(ServiceUnavailable, match="TEST_REDIS_URL cannot be used"):
        given_redis("redis://127.0.0.1:1/0")


def test_settings_that_no_server_takes_are_told_with_its_own_words() -> None:
    with pytest.raises(ServiceUnavailable, match=r"did not start: .*nonsense"):
        start_redis({"nonsense": "1"})
