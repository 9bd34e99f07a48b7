"""The form of a question with one right choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Field, RadioField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length

from cozmic.rules.enums import QuestionKind
from cozmic.rules.kinds import show_key
from cozmic.rules.kinds.choice import IDS, LONGEST_CHOICE, MOST
from cozmic.rules.typed import is_blank
from cozmic.web.forms import strip
from cozmic.web.widgets.base import QuestionForm


def _choice(place: int) -> StringField:
    return StringField(
        f"Choice {IDS[place].upper()}",
        filters=[strip],
        validators=[Length(max=LONGEST_CHOICE, message="A choice has at most %(max)d characters.")],
    )


class ChoiceForm(QuestionForm):
    """Eight places for choices, of which the blank ones do not count, and the mark at the right one."""

    kind = QuestionKind.CHOICE
    label = "One choice"
    about = "Pupils pick the one right answer of two to eight."
    icon = "list"

    choice_0, choice_1, choice_2, choice_3 = _choice(0), _choice(1), _choice(2), _choice(3)
    choice_4, choice_5, choice_6, choice_7 = _choice(4), _choice(5), _choice(6), _choice(7)
    correct = RadioField(
        "Right choice",
        choices=[
            SelectChoice(str(place), f"{IDS[place].upper()} is right") for place in range(MOST)
        ],
        validate_choice=False,
    )

    @property
    def rows(self) -> list[tuple[Field, Field]]:
        """The mark and the text of each place, for the page."""
        return [(mark, self[f"choice_{place}"]) for place, mark in enumerate(self.correct)]

    @property
    def has_many(self) -> bool:
        """Whether the places beyond the fourth are in use."""
        return any(place > 3 for place in self._places())

    def body(self) -> dict[str, object]:
        """Letter the choices anew, so that no letter is skipped."""
        places = self._places()
        choices = [
            {"id": name, "text": self[f"choice_{place}"].data}
            for name, place in zip(IDS, places, strict=False)
        ]
        marked = [
            name
            for name, place in zip(IDS, places, strict=False)
            if str(place) == self.correct.data
        ]
        return {"choices": choices, "correct": marked[0] if marked else ""}

    @classmethod
    def values_of(cls, body: Mapping[str, Any]) -> dict[str, object]:
        """Put the choices in the first places."""
        ids = [choice["id"] for choice in body["choices"]]
        texts = {f"choice_{place}": choice["text"] for place, choice in enumerate(body["choices"])}
        return {**texts, "correct": str(ids.index(body["correct"]))}

    @classmethod
    def facts_of(cls, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say which choice is right."""
        return [("Right choice", show_key(cls.kind, body))]

    def field_of(self, name: str) -> str:
        """Find the place of a choice by its number among those that count."""
        prefix, _, number = name.partition("-")
        if prefix != "choices":
            return name
        places = self._places()
        return f"choice_{places[int(number)]}" if number else "choice_0"

    def _places(self) -> list[int]:
        """Return the places that hold a choice."""
        return [place for place in range(MOST) if not is_blank(self[f"choice_{place}"].data or "")]
