"""Config objects for development, tests and production: the one place that reads the environment.

(gunicorn.conf.py, which runs before the application exists, reads its own settings.)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from cozmic.config_database import check_deadline, read_database
from cozmic.config_reports import read_reports
from cozmic.environment import ConfigError as ConfigError  # noqa: PLC0414  for those who load a config
from cozmic.environment import read_bool, read_int, read_limit

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
WEAK_SECRETS = ("secret", "change", "example", "default", "password", "development")


def mail_url(raw: str) -> str:
    """Return the address of the mail server; empty for none. Raise ConfigError for what cannot be one."""
    raw = raw.strip()
    if not raw:
        return ""
    try:
        parts = urlsplit(raw)
        is_usable = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
    except ValueError:  # the port is no number
        is_usable = False
    if not is_usable:
        raise ConfigError(
            "MAIL_URL cannot be used; write it like smtp://user:password@host:587 or smtps://user:password@host:465 "
            "(signs such as @ and / in the password written as %40 and %2F)."
        )
    return raw


def redis_url(raw: str) -> str:
    """Return the address of the Redis; empty for none. Raise ConfigError for what cannot be one."""
    raw = raw.strip()
    try:
        parts = urlsplit(raw)
        is_usable = parts.scheme == "unix" or (
            parts.scheme in {"redis", "rediss"}
            and parts.port != 0
            and (parts.path in {"", "/"} or parts.path[1:].isdecimal())
        )
    except ValueError:  # the port is no number, or too large a one
        is_usable = False
    if raw and not is_usable:
        raise ConfigError(
            "REDIS_URL cannot be used; write it like redis://host:6379/0 or rediss://… (the last part is a number)."
        )
    return raw


def mail_addresses(raw: str) -> tuple[str, ...]:
    """Return the addresses between the commas; none for nothing. Raise ConfigError for what cannot be one."""
    found = tuple(one.strip() for one in raw.split(",") if one.strip())
    if any(one.count("@") != 1 or one.strip("@") != one or " " in one for one in found):
        raise ConfigError(
            "ALERT_MAIL_TO cannot be used; write it like it@school.example, head@school.example."
        )
    return found


def webhook_url(raw: str) -> str:
    """Return where alerts are posted; empty for nowhere. Raise ConfigError unless it is HTTPS, or on this machine."""
    raw = raw.strip()
    if not raw:
        return ""
    try:
        parts = urlsplit(raw)
        is_near = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
        is_safe = parts.scheme == "https" or is_near
        is_usable = is_safe and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:  # the port is no number
        is_usable = False
    if not is_usable:
        raise ConfigError(
            "ALERT_WEBHOOK_URL cannot be used; write it like https://chat.example/hooks/… (http on this machine alone)."
        )
    return raw


def public_url(raw: str) -> str:
    """Return the address that people use, without a slash at its end; empty for none. Raise ConfigError otherwise."""
    raw = raw.strip().rstrip("/")
    if raw and not (raw.startswith(("https://", "http://")) and urlsplit(raw).netloc):
        raise ConfigError(
            "PUBLIC_URL cannot be used; write it like https://learning.school.example."
        )
    return raw


def _is_in_order(secret: str) -> bool:
    """Whether a third of the characters follow their neighbour in the alphabet; by chance it is one in thirty."""
    steps = [abs(ord(one) - ord(other)) == 1 for one, other in pairwise(secret)]
    return sum(steps) * 3 > len(steps)


class Config:
    """What every configuration shares. Upper-case attributes become Flask's config."""

    NAME = ""
    TESTING = False
    DEVELOPMENT = False
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_NAME = "cozmic"
    WTF_CSRF_TIME_LIMIT = None  # bound to the session; a quiz page may stay open all afternoon
    MAX_CONTENT_LENGTH = 2 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    SQLALCHEMY_TRACK_MODIFICATIONS = False
    CLOCK_OFFSET_S = 0.0
    RATELIMIT_ENABLED = True
    ARGON2_MEMORY_KIB, ARGON2_TIME, ARGON2_LANES = 19 * 1024, 2, 1

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._read_operation(environ)
        self.SECRET_KEY = environ.get("SECRET_KEY", "").strip()
        # The suite drops databases at once: nobody asks them for a plan behind its back.
        slow_ms = 0 if self.TESTING else 500
        database = read_database(environ, self.INSTANCE / "cozmic.sqlite3", slow_ms=slow_ms)
        self.SQLALCHEMY_DATABASE_URI = database.url
        self.SQLALCHEMY_ENGINE_OPTIONS = database.engine_options
        self.PREPARE_ADMISSION = database.is_prepared
        self.REDIS_URL = redis_url(environ.get("REDIS_URL", ""))
        store = "redis_store.RedisStore" if self.REDIS_URL else "memory_store.MemoryStore"
        self.CACHE_TYPE = f"cozmic.caching.{store}"
        self.PAGE_CACHE = read_bool(environ, "PAGE_CACHE", default=True)
        self.SHED_AFTER_MS = read_int(environ, "SHED_AFTER_MS", 3000, low=0, high=60_000)
        self.EXPRESS = read_bool(environ, "EXPRESS", default=True)
        self.CACHE_REDIS_URL = self.REDIS_URL
        # Our own storage class (caching/limit_storage.py), over the pool that the cache uses too.
        self.RATELIMIT_STORAGE_URI = f"cozmic+{self.REDIS_URL or 'memory://'}"
        self.LIMIT_PAGES = read_limit(environ, "LIMIT_PAGES", "100 per minute")
        self.LIMIT_VISITORS = read_limit(environ, "LIMIT_VISITORS", "3000 per minute")
        self.LIMIT_WHOLE_CLASS = read_limit(environ, "LIMIT_WHOLE_CLASS", "10 per minute")
        self.LIMIT_SIGN_IN = read_limit(environ, "LIMIT_SIGN_IN", "10 per 15 minutes")
        self.LIMIT_ADDRESS = read_limit(environ, "LIMIT_ADDRESS", "300 per 15 minutes")
        self.LIMIT_JOIN = read_limit(environ, "LIMIT_JOIN", "30 per minute")
        self.LIMIT_RESET = read_limit(environ, "LIMIT_RESET", "5 per hour")
        self.HASHES_AT_ONCE = read_int(environ, "HASHES_AT_ONCE", 1, low=1, high=64)
        self.HASH_WAIT_S = read_int(environ, "HASH_WAIT_S", 10, low=1, high=60)
        self.TRUSTED_PROXIES = read_int(environ, "TRUSTED_PROXIES", 0, low=0, high=5)
        self.FORCE_HTTPS = read_bool(environ, "FORCE_HTTPS", default=False)
        self.SESSION_HOURS = read_int(environ, "SESSION_HOURS", 12, low=1, high=24 * 90)
        self.METRICS_TOKEN = environ.get("METRICS_TOKEN", "").strip()
        self.LOG_REQUESTS = read_bool(environ, "LOG_REQUESTS", default=not self.TESTING)
        self._read_alerts(environ)
        self.REPORTS = read_reports(environ, self.NAME)
        self.SENTRY_DSN = self.REPORTS.dsn
        self.MAIL_URL = mail_url(environ.get("MAIL_URL", ""))
        self.MAIL_FROM = environ.get("MAIL_FROM", "").strip() or "cozmic@localhost"
        self.PUBLIC_URL = public_url(
            environ.get("PUBLIC_URL") or environ.get("RENDER_EXTERNAL_URL") or ""
        )

    def _read_operation(self, environ: Mapping[str, str]) -> None:
        """Where things are kept, and what the operator's commands know of the host."""
        instance = environ.get("COZMIC_INSTANCE", "").strip() or ROOT / "instance"
        self.INSTANCE = Path(instance).absolute()
        backups = environ.get("BACKUP_DIR", "").strip() or self.INSTANCE / "backups"
        self.BACKUP_DIR = Path(backups).absolute()
        # What gunicorn.conf.py reads too; flask doctor does sums with them.
        self.WEB_CONCURRENCY = read_int(environ, "WEB_CONCURRENCY", 4, low=1, high=1000)
        self.WEB_THREADS = read_int(environ, "WEB_THREADS", 2, low=1, high=1000)
        self.BIND_HOST = environ.get("BIND_HOST", "").strip() or "127.0.0.1"
        self.ON_RENDER = bool(environ.get("RENDER", "").strip())

    def _read_alerts(self, environ: Mapping[str, str]) -> None:
        self.MEASURE = read_bool(environ, "MEASURE", default=not self.TESTING)
        self.ALERT_MAIL_TO = mail_addresses(environ.get("ALERT_MAIL_TO", ""))
        self.ALERT_WEBHOOK_URL = webhook_url(environ.get("ALERT_WEBHOOK_URL", ""))


