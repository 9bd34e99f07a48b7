"""Forms of the account pages. The field of a new password is called `password`: the write's refusals name it so."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from cozmic.web.forms import Form, strip
from cozmic.web.people_fields import email_field, password_field, username_field

ASK_FOR_NEW = "Type the password that you want to use."
ASK_FOR_OWN = "Type the password that you sign in with."


class SignInForm(Form):
    """User name (or e-mail) and password."""

    username = StringField(
        "User name",
        filters=[strip],
        validators=[
            InputRequired("Type your user name."),
            Length(max=254, message="A user name has at most 64 characters."),
        ],
    )
    password = password_field("Password", message="Type your password.")


class ForgotForm(Form):
    """Whose password is forgotten."""

    email = email_field(is_required=True)


class ResetForm(Form):
    """A new password, for somebody who has the link."""

    password = password_field("New password", message=ASK_FOR_NEW)


class PasswordForm(Form):
    """Another password, for somebody who is signed in."""

    current_password = password_field("Current password", message=ASK_FOR_OWN)
    password = password_field("New password", message=ASK_FOR_NEW)


class EmailForm(Form):
    """One's own e-mail address."""

    email = email_field(is_required=False)
    # An id of its own, since the same page asks for it twice.
    current_password = password_field(
        "Current password", message=ASK_FOR_OWN, element_id="email-current-password"
    )


class AcceptForm(Form):
    """What somebody who is invited chooses."""

    username = username_field()
    password = password_field("Password", message=ASK_FOR_NEW)
