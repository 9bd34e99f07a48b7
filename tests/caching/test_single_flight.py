"""One cold key, many at once, one computation; in memory and in a real Redis."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from cozmic.caching import single_flight
from cozmic.caching.bodies import Body, pack, seal_key
from cozmic.caching.memory_store import LARGEST_BYTES, MemoryStore
from cozmic.caching.near import LARGEST_BYTES as NEAR_BYTES
from cozmic.caching.near import NearPages
from cozmic.caching.redis_store import PREFIX, RedisStore
from cozmic.caching.single_flight import find_or_compute
from cozmic.caching.stores import LEASE_MS, Claim, PageStore
from cozmic.observe.tally import begin_tally
from cozmic.redis_link import shared_redis
from tests.services.redis_server import RedisServer

NOW, LATER = 1_000_000, 5_000_000
KEY = seal_key("a secret")


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Iterator[PageStore]:
    """A store of each kind, empty."""
    if request.param == "memory":
        yield MemoryStore(KEY)
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    server.empty()
    yield RedisStore(shared_redis(server.url), KEY)


class Page:
    """A page that counts how often it was computed, and takes its time."""

    def __init__(self, seconds: float = 0.0, until_ms: int = LATER) -> None:
        self.computed = 0
        self._lock = threading.Lock()
        self._seconds, self._until_ms = seconds, until_ms

    def compute(self) -> Body:
        with self._lock:
            self.computed += 1
        time.sleep(self._seconds)
        return Body(b"page", self._until_ms)

    def ask(self, store: PageStore, key: str = "k", now_ms: int = NOW) -> tuple[Body, str]:
        return find_or_compute(store, key, now_ms=now_ms, compute=self.compute, ttl_ms=60_000)


def test_a_page_is_computed_once_and_then_found(store: PageStore) -> None:
    page = Page()
    assert [page.ask(store)[1] for _ in range(3)] == ["miss", "hit", "hit"]
    assert page.computed == 1


def test_another_key_is_another_page(store: PageStore) -> None:
    page = Page()
    page.ask(store, "k")
    assert page.ask(store, "l")[1] == "miss"


def test_a_page_whose_time_is_over_is_computed_anew(store: PageStore) -> None:
    page = Page()
    page.ask(store)
    assert page.ask(store, now_ms=LATER - 1)[1] == "hit"
    assert page.ask(store, now_ms=LATER)[1] == "miss"


def test_a_page_that_is_over_at_once_is_not_stored(store: PageStore) -> None:
    page = Page(until_ms=NOW)
    assert [page.ask(store)[1] for _ in range(2)] == ["miss", "miss"]
    assert store.get("k") is None


@pytest.mark.parametrize("poison", [b"", b"!\x80\x04N.", pack(Body(b"old", LATER), "l", KEY)])
def test_a_poisoned_value_is_a_miss_and_is_replaced(store: PageStore, poison: bytes) -> None:
    store.set("k", poison)
    page = Page()
    assert [page.ask(store)[1] for _ in range(2)] == ["miss", "hit"]


def test_a_page_that_cannot_be_computed_leaves_the_way_free(store: PageStore) -> None:
    def fail() -> Body:
        raise LookupError

    with pytest.raises(LookupError):
        find_or_compute(store, "k", now_ms=NOW, compute=fail, ttl_ms=60_000)
    began = time.monotonic()
    assert Page().ask(store)[1] == "miss"
    assert time.monotonic() - began < LEASE_MS / 1000


@pytest.mark.parametrize("seconds", [0.3, 0.8])
def test_forty_at_once_compute_once(store: PageStore, seconds: float) -> None:
    page = Page(seconds)
    with ThreadPoolExecutor(40) as pool:
        outcomes = Counter(
            future.result()[1] for future in [pool.submit(page.ask, store) for _ in range(40)]
        )
    assert page.computed == 1, outcomes
    assert outcomes["miss"] == 1


def test_followers_take_over_when_the_owner_has_died(store: PageStore) -> None:
    """A claim without anybody who renews it: its owner was killed."""
    assert store.claim("k", "dead").is_owner
    page, began = Page(), time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(
            future.result()[1] for future in [pool.submit(page.ask, store) for _ in range(20)]
        )
    assert page.computed == 1, outcomes
    assert 0.2 < time.monotonic() - began < 2


def test_a_lease_that_never_ends_costs_one_wait(
    store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner hangs, or somebody wrote it by hand: who has waited long enough computes, and stores the page."""
    monkeypatch.setattr(single_flight, "LONGEST_WAIT_S", 0.1)
    monkeypatch.setattr(store, "claim", lambda *_: Claim(is_owner=False, value=store.get("k")))
    page = Page()
    assert [page.ask(store)[1] for _ in range(2)] == ["alone", "hit"]


def test_a_lease_is_freed_by_its_owner_alone(store: PageStore) -> None:
    store.claim("k", "owner")
    store.free("k", "another")
    assert not store.claim("k", "third").is_owner
    store.free("k", "owner")
    assert store.claim("k", "third").is_owner


def test_the_memory_store_forgets_what_was_used_longest_ago() -> None:
    store = MemoryStore(KEY)
    value = bytes(LARGEST_BYTES // 4)
    for key in "abcd":
        store.set(key, value)
    store.get("a")
    store.set("e", value)
    assert (store.get("b"), store.get("a")) == (None, value)


def test_redis_holds_bytes_alone_and_forgets_them(redis_server: RedisServer) -> None:
    redis_server.empty()
    store, client = RedisStore(shared_redis(redis_server.url), KEY), shared_redis(redis_server.url)
    Page().ask(store)
    name = f"{PREFIX}k"
    assert (client.exists(name), client.dbsize()) == (1, 1)
    assert client.get(name).startswith(b"CZP2")  # type: ignore[union-attr]  # a client that waits
    assert 0 < int(str(client.pttl(name))) <= 60_000


def test_a_page_read_once_is_kept_near(redis_server: RedisServer) -> None:
    redis_server.empty()
    first, second = (RedisStore(shared_redis(redis_server.url), KEY) for _ in range(2))
    page = Page()
    page.ask(first)
    assert page.ask(second)[1] == "hit", "from Redis"
    for store in (first, second):
        tally = begin_tally()
        assert page.ask(store)[1] == "hit"
        assert tally.redis_n == 0
    assert page.ask(first, now_ms=LATER)[1] == "miss", "its time is over here too"


def test_what_is_kept_near_is_bounded() -> None:
    near, quarter = NearPages(), Body(bytes(NEAR_BYTES // 4), LATER)
    for key in "abcd":
        near.keep(key, quarter)
        near.keep(key, quarter)
    near.find("a")
    near.keep("e", quarter)
    assert (near.find("b"), near.find("a")) == (None, quarter)
