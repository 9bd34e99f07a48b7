"""A deployment as it should be, on a real PostgreSQL and Redis, and what can be wrong with one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from cozmic import create_app
from cozmic.config import CONFIGS
from cozmic.extensions import db

SECRET = "kZ3x-Vq8_wTn2Lr6PyHs9DcJ4mBgF7aQeXuY0oRi"
TOKEN = "metrics-token-that-nobody-knows"


@dataclass
class Deployment:
    """Settings of one, and where it keeps its files."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def serving(self) -> Iterator[Flask]:
        """The application of these settings."""
        kind = CONFIGS[self.environ.get("COZMIC_CONFIG", "production")]
        app = create_app(kind(self.environ))
        app.config.setdefault("SENTRY_DSN", self.environ.get("SENTRY_DSN", ""))
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    def ask(self) -> tuple[int, dict[str, dict[str, str]]]:
        """Run the command; return its exit code and what each check found."""
        with self.serving() as app:
            result = app.test_cli_runner().invoke(args=["doctor", "--json"])
        assert result.exit_code in {0, 1}, result.output
        secrets = [SECRET, TOKEN, "secret-of-sentry", "pass-of-mail"]
        assert not [one for one in secrets if one in result.output]
        return result.exit_code, {one["check"]: one for one in json.loads(result.output)}

    def run(self, *arguments: str) -> str:
        """Run another command."""
        with self.serving() as app:
            result = app.test_cli_runner().invoke(args=list(arguments))
        assert result.exit_code == 0, result.output
        return result.output


def make_deployment(folder: Path, database_url: str, redis_url: str, mail_url: str) -> Deployment:
    """A good one; its database has still to be migrated and backed up."""
    return Deployment(
        folder,
        {
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "MAIL_URL": mail_url,
            "MAIL_FROM": "cozmic@school.example",
            "PUBLIC_URL": "https://learning.school.example",
            "TRUSTED_PROXIES": "1",
            "METRICS_TOKEN": TOKEN,
            "SENTRY_DSN": "https://secret-of-sentry@sentry.example/1",
            "COZMIC_INSTANCE": str(folder),
            "LOG_REQUESTS": "0",
        },
    )


def a_while_ago(**since: int) -> datetime:
    """A moment in the past."""
    from datetime import timedelta  # noqa: PLC0415

    return datetime.now(UTC) - timedelta(**since)
