"""Cookies of people who are signed in, for clients that are not the suite's own."""

from __future__ import annotations

from flask import Flask

from tests.client import signed_in


def cookie_of(app: Flask, user_id: int) -> str:
    """The Cookie header of a new session of somebody's."""
    cookie = signed_in(app, user_id).get_cookie("cozmic")
    assert cookie is not None
    return f"cozmic={cookie.value}"
