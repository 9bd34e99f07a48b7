"""Hashing passwords without taking the pages with it: few at once in each process, and behind everything else.

A hash takes about 20 ms of a core and 19 MiB. At the bell, when hundreds sign in, the threads that hash give way to
those that serve pages; docs/decisions/0010 has the figures.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from functools import lru_cache
from typing import TypeVar

from flask import current_app

from cozmic.errors import Busy
from cozmic.extensions import db

Result = TypeVar("Result")
NICENESS = 10
"""How far hashing stands behind: it gets about a tenth of a core that others want too, and all of one that is free."""
BUSY = "A great many people are signing in at this moment. Try again in a few seconds."


def hash_in_turn(work: Callable[..., Result], *values: str) -> Result:
    """Return work(*values), which hashes, done when it is its turn; raise Busy after HASH_WAIT_S seconds of waiting."""
    config = current_app.config
    if config["TESTING"]:
        _refuse_in_transaction()
    done = _hashers(config["HASHES_AT_ONCE"], os.getpid()).submit(work, *values)
    try:
        return done.result(timeout=config["HASH_WAIT_S"])
    except NotInTime:
        if not done.cancel():
            return done.result()  # it has begun, and will not be long
        raise Busy(BUSY, retry_after_s=2) from None


@lru_cache(maxsize=4)
def _hashers(at_once: int, _process_id: int) -> ThreadPoolExecutor:
    """The threads that hash, of this process: a fork takes no threads along."""
    return ThreadPoolExecutor(at_once, thread_name_prefix="hash", initializer=_stand_back)


def _refuse_in_transaction() -> None:
    """Fail where whoever hashes holds a connection meanwhile, and with it locks and, on SQLite, all other writers."""
    if db.session().in_transaction():
        raise RuntimeError(
            "a password is hashed inside a transaction: hash it before, as cozmic/web/passwords.py does"
        )


def _stand_back() -> None:
    if sys.platform == "linux":  # elsewhere priorities are those of whole processes
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
