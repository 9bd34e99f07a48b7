"""The form of a question that is answered in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import TextAreaField

from cozmic.rules.enums import QuestionKind
from cozmic.web.forms import strip
from cozmic.web.widgets.base import QuestionForm


class EssayForm(QuestionForm):
    """What the teacher looks for."""

    kind = QuestionKind.ESSAY
    label = "Essay"
    about = "Pupils write sentences, and you give the points."
    icon = "comment"

    guidance = TextAreaField(
        "What a good answer has",
        description="For you while you grade. Pupils never see it.",
        filters=[strip],
    )

    def body(self) -> dict[str, object]:
        """Return the guidance."""
        return {"guidance": self.guidance.data or ""}

    @classmethod
    def values_of(cls, body: Mapping[str, Any]) -> dict[str, object]:
        """Fill the field with the guidance."""
        return dict(body)

    @classmethod
    def facts_of(cls, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say who judges."""
        return [("Graded by", "You, one by one")]
