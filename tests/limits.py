"""The application with limits that count; the suite's own applications leave them off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from cozmic import config, create_app
from cozmic.extensions import db, limiter


@contextmanager
def counting_app(app: Flask, **environ: str) -> Iterator[Flask]:
    """Another application on the same database, with limits; in memory they begin at nothing."""
    settings = {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "COZMIC_INSTANCE": str(app.config["INSTANCE"]),
        "RATELIMIT_ENABLED": "1",
        **environ,
    }
    application = create_app(config.Testing(settings))
    try:
        yield application
    finally:
        limiter.enabled = False  # the extension is one for all applications of this process
        with application.app_context():
            db.engine.dispose()
