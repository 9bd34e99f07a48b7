"""Reads DATABASE_URL in every form that hosts hand out, and says what is wrong with one that cannot be used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import psycopg2
from psycopg2.extensions import parse_dsn
from sqlalchemy import URL

from cozmic.environment import ConfigError

LOOKS_LIKE = "write postgresql://user:password@host:5432/name or sqlite:////path/to/file."
POSTGRESQL = re.compile(r"(?:postgres|postgresql|pgsql)(?:\+\w+)?", re.IGNORECASE)
# The password may hold / @ ? and # as they are: the name ends at the first @ after which all else fits.
PARTS = re.compile(
    r"(?:(?P<user>.*?)@)?(?P<hosts>[^@/?]*)(?:/(?P<name>[^@?/]*))?(?:\?(?P<query>(?:[^=&?@]+=[^&]*&?)*))?"
)
HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^:\[\]]*)(?::(?P<port>\d{1,5})?)?")
OTHERS = frozenset({"connection_limit", "pool_timeout", "statement_cache_size", "socket_timeout"})
"""Parameters of other languages' clients that hosts add; they say nothing to us."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is."""

    url: str
    """For SQLAlchemy."""
    options: str = ""
    """What its `options` parameter asks for at the start of each connection, beside what we ask for."""
    is_pooled: bool = False
    """It says `pgbouncer=true`."""
    parameters: frozenset[str] = field(default_factory=frozenset)
    """The parameters that the URL holds, which come before our own."""

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.startswith("sqlite")


def read_address(raw: str, default: Path) -> Address:
    """Return the address that DATABASE_URL gives; empty: the SQLite file `default`. Raises ConfigError."""
    raw = raw.strip()
    if len(raw) > 1 and raw[0] in "'\"" and raw[-1] == raw[0]:
        raw = raw[1:-1].strip()
    if not raw:
        return Address(f"sqlite:///{default}")
    scheme, separator, rest = raw.partition("://")
    if separator and POSTGRESQL.fullmatch(scheme):
        return _read_postgresql(rest)
    if separator and scheme.lower() in {"sqlite", "sqlite+pysqlite"}:
        return Address(f"sqlite:///{_read_path(rest, default.parent)}")
    known = re.fullmatch(r"[A-Za-z][\w+.-]{0,30}", scheme) if separator else None
    which = f"{scheme!r} is no database it knows" if known else "there is no postgresql:// in front"
    raise _refusal(f"{which}; {LOOKS_LIKE}")


def _refusal(why: str) -> ConfigError:
    return ConfigError(f"DATABASE_URL cannot be used: {why}")


def _read_path(rest: str, folder: Path) -> Path:
    """Three slashes: from the instance folder on, whatever folder a command is started in. Four: from the root."""
    path = rest.removeprefix("/")
    if path in {"", ":memory:"} or not rest.startswith("/") or "memory" in path.partition("?")[2]:
        raise _refusal(
            "an SQLite database in memory ends with each connection; give it a file, sqlite:////path/to/file."
        )
    if "?" in path or path.startswith("file:"):
        raise _refusal("an SQLite address takes no parameters, only sqlite:////path/to/file.")
    return folder / path


def _read_postgresql(rest: str) -> Address:
    parts = PARTS.fullmatch(rest)
    if parts is None:
        raise _refusal(
            f"{LOOKS_LIKE} Signs such as @ and / in a password are written as %40 and %2F."
        )
    user, colon, password = (parts["user"] or "").partition(":")
    query = dict(parse_qsl(parts["query"] or "", keep_blank_values=True))
    options, is_pooled = query.pop("options", ""), _is_on(query.pop("pgbouncer", ""))
    parameters = _read_parameters(query)
    hosts = [_read_host(one) for one in parts["hosts"].split(",")]
    host, port = hosts[0]
    if len(hosts) > 1 or host.startswith("/"):
        parameters |= {"host": ",".join(name for name, _ in hosts)}
        if any(number for _, number in hosts):
            parameters |= {"port": ",".join(str(number or 5432) for _, number in hosts)}
        host, port = "", None
    url = URL.create(
        "postgresql+psycopg2", unquote(user) or None, unquote(password) if colon else None, host or None, port,
        unquote(parts["name"] or "") or None, parameters,
    )  # fmt: skip
    return Address(
        url.render_as_string(hide_password=False), options, is_pooled, frozenset(parameters)
    )


def _read_host(raw: str) -> tuple[str, int | None]:
    parts = HOST.fullmatch(raw)
    port = int(parts["port"]) if parts and parts["port"] else None
    if parts is None or (port is not None and not 0 < port < 65536):
        raise _refusal(f"{raw!r} is no host and port.")
    return unquote(parts["host"].strip("[]")), port


def _read_parameters(query: dict[str, str]) -> dict[str, str]:
    """The parameters as libpq knows them."""
    found = {name: value for name, value in query.items() if name not in OTHERS}
    if found.get("schema") == "public":
        del found["schema"]
    ssl = found.pop("ssl", None)
    if ssl is not None:
        found.setdefault("sslmode", "require" if _is_on(ssl) else "disable")
    if found.get("sslmode") == "no-verify":  # node's word
        found["sslmode"] = "require"
    for name in found:
        try:
            parse_dsn(f"{name}=''")
        except psycopg2.Error:
            raise _refusal(
                f"PostgreSQL's client knows no parameter {name!r}; take it out."
            ) from None
    return found


def _is_on(value: str) -> bool:
    return value.strip().lower() in {"1", "true", "yes", "on", "require"}
