"""The measure of what is measured: a bare Flask application that says hello, served as the platform is."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "hello"
