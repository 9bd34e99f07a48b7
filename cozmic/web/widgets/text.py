"""The form of a question that is answered in a word or a few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, TextAreaField

from cozmic.rules.enums import QuestionKind
from cozmic.rules.typed import is_blank
from cozmic.web.widgets.base import QuestionForm, Visible


class TextForm(QuestionForm):
    """The accepted answers, one a line."""

    kind = QuestionKind.TEXT
    label = "Short text"
    about = "Pupils type a word or a few. Near misses wait for you."
    icon = "pencil"

    accepted = TextAreaField(
        "Accepted answers",
        description="One a line, at most 20; the first one is shown to pupils as the right answer.",
        validators=[Visible("List at least one accepted answer.")],
    )
    case_sensitive = BooleanField(
        "Capital letters matter", description="“paris” is then wrong where “Paris” is listed."
    )

    def body(self) -> dict[str, object]:
        """Take each line that shows something as a form."""
        lines = [line.strip() for line in (self.accepted.data or "").split("\n")]
        return {
            "accepted": [line for line in lines if not is_blank(line)],
            "case_sensitive": bool(self.case_sensitive.data),
        }

    @classmethod
    def values_of(cls, body: Mapping[str, Any]) -> dict[str, object]:
        """Put each form on a line of its own."""
        return {
            "accepted": "\n".join(body["accepted"]),
            "case_sensitive": body["case_sensitive"],
        }

    @classmethod
    def facts_of(cls, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what is accepted."""
        matter = "Matter" if body["case_sensitive"] else "Do not matter"
        return [("Accepted", " · ".join(body["accepted"])), ("Capital letters", matter)]
