"""Known devices: a signed cookie that says in which accounts this browser has signed in before.

It lets nobody in. It only keeps others' wrong passwords from closing the door to somebody at their own device.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from flask import after_this_request, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

COOKIE, SALT = "cozmic_device", "cozmic-device"
YEAR_S = 365 * 24 * 3600
MOST_ACCOUNTS = 8
"""A family's computer, or a teacher's with demo pupils; the one that signed in longest ago goes first."""
NUMBER_BITS = 62


@dataclass(frozen=True, slots=True)
class Device:
    """What this browser's cookie says."""

    number: int
    """Random, above 0; 0: it has none yet."""
    accounts: tuple[tuple[int, str], ...]
    """Ids, with a fingerprint of the password that was right; the latest first."""

    def knows(self, user_id: int, password_hash: str) -> bool:
        """Whether somebody signed in to this account here with the password that it has now.

        With one that was right once, whoever knew it could collect devices and guess the next from all of them.
        """
        return (user_id, _fingerprint(self.number, password_hash)) in self.accounts


UNKNOWN = Device(0, ())


def read_device() -> Device:
    """Return what the cookie says; an unknown device where there is none, or it is forged."""
    try:
        number, accounts = _serializer().loads(request.cookies.get(COOKIE, ""))
        return Device(int(number), tuple((int(user_id), str(mark)) for user_id, mark in accounts))
    except (BadData, TypeError, ValueError):
        return UNKNOWN


def remember_device(user_id: int, password_hash: str) -> None:
    """Let the response to this request say that this account has signed in here."""
    before = read_device()
    number = before.number or secrets.randbits(NUMBER_BITS) + 1
    others = [one for one in before.accounts if one[0] != user_id]
    accounts = [(user_id, _fingerprint(number, password_hash)), *others][:MOST_ACCOUNTS]
    value = _serializer().dumps([number, accounts])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        cookies = current_app.session_interface
        response.set_cookie(
            COOKIE, str(value), max_age=YEAR_S, httponly=True,
            secure=cookies.get_cookie_secure(current_app), samesite=cookies.get_cookie_samesite(current_app),
        )  # fmt: skip
        return response


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=SALT)


def _fingerprint(number: int, password_hash: str) -> str:
    return hashlib.sha256(f"{number} {password_hash}".encode()).hexdigest()[:12]
