"""The form of a question whose answer is a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import StringField

from cozmic.rules.enums import QuestionKind
from cozmic.rules.kinds.numeric import EXAMPLES
from cozmic.web.forms import strip
from cozmic.web.widgets.base import QuestionForm, Visible


class NumericForm(QuestionForm):
    """The number, how far an answer may be from it, and its unit."""

    kind = QuestionKind.NUMERIC
    label = "Number"
    about = "Pupils type a number. 1/2, 0.5 and 50% count as the same."
    icon = "chart"

    answer = StringField(
        "Right answer",
        description=f"An exact number, {EXAMPLES}.",
        filters=[strip],
        validators=[Visible("Write the right answer as a number.")],
    )
    tolerance = StringField(
        "Tolerance",
        description="How far off still counts as right, both ways. 0: it has to be equal.",
        default="0",
        filters=[strip],
    )
    unit = StringField(
        "Unit",
        description="Such as cm. It stands beside the field, and pupils may leave it out.",
        filters=[strip],
    )

    def body(self) -> dict[str, object]:
        """Take a tolerance that was left blank as none."""
        return {
            "answer": self.answer.data or "",
            "tolerance": self.tolerance.data or "0",
            "unit": self.unit.data or "",
        }

    @classmethod
    def values_of(cls, body: Mapping[str, Any]) -> dict[str, object]:
        """Fill the fields with the body as it is."""
        return dict(body)

    @classmethod
    def facts_of(cls, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what is right, and how far off still is."""
        return [
            ("Right answer", body["answer"]),
            (
                "Tolerance",
                f"{body['tolerance']} either way" if body["tolerance"] != "0" else "None",
            ),
            ("Unit", body["unit"] or "None"),
        ]
