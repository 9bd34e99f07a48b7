"""The application with limits that count; the suite's own applications leave them off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from cozmic import config, create_app
from cozmic.extensions import db


@contextmanager
def counting_app(app: Flask, **environ: str) -> Iterator[Flask]:
    """Another application on the same database, with limits; those in memory begin at nothing."""
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
        with application.app_context():
            db.engine.dispose()
