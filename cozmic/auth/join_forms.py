"""Forms of the join page."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from cozmic.rules.join_codes import LONGEST_TYPED, tidy_code
from cozmic.web.forms import Form
from cozmic.web.people_fields import family_name_field, given_name_field, password_field


class JoinForm(Form):
    """A class code, for a pupil who is signed in."""

    code = StringField(
        "Class code",
        description="Your teacher has it. Capitals, spaces and dashes do not matter.",
        validators=[
            InputRequired("Type the code of your class."),
            Length(max=LONGEST_TYPED, message="A class code has 8 letters and digits."),
        ],
    )

    @property
    def tidied(self) -> str:
        """The code as classes have it."""
        return tidy_code(self.code.data or "")


class NewcomerForm(JoinForm):
    """A class code, and who comes with it."""

    given_name = given_name_field()
    family_name = family_name_field()
    password = password_field("Password", message="Choose a password.")
