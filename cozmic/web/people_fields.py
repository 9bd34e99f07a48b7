"""Fields about people, judged by the rules, wherever they stand: account, invitation, the admins' pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import EmailField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from cozmic.formats.person_names import LONGEST_NAME
from cozmic.rules.emails import LONGEST_EMAIL, find_email_fault, tidy_email
from cozmic.rules.passwords import LONGEST
from cozmic.rules.usernames import find_username_fault


def one_line(value: Any) -> Any:
    """Return text as one line with single spaces: a name has no line ends."""
    return " ".join(value.split()) if isinstance(value, str) else value


def lower(value: Any) -> Any:
    """Return text in lower case without surrounding space, as user names and addresses are kept."""
    return tidy_email(value) if isinstance(value, str) else value


def judged_by(find_fault: Callable[[str], str | None]) -> Callable[[Any, Any], None]:
    """Return a WTForms validator that asks a rule."""

    def validate(_form: Any, field: Any) -> None:
        fault = find_fault(field.data or "")
        if fault:
            raise ValidationError(fault)

    return validate


def given_name_field(
    label: str = "Given name", *, missing: str = "Type the given name."
) -> StringField:
    """A given name, which everybody has."""
    return StringField(
        label,
        filters=[one_line],
        validators=[
            InputRequired(missing),
            Length(min=1, max=LONGEST_NAME, message="A given name has 1 to %(max)d characters."),
        ],
    )


def family_name_field(label: str = "Family name") -> StringField:
    """A family name, which some do not have."""
    return StringField(
        label,
        filters=[one_line],
        validators=[
            Length(max=LONGEST_NAME, message="A family name has at most %(max)d characters.")
        ],
    )


def email_field(*, is_required: bool, description: str = "") -> EmailField:
    """An e-mail address."""
    presence = InputRequired("Type the e-mail address.") if is_required else Optional()
    return EmailField(
        "E-mail",
        description=description,
        filters=[lower],
        validators=[
            presence,
            Length(max=LONGEST_EMAIL, message="An address has at most %(max)d characters."),
            judged_by(find_email_fault),
        ],
    )


def username_field() -> StringField:
    """A user name that somebody chooses."""
    return StringField(
        "User name",
        description="For signing in: letters, digits, and single dots, hyphens or underscores.",
        filters=[lower],
        validators=[InputRequired("Choose a user name."), judged_by(find_username_fault)],
    )


def password_field(label: str, *, message: str, element_id: str | None = None) -> PasswordField:
    """A password as it is typed: no filter touches it, and a rule of the write judges a new one."""
    return PasswordField(
        label,
        validators=[
            InputRequired(message),
            Length(max=LONGEST, message="A password has at most %(max)d characters."),
        ],
        id=element_id,
    )
