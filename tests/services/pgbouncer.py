"""A PgBouncer in transaction mode before a PostgreSQL that tests have: of this machine, or from Debian's packages."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from tests.services.debian import find_program
from tests.services.postgres import address, administering
from tests.services.process import (
    KeptProcess,
    free_port,
    new_folder,
    unprivileged,
    wait_until_ready,
)

PROGRAM = "usr/sbin/pgbouncer"
CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = 3
{more}
"""


@contextmanager
def pgbouncer(database_url: str, **settings: str) -> Iterator[str]:
    """Pool a database's connections in transaction mode; the address is that of the pooler."""
    program, identity = find_program("pgbouncer", PROGRAM, called="PgBouncer"), unprivileged()
    folder, own_port, home = new_folder("pgbouncer", identity), free_port(), make_url(database_url)
    identity.write_secret(folder / "users", f'"{home.username}" "{home.password}"\n')
    identity.write_secret(
        folder / "pgbouncer.ini",
        CONFIGURATION.format(
            host=home.host, port=home.port, own_port=own_port, users=folder / "users",
            more="\n".join(f"{name} = {value}" for name, value in settings.items()),
        ),
    )  # fmt: skip
    process = KeptProcess(
        [program, folder / "pgbouncer.ini"], folder, identity=identity, stop=signal.SIGINT
    )
    url = address(home.set(host="127.0.0.1", port=own_port))
    try:
        wait_until_ready(process, lambda: _answers(url))
        yield url
    finally:
        process.stop()


def _answers(url: str) -> bool:
    try:
        with administering(url):
            return True
    except OperationalError:
        return False
