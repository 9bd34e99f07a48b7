"""The pytest plugin that gives tests a real PostgreSQL, Redis and Chromium.

Nothing starts before the first test that asks; everything ends with the run, however it ends.
"""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services.errors import ServiceUnavailable
from tests.services.postgres import PostgresServer
from tests.services.redis_server import RedisServer
from tests.services.sharing import Counter, Provided, Services, ask

TICKET = "cozmic_services"
Ask = Callable[[str], Provided]
ask_key = pytest.StashKey[Ask]()
services_key = pytest.StashKey[Services]()
counter_key = pytest.StashKey[Counter]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the run's servers in its main process; a worker asks there."""
    ticket = getattr(config, "workerinput", {}).get(TICKET)
    if ticket:
        config.stash[ask_key] = lambda name: ask(ticket, name)
        return
    services = Services()
    config.stash[services_key] = services
    config.stash[ask_key] = services.get
    config.add_cleanup(services.stop)
    if threading.current_thread() is threading.main_thread():
        # Told to end, pytest would leave at once, and databases on somebody else's server would stay behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of the runner where to ask."""
    config: pytest.Config = node.config
    if counter_key not in config.stash:
        runner = config.pluginmanager.getplugin("dsession")

        def end_the_run(reason: str) -> None:
            runner.shouldstop = reason

        counter = Counter(config.stash[services_key], end_the_run)
        config.stash[counter_key] = counter
        config.add_cleanup(counter.close)
    node.workerinput[TICKET] = config.stash[counter_key].ticket


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> PostgresServer:
    """A real PostgreSQL; `new_database()` gives an empty database of one's own."""
    server = obtain(request.config, "postgres")
    assert isinstance(server, PostgresServer)
    return server


@pytest.fixture(scope="session")
def redis_server(request: pytest.FixtureRequest) -> RedisServer:
    """This worker's part of a real Redis; `empty()` removes its keys."""
    server = obtain(request.config, "redis")
    assert isinstance(server, RedisServer)
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return server.for_worker(int(worker.removeprefix("gw")))


@pytest.fixture(scope="session")
def chromium_path(request: pytest.FixtureRequest) -> Path:
    """A real Chromium; start it with `tests.services.chromium.FLAGS`."""
    browser = obtain(request.config, "chromium")
    assert isinstance(browser, Path)
    return browser


def obtain(config: pytest.Config, name: str) -> Provided:
    """Ask for a server or browser; without it the run ends with the one line that would help."""
    try:
        return config.stash[ask_key](name)
    except ServiceUnavailable as problem:
        reason = str(problem)
    if services_key in config.stash:
        pytest.exit(reason, returncode=1)
    # A worker that leaves in the middle of a test breaks the runner: the main process ends the run.
    pytest.fail(reason, pytrace=False)
