"""Forms of a class's pages: announcements, pupils, lists of pupils."""

from __future__ import annotations

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, DataRequired, Length

from cozmic.errors import Invalid
from cozmic.formats.person_names import SAMPLE
from cozmic.formats.plain_text import Unreadable, decode_text
from cozmic.formats.roster import Layout
from cozmic.web.forms import Form, clean_text, strip
from cozmic.web.once import OnceForm
from cozmic.web.people_fields import family_name_field, given_name_field

LONGEST_NOTE = 4000
LAYOUTS = [
    SelectChoice(Layout.NAMES.value, f"A name: {SAMPLE}"),
    SelectChoice(Layout.GIVEN_FIRST.value, "Columns: given name, family name, user name"),
    SelectChoice(Layout.FAMILY_FIRST.value, "Columns: family name, given name, user name"),
]


class AnnouncementForm(OnceForm):
    """What the teacher tells the class."""

    body = TextAreaField(
        "Tell your class something",
        filters=[strip],
        validators=[
            DataRequired("Write what you want to tell the class."),
            Length(max=LONGEST_NOTE, message="An announcement has at most %(max)d characters."),
        ],
    )


class NewPupilForm(OnceForm):
    """One pupil, by name."""

    given_name = given_name_field()
    family_name = family_name_field()
    is_checked = BooleanField("I have looked at this: it is another pupil")


class PupilNameForm(Form):
    """A pupil's name, corrected."""

    given_name = given_name_field()
    family_name = family_name_field()


class RosterForm(OnceForm):
    """Many pupils: a list in the box, or a file."""

    text = TextAreaField(
        "Names, one a line",
        description=f"{SAMPLE}. Copied out of a document or a spreadsheet is fine.",
    )
    layout = SelectField(
        "How each line is written",
        choices=LAYOUTS,
        default=Layout.NAMES.value,
        validate_choice=False,
        validators=[AnyOf(list(Layout), message="Choose how the lines are written from the list.")],
        description="A heading line such as “given name, family name” decides by itself.",
    )
    file = FileField(
        "Or a CSV file",
        description="As your school's office exports it, with or without a heading. At most 300 pupils and 2 MB.",
    )
    is_checked = BooleanField("I have looked at the lines with a question: no pupil is there twice")

    def take_file(self) -> None:
        """Put an uploaded file into the box, so that it can be looked at and corrected; raise Invalid for no text."""
        upload = self.file.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return
        try:
            self.text.data = clean_text(decode_text(upload.read()))
        except Unreadable as error:
            raise Invalid("file", str(error)) from None
        if self.layout.data == Layout.NAMES:
            self.layout.data = Layout.GIVEN_FIRST.value

    @property
    def chosen_layout(self) -> Layout:
        """How the lines are written."""
        return Layout(self.layout.data)
