"""Commands for operators."""

from __future__ import annotations

from flask import Flask

from cozmic.seed.commands import seed


def register_commands(app: Flask) -> None:
    """Bind the commands to the flask command line."""
    app.cli.add_command(seed)
