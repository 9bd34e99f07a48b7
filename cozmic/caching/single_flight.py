"""One cold key, any number of requests at once on any number of workers: one computation while its owner lives."""

from __future__ import annotations

import secrets
import threading
import time
import weakref
from collections.abc import Callable

from cozmic.caching.bodies import Body
from cozmic.caching.stores import PageStore

RENEW_EVERY_S = 0.1
LOOK_EVERY_S = 0.02
LONGEST_WAIT_S = 2.5
"""After which a follower computes for itself."""


class Leases:
    """The leases that this process holds in a store, kept alive by one thread as long as there are any."""

    def __init__(self, store: PageStore) -> None:
        self._store = store
        self._condition = threading.Condition()
        self._held: dict[str, str] = {}
        self._thread: threading.Thread | None = None

    def hold(self, key: str, token: str) -> None:
        """Keep a lease alive from now on."""
        with self._condition:
            self._held[key] = token
            if self._thread is None or not self._thread.is_alive():  # none is inherited by a fork
                self._thread = threading.Thread(target=self._renew, name="leases", daemon=True)
                self._thread.start()
            self._condition.notify()

    def let_go(self, key: str) -> None:
        """Leave a lease to itself."""
        with self._condition:
            self._held.pop(key, None)

    def _renew(self) -> None:
        while True:
            with self._condition:
                while not self._held:
                    self._condition.wait()
            time.sleep(RENEW_EVERY_S)
            with self._condition:
                held = dict(self._held)
            if held:
                self._store.renew(held)


_leases: weakref.WeakKeyDictionary[PageStore, Leases] = weakref.WeakKeyDictionary()
_leases_lock = threading.Lock()


def find_or_compute(
    store: PageStore,
    key: str,
    *,
    now_ms: int,
    compute: Callable[[], Body],
    ttl_ms: int,
    is_cold: bool = False,
) -> tuple[Body, str]:
    """Return the page under a key that holds at a moment, and how it was come by: hit, waited, miss or alone.

    A miss costs three round trips to the store, two where the page is known to be cold. A value
    that is poisoned or whose time is over is computed anew.
    """
    body = None if is_cold else store.find(key)
    if body is not None and body.until_ms > now_ms:
        return body, "hit"
    token, ends = secrets.token_hex(8), time.monotonic() + LONGEST_WAIT_S
    while True:
        claim = store.claim(key, token)
        body = store.read(key, claim.value)
        is_good = body is not None and body.until_ms > now_ms
        if claim.is_owner and not is_good:
            return _compute(store, key, token, compute, now_ms, ttl_ms), (
                "alone" if claim.is_alone else "miss"
            )
        if claim.is_owner:
            store.free(key, token)
        if body is not None and is_good:
            store.note(key, body)
            return body, "waited"
        if time.monotonic() >= ends:
            body = compute()
            _keep(store, key, token, body, lasts_ms=min(ttl_ms, body.until_ms - now_ms))
            return body, "alone"
        time.sleep(LOOK_EVERY_S)


def _compute(
    store: PageStore, key: str, token: str, compute: Callable[[], Body], now_ms: int, ttl_ms: int
) -> Body:
    leases = _leases_of(store)
    leases.hold(key, token)
    try:
        body = compute()
    except BaseException:
        store.free(key, token)
        raise
    finally:
        leases.let_go(key)
    _keep(store, key, token, body, lasts_ms=min(ttl_ms, body.until_ms - now_ms))
    return body


def _keep(store: PageStore, key: str, token: str, body: Body, *, lasts_ms: int) -> None:
    if lasts_ms > 0:
        store.keep(key, body, token=token, ttl_ms=lasts_ms)
    else:
        store.free(key, token)


def _leases_of(store: PageStore) -> Leases:
    with _leases_lock:
        leases = _leases.get(store)
        if leases is None:
            leases = _leases[store] = Leases(store)
        return leases
