"""The forms of one pupil's grade."""

from __future__ import annotations

from decimal import Decimal

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from cozmic.reads.grade_history import GradePage
from cozmic.rules.marks import read_mark
from cozmic.rules.points import show_points
from cozmic.web.forms import Form, strip

LONGEST_REASON, LONGEST_COMMENT = 300, 4000


def _at_most(longest: int) -> Length:
    message = f"That is too long: it has at most {longest:,} characters."
    return Length(max=longest, message=message)


class GradeForm(Form):
    """A grade set by hand, and why."""

    points = StringField("Points", filters=[strip])
    reason = StringField(
        "Reason",
        description="Kept in the history of this grade, for you and whoever asks later.",
        filters=[strip],
        validators=[
            DataRequired("Say in a few words why you set this grade by hand."),
            _at_most(LONGEST_REASON),
        ],
    )
    known = HiddenField()
    "The version of the grade that the page showed."

    def read(self, most: Decimal) -> Decimal:
        """Return the points; raise Invalid where they cannot be taken."""
        return read_mark(self.points.data or "", most)


class CommentForm(Form):
    """A comment on the whole work."""

    comment = TextAreaField(
        "Comment for the pupil", filters=[strip], validators=[_at_most(LONGEST_COMMENT)]
    )
    known = HiddenField()


class ReturnForm(Form):
    """Back to what the attempts give."""

    known = HiddenField()


def filled_grade_form(page: GradePage) -> GradeForm:
    """Return the form as the grade stands; every change asks for its own reason."""
    points = "" if page.points is None else show_points(page.points)
    return GradeForm(formdata=None, data={"points": points, "reason": "", "known": page.version})


def filled_comment_form(page: GradePage) -> CommentForm:
    """Return the form with the comment there is."""
    return CommentForm(formdata=None, data={"comment": page.comment, "known": page.version})
