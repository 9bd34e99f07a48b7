"""The form that filters a list of questions; it stands in the page's address."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length

from cozmic.reads.question_filters import Filters, SkillChoice, list_skills
from cozmic.rules.enums import QuestionKind, Subject
from cozmic.web.forms import Form, strip
from cozmic.web.viewer import current_viewer
from cozmic.web.widgets import FORMS
from cozmic.web.widgets.base import OneOf

LONGEST_SEARCH = 100
ALL = SelectChoice("", "All")
SUBJECTS = [ALL, *(SelectChoice(subject.value, subject.value.title()) for subject in Subject)]
GRADES = [ALL, *(SelectChoice(str(grade), f"Grade {grade}") for grade in range(1, 13))]
KINDS = [ALL, *(SelectChoice(kind.value, form.label) for kind, form in FORMS.items())]


class FilterForm(Form):
    """Which questions to show."""

    class Meta(Form.Meta):
        """Reading needs no token."""

        csrf = False

    text = StringField(
        "Words in the question",
        filters=[strip],
        default="",
        validators=[Length(max=LONGEST_SEARCH, message="Search for at most %(max)d characters.")],
    )
    subject = OneOf("Subject", choices=SUBJECTS, default="", message="Choose a subject.")
    grade = OneOf("Grade", choices=GRADES, default="", message="Choose a grade from 1 to 12.")
    skill = OneOf("Skill", default="", message="Choose a skill.")
    kind = OneOf("Kind", choices=KINDS, default="", message="Choose a kind of question.")

    def read(self) -> Filters:
        """Return what to look for; a field with a fault looks for everything."""
        self.validate()
        good = {name: field.data or "" for name, field in self._fields.items() if not field.errors}
        return Filters(
            text=good.get("text", ""),
            subject=Subject(good["subject"]) if good.get("subject") else None,
            grade=int(good["grade"]) if good.get("grade") else None,
            kind=QuestionKind(good["kind"]) if good.get("kind") else None,
            skill_id=int(good["skill"]) if good.get("skill") else None,
        )

    def offer_skills(self, skills: Iterable[SkillChoice]) -> None:
        """Put the skills in their list."""
        self.skill.choices = [
            ALL,
            *(SelectChoice(str(one.id), f"{one.name} (grade {one.grade})") for one in skills),
        ]

    def as_query(self) -> dict[str, str]:
        """Return the fields that say something, as they stand in the address."""
        return {name: field.data for name, field in self._fields.items() if field.data}


def offered_skills() -> tuple[SkillChoice, ...]:
    """Return all skills, to choose one."""
    viewer = current_viewer()
    return list_skills(viewer.school_revision, now=viewer.now)


def filter_form(query: MultiDict[str, str], skills: Iterable[SkillChoice]) -> FilterForm:
    """Return the form as the page's address fills it."""
    form = FilterForm(formdata=query)
    form.offer_skills(skills)
    return form
