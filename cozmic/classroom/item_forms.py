"""The forms of an assignment's questions: picking them, and what each is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from cozmic.reads.pick_questions import Source
from cozmic.reads.question_filters import SkillChoice
from cozmic.rules.points import BadPoints, read_worth
from cozmic.web.forms import Form, clean_text, strip
from cozmic.web.ids import read_id
from cozmic.web.question_filters import FilterForm
from cozmic.web.widgets.base import OneOf

SOURCES = [
    SelectChoice("", "My questions and the bank"),
    SelectChoice(Source.OWN.value, "My questions"),
    SelectChoice(Source.BANK.value, "The starter bank"),
]


class AddForm(Form):
    """Points for the questions that are ticked beside it."""

    points = StringField("Points each", filters=[strip], default="1")

    def read(self, ticked: Sequence[str]) -> tuple[list[int], Decimal] | None:
        """Return the ids of the questions and their points, or None with messages."""
        self.validate()
        ids = [found for found in map(read_id, ticked) if found is not None]
        if not ids or len(ids) < len(ticked):
            self.refuse("questions", "Tick at least one question, then press Add.")
        try:
            points = read_worth(self.points.data or "")
        except BadPoints as error:
            self.refuse("points", str(error))
            return None
        return None if self.errors else (ids, points)


class PickForm(FilterForm):
    """Which questions to offer, and whose."""

    source = OneOf("From", choices=SOURCES, default="", message="Choose where to look.")

    def read_source(self) -> Source | None:
        """Return whose questions to offer; None for everybody's."""
        return Source(self.source.data) if self.source.data and not self.source.errors else None


def pick_form(query: MultiDict[str, str], skills: Iterable[SkillChoice]) -> PickForm:
    """Return the form as the page's address fills it."""
    form = PickForm(formdata=query)
    form.offer_skills(skills)
    return form


@dataclass(frozen=True, slots=True)
class TypedWorths:
    """Points per item as typed in the list of questions."""

    points: Mapping[int, Decimal]
    texts: Mapping[int, str]
    errors: Mapping[int, str]
    """What is wrong, by item."""


def read_worths(fields: Iterable[tuple[str, str]]) -> TypedWorths:
    """Read the fields `points-<item id>` of a form."""
    points: dict[int, Decimal] = {}
    texts: dict[int, str] = {}
    errors: dict[int, str] = {}
    for name, text in fields:
        prefix, _, number = name.partition("-")
        item_id = read_id(number)
        if prefix != "points" or item_id is None:
            continue
        texts[item_id] = clean_text(text)
        try:
            points[item_id] = read_worth(text)
        except BadPoints as error:
            errors[item_id] = str(error)
    return TypedWorths(points=points, texts=texts, errors=errors)
