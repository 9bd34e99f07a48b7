"""Passwords are hashed a few at a time, and nobody waits for ever."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from cozmic.access.hashing import NICENESS, hash_in_turn
from cozmic.errors import Busy
from tests.client import Client
from tests.factories import PASSWORD, Cast

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # no database decides this


def test_one_is_hashed_at_a_time(app: Flask) -> None:
    at_once, most = 0, 0

    def hash_slowly(_password: str) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.01)
        at_once -= 1

    def work(_number: int) -> None:
        with app.app_context():
            hash_in_turn(hash_slowly, "x")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(12)))
    assert most == 1


def test_whoever_waits_too_long_is_asked_to_try_again(
    app: Flask, cast: Cast, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HASH_WAIT_S", 0.05)
    has_begun, may_end = threading.Event(), threading.Event()

    def hash_for_long(_password: str) -> bool:
        has_begun.set()
        return may_end.wait(5)

    def occupy() -> None:
        with app.app_context():
            hash_in_turn(hash_for_long, "x")

    other = threading.Thread(target=occupy)
    other.start()
    assert has_begun.wait(5)
    with pytest.raises(Busy):
        hash_in_turn(str, "x")
    answer = stranger.post("/login", data={"username": "ben", "password": PASSWORD})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "signing in" in answer.text
    may_end.set()
    other.join()
    assert hash_in_turn(str, "x") == "x"


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")
def test_hashing_stands_behind_everything_else(app: Flask) -> None:
    def ask(_password: str) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert hash_in_turn(ask, "x") == min(19, ask("") + NICENESS)


def test_the_child_of_a_fork_hashes_with_threads_of_its_own(app: Flask) -> None:
    assert hash_in_turn(str, "x") == "x"
    child = os.fork()
    if not child:
        os._exit(0 if hash_in_turn(str, "y") == "y" else 1)
    for _ in range(100):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.05)
    else:
        os.kill(child, 9)
        os.waitpid(child, 0)
        status = 1
    assert status == 0
