"""The form of a mark, and the filter of the queue that it stands in."""

from __future__ import annotations

from decimal import Decimal

from flask import request
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from cozmic.reads.grading_queue import QueueFilter
from cozmic.reads.marking import MarkingPage
from cozmic.rules.marks import read_mark
from cozmic.rules.points import show_points
from cozmic.web.forms import Form, strip
from cozmic.web.ids import read_id

LONGEST_COMMENT = 4000


class MarkForm(Form):
    """Points and a comment for one answer."""

    points = StringField("Points", filters=[strip])
    comment = TextAreaField(
        "Comment for the pupil",
        filters=[strip],
        validators=[
            Length(
                max=LONGEST_COMMENT,
                message=f"That is too long: a comment has at most {LONGEST_COMMENT:,} characters.",
            )
        ],
    )
    known = HiddenField()
    "The version of the mark that the page showed."
    goes_on = HiddenField()
    "Not empty where the teacher is going through the queue: the page showed an answer that waited."

    def read(self, worth: Decimal) -> Decimal:
        """Return the points; raise Invalid where they cannot be taken."""
        return read_mark(self.points.data or "", worth)


def filled_form(page: MarkingPage) -> MarkForm:
    """Return the form as the mark stands."""
    data = {
        "points": "" if page.points is None else show_points(page.points),
        "comment": page.comment,
        "known": page.version,
        "goes_on": "1" if page.points is None else "",
    }
    return MarkForm(formdata=None, data=data)


def read_filter() -> QueueFilter:
    """Return the filter in the address; what is no id there filters nothing."""
    assignment_id = read_id(request.args.get("assignment", ""))
    item_id = read_id(request.args.get("question", ""))
    return QueueFilter(assignment_id, item_id if assignment_id else None)
