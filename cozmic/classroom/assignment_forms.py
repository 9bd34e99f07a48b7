"""The forms of assignments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, ValidationError
from wtforms.widgets import DateTimeLocalInput

from cozmic.reads.assignment_facts import AssignmentFacts
from cozmic.rules.enums import LateRule, Release
from cozmic.rules.schedule import Dates, UnreadableTime, list_faults, read_moment, show_moment
from cozmic.web.forms import Form, strip
from cozmic.web.once import OnceForm
from cozmic.web.widgets.base import OneOf, Visible
from cozmic.writes.assignments import LONGEST_TITLE, Plan

LONGEST_INSTRUCTIONS = 10_000
MOST_ATTEMPTS = 10
DEFAULT_PENALTY = "10"
LATE_RULES = [
    SelectChoice(LateRule.ACCEPT.value, "Take it, with all its points"),
    SelectChoice(LateRule.PENALTY.value, "Take it, with some points off"),
    SelectChoice(LateRule.REFUSE.value, "Do not take it: the assignment closes when it is due"),
]
RELEASES = [
    SelectChoice(Release.AUTOMATIC.value, "At once, as soon as all of it is graded"),
    SelectChoice(Release.BY_TEACHER.value, "When I release them"),
]


class OneShown(RadioField):
    """A choice, all of it in view."""

    def pre_validate(self, form: object) -> None:
        """Refuse what is none of the choices, and nothing chosen."""
        if not any(choice.selected for choice in self.iter_choices()):  # type: ignore[attr-defined]  # newer than its stubs
            raise ValidationError("Choose one of these.")


def _moment(label: str, description: str) -> StringField:
    return StringField(
        label, description=description, filters=[strip], widget=DateTimeLocalInput(), default=""
    )


class AssignmentForm(Form):
    """What a teacher says of an assignment, its questions aside."""

    title = StringField(
        "Title",
        filters=[strip],
        validators=[
            Visible("Give it a title, such as “Fractions: quiz 1”."),
            Length(max=LONGEST_TITLE, message="A title has at most %(max)d characters."),
        ],
    )
    instructions = TextAreaField(
        "Instructions",
        description="Pupils read this before they start.",
        filters=[strip],
        validators=[
            Length(
                max=LONGEST_INSTRUCTIONS, message="Instructions have at most %(max)d characters."
            )
        ],
    )
    opens_at = _moment("Opens", "Nothing given: as soon as you publish it.")
    due_at = _moment("Due", "Nothing given: it is never late and never missing.")
    closes_at = _moment("Closes", "No work is taken from then on. Nothing given: it stays open.")
    attempts_allowed = OneOf(
        "Attempts",
        choices=[SelectChoice(str(number), str(number)) for number in range(1, MOST_ATTEMPTS + 1)],
        default="1",
        message=f"Choose from 1 to {MOST_ATTEMPTS} attempts.",
        description="The best one counts.",
    )
    late_rule = OneShown("Late work", choices=LATE_RULES, default=LateRule.ACCEPT.value)
    late_penalty_percent = StringField(
        "Points off late work", filters=[strip], default=DEFAULT_PENALTY
    )
    release = OneShown("Pupils see their grades", choices=RELEASES, default=Release.AUTOMATIC.value)

    def read(self, zone: ZoneInfo, stored: Dates) -> Plan | None:
        """Return what the form says, or None with messages at its fields.

        `stored` are the dates that the form was filled with.
        """
        is_valid = self.validate()
        is_valid = self._is_whole() and is_valid
        dates = self._read_dates(zone, stored)
        penalty = self._read_penalty()
        if not is_valid or dates is None or penalty is None:
            return None
        return Plan(
            title=self.title.data or "",
            instructions=self.instructions.data or "",
            dates=dates,
            attempts_allowed=int(self.attempts_allowed.data),
            late_rule=LateRule(self.late_rule.data),
            late_penalty_percent=penalty,
            release=Release(self.release.data),
        )

    def _is_whole(self) -> bool:
        """Refuse fields that were left out, so that half a form does not clear the other half."""
        gone = [field.name for field in self if not field.raw_data and field.name != "csrf_token"]
        for name in gone:
            self.refuse(name, "This was not sent. Send the form again.")
        return not gone

    def _read_dates(self, zone: ZoneInfo, stored: Dates) -> Dates | None:
        moments = {
            name: self._read_moment(name, zone, getattr(stored, name))
            for name in ("opens_at", "due_at", "closes_at")
        }
        dates = Dates(**moments)
        is_rule = self.late_rule.data in set(LateRule)
        for fault in list_faults(
            dates, LateRule(self.late_rule.data) if is_rule else LateRule.ACCEPT
        ):
            self.refuse(fault.field, fault.message)
        return None if any(self[name].errors for name in moments) else dates

    def _read_moment(self, name: str, zone: ZoneInfo, stored: datetime | None) -> datetime | None:
        try:
            return read_moment(self[name].data or "", zone, stored=stored)
        except UnreadableTime as error:
            self.refuse(name, str(error))
            return None

    def _read_penalty(self) -> int | None:
        """Return the whole percentage, 0 where the late rule takes none; None with a message where it is needed."""
        if self.late_rule.data != LateRule.PENALTY:
            return 0
        text = (self.late_penalty_percent.data or "").removesuffix("%").strip()
        if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100:
            return int(text)
        self.refuse("late_penalty_percent", "Give a whole number from 1 to 100.")
        return None


class NewAssignmentForm(AssignmentForm, OnceForm):
    """The same for one that is drafted."""


def filled_form(facts: AssignmentFacts, zone: ZoneInfo) -> AssignmentForm:
    """Return the form as it stands for an assignment."""
    return AssignmentForm(
        formdata=None,
        data={
            "title": facts.title,
            "instructions": facts.instructions,
            "opens_at": show_moment(facts.window.opens_at, zone),
            "due_at": show_moment(facts.window.due_at, zone),
            "closes_at": show_moment(facts.window.closes_at, zone),
            "attempts_allowed": str(facts.attempts_allowed),
            "late_rule": facts.late_rule.value,
            "late_penalty_percent": str(facts.late_penalty_percent or DEFAULT_PENALTY),
            "release": facts.release.value,
        },
    )


class CopyForm(OnceForm):
    """Where a copy goes."""

    classroom = OneOf("Class", message="Choose one of your classes.")


def copy_form(classes: Iterable[tuple[int, str]], here: int) -> CopyForm:
    """Return the form with a teacher's classes (id, name); this one is chosen to begin with."""
    form = CopyForm()
    form.classroom.choices = [SelectChoice(str(class_id), name) for class_id, name in classes]
    if form.classroom.data is None:
        form.classroom.data = str(here)
    return form
