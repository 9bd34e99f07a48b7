"""The one page that shows first passwords: the answer to the POST that made them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import make_response
from werkzeug.wrappers import Response

from cozmic.classroom.addresses import site_address
from cozmic.web.screens import screen
from cozmic.writes.roster import Login


def login_cards(logins: Sequence[Login]) -> Response:
    """Answer with cards to print. Nothing keeps them: sending the form again is refused by its once_key."""
    response = make_response(
        screen("classroom/login_cards.html", tuple(logins), address=site_address())
    )
    response.headers["Cache-Control"] = "no-store"
    return response
