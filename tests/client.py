"""A test client that is signed in, sends the CSRF token, and looks at every page it fetches."""

from __future__ import annotations

import re
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import User
from cozmic.transaction import transaction
from cozmic.writes.sessions import open_session

RAW_TOKEN = "0" * 40
INLINE = re.compile(r"<[^>]+\s(style|on[a-z]+)=|<script(?![^>]*\ssrc=)|<style", re.IGNORECASE)


class Client(FlaskClient):
    """Refuses pages that break the content policy or carry no security headers."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request with a CSRF token, and check what comes back."""
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("X-CSRFToken", csrf_token(self.application))
        db.session.rollback()  # the test's own session must not hold a snapshot from before
        # A context of its own: else the request would reuse the test's application context, and with it `g`.
        response = Context().run(super().open, *args, headers=headers, **kwargs)
        check_page(response)
        return response


def check_page(response: TestResponse) -> None:
    """Assert what holds for every response: headers, and nothing inline in a page."""
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if response.mimetype == "text/html" and response.status_code < 300:
        found = INLINE.search(response.text)
        assert found is None, f"inline style or script: {found}"
        assert "<!doctype html>" in response.text[:100].lower()


def csrf_token(app: Flask) -> str:
    """The signed token that belongs to RAW_TOKEN in the session."""
    token = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(RAW_TOKEN)
    return str(token)


def anonymous(app: Flask) -> Client:
    """A client that is nobody."""
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = RAW_TOKEN
    return client


def signed_in(app: Flask, user_id: int) -> Client:
    """A client with a real session row of this person."""
    client = anonymous(app)
    user = db.session.get_one(User, user_id)
    role, now = user.role, get_now()
    with transaction():
        session_id = open_session(user, now=now, hours=12, device="Test").id
    with client.session_transaction() as cookie:
        cookie.update(session_id=session_id, user_id=user_id, role=role.value)
    return client


def cookie_of(app: Flask, user_id: int) -> str:
    """The Cookie header of a new session of this person's, for clients that are not the suite's own."""
    cookie = signed_in(app, user_id).get_cookie("cozmic")
    assert cookie is not None
    return f"cozmic={cookie.value}"
