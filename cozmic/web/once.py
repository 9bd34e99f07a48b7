"""Forms that act once, however often they are sent."""

from __future__ import annotations

import secrets

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from cozmic.web.forms import Form

LONGEST_KEY = 64


class OnceForm(Form):
    """A form with a key of its own, which the write records (writes/audit.record) and refuses a second time."""

    once_key = HiddenField(
        default=lambda: secrets.token_urlsafe(16),
        validators=[
            InputRequired("This form was not sent whole. Send it again."),
            Length(max=LONGEST_KEY, message="This form was not sent whole. Send it again."),
        ],
    )
