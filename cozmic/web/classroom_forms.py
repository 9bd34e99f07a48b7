"""The form of a class, used where one is opened and where it is renamed."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, DataRequired, Length

from cozmic.web.forms import Form, strip
from cozmic.web.once import OnceForm

LONGEST_NAME = 120
GRADES = [
    SelectChoice("", "Mixed, or none"),
    *(SelectChoice(str(grade), f"Grade {grade}") for grade in range(1, 13)),
]


class ClassroomForm(Form):
    """What a class is called, and for whom it is."""

    name = StringField(
        "Name of the class",
        description="As your pupils know it: “5B Mathematics”.",
        filters=[strip],
        validators=[
            DataRequired("Give the class a name, such as “5B Mathematics”."),
            Length(max=LONGEST_NAME, message="A name has at most %(max)d characters."),
        ],
    )
    grade = SelectField(
        "Grade",
        choices=GRADES,
        default="",
        validate_choice=False,
        validators=[
            AnyOf(
                [grade.value for grade in GRADES], message="Choose a grade from 1 to 12, or none."
            )
        ],
        description="Questions of this grade come first when you pick some.",
    )

    @property
    def grade_number(self) -> int | None:
        """The grade as it is stored."""
        return int(self.grade.data) if self.grade.data else None


class NewClassroomForm(ClassroomForm, OnceForm):
    """The same for a class that is opened."""
