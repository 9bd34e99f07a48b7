"""People at a real server: their cookies, their pages, and their passwords, each on a connection of its own."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import urlencode

from flask import Flask

from tests.client import RAW_TOKEN, csrf_token
from tests.gunicorn_server import Server


def visitor_cookie(app: Flask) -> str:
    """Return the cookie of a browser that has seen a form and may send it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"cozmic={serializer.dumps({'csrf_token': RAW_TOKEN})}"


def ask_page(server: Server, path: str, cookie: str) -> int:
    """Return the status of a page."""
    with closing(server.connect()) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        return response.status


def guess(app: Flask, server: Server, username: str, password: str) -> int:
    """Return the status of an attempt to sign in."""
    headers = {
        "Cookie": visitor_cookie(app),
        "X-CSRFToken": csrf_token(app),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with closing(server.connect()) as connection:
        body = urlencode({"username": username, "password": password})
        connection.request("POST", "/login", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
