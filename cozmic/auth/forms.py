"""Forms of the account pages."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from cozmic.access.credentials import LONGEST_PASSWORD
from cozmic.web.forms import Form, strip


class SignInForm(Form):
    """User name (or e-mail) and password."""

    username = StringField(
        "User name",
        filters=[strip],
        validators=[InputRequired("Type your user name."), Length(max=254)],
    )
    password = PasswordField(
        "Password", validators=[InputRequired("Type your password."), Length(max=LONGEST_PASSWORD)]
    )
