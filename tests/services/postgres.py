"""A PostgreSQL server for tests and measurements: ours, started and stopped, or one whose address was given."""

import locale
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from tests.services.binaries import POSTGRES, find_or_install
from tests.services.errors import ServiceUnavailable
from tests.services.process import (
    Identity,
    KeptProcess,
    free_port,
    new_folder,
    reachable,
    unprivileged,
    wait_until_ready,
)

USER = "cozmic"


@dataclass(frozen=True)
class PostgresServer:
    """Makes and drops databases of its own; touches no other one on the server."""

    url: str
    """Where databases are made and dropped from."""
    prefix: str
    """What the name of each of our databases begins with, different in each run."""
    process_id: int | None = None
    """None: somebody else's server."""

    def new_database(self) -> str:
        """Create an empty database and return its address, postgresql+psycopg2://..."""
        name = self.prefix + secrets.token_hex(4)
        self._execute(f'CREATE DATABASE "{name}"')
        return address(make_url(self.url).set(database=name))

    def drop_database(self, url: str) -> None:
        """Drop a database made here, whoever is still connected; raise ValueError for any other one."""
        name = make_url(url).database or ""
        if not name.startswith(self.prefix):
            raise ValueError(f"{name!r} was not made by this run, so it is not dropped.")
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_all(self) -> None:
        """Drop what this run made and left behind."""
        with administering(self.url) as connection:
            query = text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)")
            names = connection.execute(query, {"prefix": self.prefix}).scalars().all()
        for name in names:
            self.drop_database(address(make_url(self.url).set(database=name)))

    def _execute(self, statement: str) -> None:
        with administering(self.url) as connection:
            connection.execute(text(statement))


@contextmanager
def administering(url: str) -> Iterator[Connection]:
    """A connection outside transactions, where databases can be made and dropped; nothing stays open behind it."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def address(url: URL) -> str:
    """An address with its password, for the driver that the platform uses."""
    return url.set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)


def given_postgres(url: str) -> PostgresServer:
    """A server that is somebody else's; raises ServiceUnavailable when it cannot be used."""
    try:
        parsed = make_url(url.strip())
    except ArgumentError:
        parsed = make_url("nothing://")
    if parsed.drivername.split("+")[0] not in {"postgres", "postgresql"}:
        raise ServiceUnavailable(
            "TEST_DATABASE_URL must look like postgresql://user:password@host:5432/name."
        )
    server = PostgresServer(address(parsed), new_prefix())
    try:
        server.drop_database(server.new_database())
    except DBAPIError as problem:
        reason = str(problem.orig).strip().splitlines()[0]
        raise ServiceUnavailable(f"TEST_DATABASE_URL cannot be used: {reason}.") from problem
    return server


def new_prefix() -> str:
    """How the names of one run's databases begin."""
    return f"cozmic_test_{secrets.token_hex(4)}_"


def start_postgres(
    *, fsync: bool = False, max_connections: int = 200, settings: Mapping[str, str] | None = None
) -> tuple[PostgresServer, KeptProcess]:
    """Start a new server on a free port of 127.0.0.1, without a socket file; stopping the process removes it all.

    With fsync off a crash of the machine may lose everything, which a test does not mind and a measurement must not do.
    """
    found = find_or_install(POSTGRES)
    identity = unprivileged()
    folder = new_folder("postgres", identity)
    program = reachable(found.program, found.home, folder=folder, identity=identity)
    password = initialise(program, folder, identity)
    port = free_port()
    durable = "on" if fsync else "off"
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": str(max_connections),
        "fsync": durable,
        "synchronous_commit": durable,
        "full_page_writes": durable,
        **(settings or {}),
    }
    command: list[str | Path] = [
        program,
        "-D",
        folder / "data",
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    # SIGINT is PostgreSQL's "fast": it does not wait for those who are connected.
    process = KeptProcess(command, folder, identity=identity, stop=signal.SIGINT)
    url = URL.create("postgresql", USER, password, "127.0.0.1", port, "postgres")
    server = PostgresServer(address(url), new_prefix(), process.pid)
    wait_until_ready(process, lambda: answers(server.url))
    return server, process


def initialise(program: Path, folder: Path, identity: Identity) -> str:
    """Make the server's files and return the administrator's password.

    A password although it is a test server: any user of this machine can reach its port, and an administrator of
    PostgreSQL may run programs as us.
    """
    password = secrets.token_hex(16)
    secret = folder / "password"
    identity.write_secret(secret, password)
    command: list[str | Path] = [
        program.with_name("initdb"),
        f"--pgdata={folder / 'data'}",
        f"--username={USER}",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        f"--locale={utf8_locale()}",
        "--no-sync",
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, **identity.options()
    )
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        reason = " / ".join(done.stderr.strip().splitlines()[-2:])
        raise ServiceUnavailable(f"PostgreSQL's initdb failed: {reason}")
    return password


def utf8_locale() -> str:
    """The locale that knows the letters of all languages where the system has it; else the plainest."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


def answers(url: str) -> bool:
    """Whether the server takes connections, with our password: so it is the one that we started."""
    try:
        with administering(url):
            return True
    except OperationalError:
        return False
