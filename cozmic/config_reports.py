"""Settings of the reports to Sentry: where they go, and what they are filed under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cozmic.environment import ConfigError, read_share


@dataclass(frozen=True, slots=True)
class Reports:
    """Where reports go, and what they are filed under."""

    dsn: str
    """Empty: nowhere."""
    environment: str
    release: str
    """Empty: told by the code itself."""
    traces: float
    """The share of requests that are traced, 0 to 1."""


def read_reports(environ: Mapping[str, str], configuration: str) -> Reports:
    """Return what the environment says of reports, under the name of the configuration unless it says another."""
    release = environ.get("SENTRY_RELEASE") or environ.get("RENDER_GIT_COMMIT") or ""
    return Reports(
        dsn=_sentry_dsn(environ.get("SENTRY_DSN", "").strip()),
        environment=environ.get("SENTRY_ENVIRONMENT", "").strip() or configuration,
        release=release.strip(),
        traces=read_share(environ, "SENTRY_TRACES", 0.1),
    )


def _sentry_dsn(raw: str) -> str:
    if not raw:
        return ""
    try:
        parts = urlsplit(raw)
        is_usable = (
            parts.scheme in {"https", "http"} and bool(parts.hostname and parts.username)
            and parts.port != 0 and parts.path.rpartition("/")[2].isdigit()
        )  # fmt: skip
    except ValueError:  # the port is no number
        is_usable = False
    if not is_usable:
        raise ConfigError(
            "SENTRY_DSN cannot be used; it looks like https://key@o1.ingest.sentry.io/2 (Settings, Client Keys)."
        )
    return raw
