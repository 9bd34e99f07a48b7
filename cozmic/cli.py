"""Commands for operators."""

from __future__ import annotations

from flask import Flask


def register_commands(app: Flask) -> None:
    """Bind the commands to the flask command line."""
