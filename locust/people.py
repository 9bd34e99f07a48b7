"""What all people of a load test have in common: they sign in, keep a browser's cache, and look at what they get."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar

import gevent  # type: ignore[import-untyped]
from canaries import Canary, canary_of, find_name, status_fault
from ledger import Ledger
from load_accounts import Account, Accounts, read_accounts, think_s
from load_tally import End, Tally
from locust import FastHttpUser
from locust.exception import StopUser

TALLY, LEDGER = Tally(), Ledger()
TOKEN = re.compile(rb'name="csrf_token"[^>]*? value="([^"]+)"')
REDIRECTS = (301, 302, 303)
TRIES, TRY_AGAIN_S = 5, 1.0
MOST_KEPT = 40


class GaveUp(Exception):
    """A step failed, which has been counted; what was to follow makes no sense."""


class Reply:
    """What came: status, body and where it sends."""

    __slots__ = ("body", "location", "status")

    def __init__(self, status: int, body: bytes, location: str) -> None:
        self.status, self.body, self.location = status, body, location


class Deal:
    """The accounts of this process, read when the first person comes."""

    accounts: ClassVar[Accounts | None] = None

    @classmethod
    def take(cls, kind: str, person: Person) -> Account:
        """Return the next account; a person for whom there is none goes home."""
        if cls.accounts is None:
            cls.accounts = read_accounts(os.environ)
        runner: Any = person.environment.runner
        step = max(1, int(os.environ.get("COZMIC_LOAD_GENERATORS", "1") or 1))
        offset = getattr(runner, "worker_index", 0) if step > 1 else 0
        account = cls.accounts.take(kind, step=step, offset=max(0, offset))
        if account is None:
            print(f"There is no account left for another {kind}.", flush=True)
            raise StopUser
        return account


def flow(steps: Callable[[Any], None]) -> Callable[[Any], None]:
    """A task that ends where one of its steps fails."""

    @wraps(steps)
    def task(person: Any) -> None:
        try:
            steps(person)
        except GaveUp:
            person.think()

    return task


class Person(FastHttpUser):
    """Somebody with a browser."""

    abstract = True
    kind = ""
    prefix = ""
    """Before the names of the requests of signing in."""
    network_timeout, connection_timeout = 30.0, 10.0
    default_headers = {  # noqa: RUF012  locust declares it so
        "User-Agent": "cozmic-load/1",
        "Accept": "text/html",
    }

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.dice = random.Random()
        self.account = Account("", "")
        self.canary: Canary | None = None
        self.token = ""
        self._kept: dict[str, str] = {}

    def wait_time(self) -> float:
        """How long a page is looked at."""
        return think_s(os.environ, self.dice)

    def think(self) -> None:
        """Look at the page."""
        gevent.sleep(self.wait_time())

    def on_start(self) -> None:
        """Sign in; whoever cannot tries again, as people do."""
        self.account = Deal.take(self.kind, self)
        if self.account.name:
            self.canary = canary_of(self.account.name, self.account.classes)
        for _ in range(TRIES):
            try:
                self.sign_in()
            except GaveUp:
                self.think()
            else:
                return
        raise StopUser

    def sign_in(self) -> None:
        """Sign in with the form, and follow to the first page."""
        prefix = self.prefix
        form = self.ask("GET", "/login", f"{prefix}GET /login", is_own=False)
        self.keep_token(form.body)
        reply = self.send(
            "/login", f"{prefix}POST /login", {"username": self.account.username, "password": self.account.password},
        )  # fmt: skip
        self._kept.clear()
        if self.find_id(reply.location, r"(/login)"):
            raise GaveUp
        home = self.ask("GET", "/", f"{prefix}GET /", expected=REDIRECTS)
        first = self.page(home.location, f"{prefix}GET {home.location}")
        if self.canary is None:
            self.canary = canary_of("", frozenset())
            self.canary = Canary(
                self.canary.greeting[:-1] + find_name(first).encode() + b'"', frozenset()
            )

    def page(self, path: str, name: str) -> bytes:
        """Look at a page of one's own. A page that the browser has and the server confirms counts as seen (b"")."""
        etag = self._kept.get(path)
        headers = {"If-None-Match": etag} if etag else None
        return self.ask(
            "GET", path, name, expected=(200, 304) if etag else (200,), headers=headers
        ).body

    def fresh_page(self, path: str, name: str) -> bytes:
        """Look at a page whose content is needed."""
        self._kept.pop(path, None)
        return self.page(path, name)

    def send(self, path: str, name: str, form: Mapping[str, str]) -> Reply:
        """Send a form, which answers with where to go on."""
        return self.ask(
            "POST", path, name, expected=REDIRECTS, data={"csrf_token": self.token, **form},
            headers={"Referer": f"{self.host}{path}"},
        )  # fmt: skip

    def ask(
        self, method: str, path: str, name: str, *, expected: tuple[int, ...] = (200,), is_own: bool = True,
        headers: Mapping[str, str] | None = None, **content: Any,
    ) -> Reply:  # fmt: skip
        """Make a request, look at what came, count it; raise GaveUp where it is not what was to come."""
        began, clock = time.time(), time.perf_counter()
        with self.client.request(
            method,
            path,
            name=name,
            catch_response=True,
            allow_redirects=False,
            headers=dict(headers or {}),
            **content,
        ) as response:
            status, problem = response.status_code, response.request_meta.get("exception")
            got: Any = response.headers or {}
            location = path_of(got.get("location") or "")
            body = response.content if status in (200, 409, 422) else b""
            took_ms = 1000 * (time.perf_counter() - clock)
            end, fault = self._judge(
                status, body or b"", location, expected, got, problem, is_own=is_own
            )
            TALLY.note(name, began, took_ms, end, fault)
            if end:
                response.failure(fault)
                raise GaveUp(fault)
            response.success()
        if method == "GET" and status == 200 and got.get("etag"):
            self._keep(path, got["etag"])
        return Reply(status, body or b"", location)

    def _judge(
        self, status: int, body: bytes, location: str, expected: tuple[int, ...], headers: Any, problem: Any,
        *, is_own: bool,
    ) -> tuple[End, str]:  # fmt: skip
        if status == 0:
            cause = (
                getattr(problem, "original", None) or problem
            )  # the client wraps what it could not mend
            if isinstance(cause, ConnectionRefusedError):
                return End.SHED, "the connection was refused"
            is_late = isinstance(cause, TimeoutError)
            return End.FAULT, "no answer in time" if is_late else type(cause).__name__
        if status == 503 and headers.get("retry-after"):
            return End.SHED, "503, try again later"
        if fault := status_fault(status, expected, location):
            return End.FAULT, fault
        is_page = status == 200 and (headers.get("content-type") or "").startswith("text/html")
        if is_page and is_own and self.canary is not None and (fault := self.canary.fault_of(body)):
            return End.WRONG, f"another's page: {fault}"
        return End.FINE, ""

    def _keep(self, path: str, etag: str) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[path] = etag

    def keep_token(self, body: bytes) -> None:
        """Remember the token of the form on a page, for what is sent next."""
        found = TOKEN.search(body)
        if found:
            self.token = found[1].decode()

    @staticmethod
    def find_id(text: str, pattern: str) -> str:
        """Return the first group of what is found; empty where nothing is."""
        found = re.search(pattern, text)
        return found[1] if found else ""

    def insist(self, act: Callable[[], Reply]) -> Reply:
        """Do it again until the server has answered, as one does whose work is at stake; raise GaveUp in the end."""
        for attempt in range(TRIES):
            try:
                return act()
            except GaveUp:
                if attempt == TRIES - 1:
                    raise
                gevent.sleep(TRY_AGAIN_S * (attempt + 1))
        raise GaveUp


def path_of(location: str) -> str:
    """Return an address without host."""
    if location.startswith(("http://", "https://")):
        return "/" + location.split("/", 3)[3] if location.count("/") > 2 else "/"
    return location


def write_out(folder: Path, index: int) -> None:
    """Write what this process saw and was told."""
    TALLY.write(folder / f"tally-{index}.json")
    LEDGER.write(folder / f"ledger-{index}.json")
