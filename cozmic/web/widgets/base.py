"""What every kind's form has in common: question, explanation, hints, difficulty, skill."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from wtforms import Field, SelectField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length

from cozmic.errors import Invalid
from cozmic.reads.question import QuestionFacts
from cozmic.reads.question_filters import SkillChoice
from cozmic.rules.enums import QuestionKind
from cozmic.rules.kinds import check_body
from cozmic.rules.typed import is_blank
from cozmic.web.forms import strip
from cozmic.web.once import OnceForm
from cozmic.writes.questions import MOST_HINTS, QuestionDraft

LONGEST_PROMPT = 4_000
LONGEST_HINT = 500
DIFFICULTIES = [
    SelectChoice(str(number), f"{number} – {word}")
    for number, word in enumerate(["very easy", "easy", "medium", "hard", "very hard"], start=1)
]
HINT_NAMES = [f"hint_{number}" for number in range(1, MOST_HINTS + 1)]


class Visible:
    """A validator: something of the text can be seen."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: object, field: Field) -> None:
        """Raise ValidationError where the text is blank."""
        if is_blank(field.data or ""):
            raise ValidationError(self.message)


class OneOf(SelectField):
    """A choice whose message says what there is to choose."""

    def __init__(self, label: str, *, message: str, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.message = message

    def pre_validate(self, form: object) -> None:
        """Refuse what is none of the choices."""
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError(self.message)


def _hint(number: int) -> TextAreaField:
    return TextAreaField(
        f"Hint {number}",
        filters=[strip],
        validators=[Length(max=LONGEST_HINT, message="A hint has at most %(max)d characters.")],
    )


class QuestionForm(OnceForm):
    """The form of a question. A kind adds its own fields, and says how they make a body."""

    kind: ClassVar[QuestionKind]
    label: ClassVar[str]
    """What the kind is called."""
    about: ClassVar[str]
    """What it is good for, in a line."""
    icon: ClassVar[str]

    prompt = TextAreaField(
        "Question",
        description="As pupils read it. Line breaks are kept.",
        filters=[strip],
        validators=[
            Visible("Write the question."),
            Length(max=LONGEST_PROMPT, message="A question has at most %(max)d characters."),
        ],
    )
    explanation = TextAreaField(
        "Explanation",
        description="Why the answer is right. Pupils read it with their result.",
        filters=[strip],
        validators=[
            Length(max=LONGEST_PROMPT, message="An explanation has at most %(max)d characters.")
        ],
    )
    hint_1, hint_2, hint_3 = _hint(1), _hint(2), _hint(3)
    difficulty = OneOf(
        "Difficulty", choices=DIFFICULTIES, default="3", message="Choose a difficulty from 1 to 5."
    )
    skill = OneOf("Skill", default="", message="Choose one of the skills in the list, or none.")

    def offer_skills(self, skills: Iterable[SkillChoice]) -> None:
        """Put the skills in the list, grouped by subject."""
        self.skill.choices = [
            SelectChoice("", "No skill named"),
            *(
                SelectChoice(
                    str(skill.id),
                    f"{skill.name} (grade {skill.grade})",
                    optgroup=skill.subject.value.title(),
                )
                for skill in skills
            ),
        ]

    @abstractmethod
    def body(self) -> dict[str, object]:
        """Return what the fields say, in the shape of rules/kinds/; it may be unsound."""

    @classmethod
    @abstractmethod
    def values_of(cls, body: Mapping[str, Any]) -> dict[str, object]:
        """Return what the kind's fields hold for a body."""

    @classmethod
    @abstractmethod
    def facts_of(cls, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return how answers are judged, as names and values for the teacher."""

    def field_of(self, name: str) -> str:
        """Return the field that shows a message about this part of the body."""
        return name

    def read(self) -> QuestionDraft | None:
        """Return what the form says, or None with messages at its fields. Skills have been offered."""
        is_valid = self.validate()
        try:
            check_body(self.kind, self.body())
        except Invalid as error:
            self.refuse(self.field_of(error.field), error.message)
            is_valid = False
        if not is_valid:
            return None
        return QuestionDraft(
            kind=self.kind, prompt=self.prompt.data or "", body=self.body(),
            explanation=self.explanation.data or "", hints=self.hints(),
            difficulty=int(self.difficulty.data), skill_id=int(self.skill.data) if self.skill.data else None,
        )  # fmt: skip

    def hints(self) -> list[str]:
        """Return the hints that say something, in their order."""
        texts = [self[name].data or "" for name in HINT_NAMES]
        return [text for text in texts if not is_blank(text)]


def filled(form: type[QuestionForm], facts: QuestionFacts) -> QuestionForm:
    """Return a kind's form as it stands for a question."""
    values: dict[str, object] = {
        "prompt": facts.prompt,
        "explanation": facts.explanation,
        "difficulty": str(facts.difficulty),
        "skill": str(facts.skill_id or ""),
        **dict(zip(HINT_NAMES, facts.hints, strict=False)),
        **form.values_of(facts.body),
    }
    return form(formdata=None, data=values)
