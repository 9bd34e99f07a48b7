"""Applications for tests, each on a database of its own."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from cozmic import create_app
from cozmic.config import ROOT, Testing

MIGRATIONS = ROOT / "migrations"


def make_app(database_url: str, instance: Path, **environ: str) -> Flask:
    """An application in the testing configuration; the database is left as it is."""
    settings = {"DATABASE_URL": database_url, "COZMIC_INSTANCE": str(instance), **environ}
    return create_app(Testing(settings))


def make_migrated_app(database_url: str, instance: Path, **environ: str) -> Flask:
    """An application on a database that has been brought to head."""
    app = make_app(database_url, instance, **environ)
    with app.app_context():
        upgrade(str(MIGRATIONS))
    return app
