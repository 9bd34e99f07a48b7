"""Forms of the join page."""

from __future__ import annotations

from typing import Any

from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from cozmic.formats.person_names import find_name_faults
from cozmic.rules.enums import Role
from cozmic.rules.join_codes import LONGEST_TYPED, tidy_code
from cozmic.rules.passwords import find_password_fault
from cozmic.rules.usernames import username_stem
from cozmic.web.forms import Form
from cozmic.web.once import OnceForm
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


class NewcomerForm(JoinForm, OnceForm):
    """A class code, and who comes with it."""

    given_name = given_name_field("Your first name", missing="Type your first name.")
    family_name = family_name_field("Your family name")
    password = password_field("Password", message="Choose a password.")

    def validate_given_name(self, field: Any) -> None:
        """Refuse what is no name."""
        for fault in find_name_faults(field.data or "", self.family_name.data or ""):
            raise ValidationError(fault)

    def validate_password(self, field: Any) -> None:
        """Refuse a password that anybody would guess."""
        username = username_stem(self.given_name.data or "", self.family_name.data or "")
        fault = find_password_fault(field.data or "", role=Role.STUDENT, username=username)
        if fault:
            raise ValidationError(fault)