class Development(Config):
    """A laptop: plain HTTP, a fixed secret, demo logins allowed."""

    NAME = "development"
    DEVELOPMENT = True
    SESSION_COOKIE_SECURE = False

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.SECRET_KEY = self.SECRET_KEY or "development-only: never a secret"


class Testing(Config):
    """The suite: cheap password hashes, and a clock that tests may move."""

    NAME = "testing"
    TESTING = True
    SESSION_COOKIE_SECURE = False
    ARGON2_MEMORY_KIB, ARGON2_TIME = 64, 1

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.SECRET_KEY = self.SECRET_KEY or "testing-only: never a secret at all"
        self.RATELIMIT_ENABLED = read_bool(environ, "RATELIMIT_ENABLED", default=False)


class Production(Config):
    """A school: refuses to start on a secret that anyone could guess."""

    NAME = "production"

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.FORCE_HTTPS = read_bool(environ, "FORCE_HTTPS", default=True)
        self.SESSION_COOKIE_SECURE = self.FORCE_HTTPS
        # What children write, and hashes, stand in no log, also when a statement fails.
        self.SQLALCHEMY_ENGINE_OPTIONS["hide_parameters"] = True
        self._check_secret()
        check_deadline(environ)
        if self.MAIL_URL and not self.PUBLIC_URL:
            raise ConfigError(
                "MAIL_URL is set but PUBLIC_URL is not: set PUBLIC_URL=https://… so that no mail carries a forged link."
            )

    def _check_secret(self) -> None:
        cure = (
            'set it to the output of: python3 -c "import secrets; print(secrets.token_urlsafe(48))" '
            "(on a laptop: COZMIC_CONFIG=development)."
        )
        if not self.SECRET_KEY:
            raise ConfigError(f"SECRET_KEY is not set; {cure}")
        too_plain = (
            len(set(self.SECRET_KEY)) < 12
            or any(word in self.SECRET_KEY.lower() for word in WEAK_SECRETS)
            or _is_in_order(self.SECRET_KEY)
        )
        if len(self.SECRET_KEY) < SHORTEST_SECRET or too_plain:
            raise ConfigError(
                f"SECRET_KEY is weak (under {SHORTEST_SECRET} characters, or guessable); {cure}"
            )


CONFIGS: dict[str, type[Config]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Return the configuration that COZMIC_CONFIG names; unset means production. Raise ConfigError with the cure."""
    environ = os.environ if environ is None else environ
    name = environ.get("COZMIC_CONFIG", "").strip().lower() or "production"
    if name not in CONFIGS:
        raise ConfigError(f"COZMIC_CONFIG is {name!r}; it takes {', '.join(CONFIGS)}.")
    return CONFIGS[name](environ)
