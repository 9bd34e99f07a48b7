"""The demo school as data: who is there, and what each class works on (demo_school.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cozmic.rules.enums import QuestionKind

FILE = Path(__file__).with_name("demo_school.toml")
PUPILS_A_FORM = 20
Name = tuple[str, str, str]
"""User name, given name, family name."""


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """One class: its teacher by place in the list, and the skills its assignments draw on."""

    name: str
    grade: int
    teacher: int
    code: str
    skills: tuple[str, ...]
    themes: tuple[str, ...]
    """What each of the skills is called in titles."""
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a class whose skills have no titles."""
        if len(self.themes) != len(self.skills):
            raise ValueError(f"{self.name}: each skill has one theme")


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A question of a teacher's own, its teacher by place in the list and its skill by slug."""

    teacher: int
    skill: str
    kind: QuestionKind
    prompt: str
    body: dict[str, Any]
    explanation: str
    hints: list[str]
    difficulty: int


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The whole school."""

    school: str
    password: str
    admin: Name
    pupil: Name
    teachers: tuple[Name, ...]
    classes: tuple[ClassPlan, ...]
    questions: tuple[QuestionPlan, ...]
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    topics: tuple[str, ...]
    praise: tuple[str, ...]
    essays: dict[str, tuple[str, ...]]
    """What pupils write, by the slug of the skill."""


def read_plan() -> DemoPlan:
    """Read the file."""
    raw: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    classes = [
        ClassPlan(**{name: _frozen(value) for name, value in one.items()}) for one in raw["class"]
    ]
    questions = [
        QuestionPlan(
            **{**one, "kind": QuestionKind(one["kind"]), "prompt": one["prompt"].strip()}
        )
        for one in raw["question"]
    ]  # fmt: skip
    return DemoPlan(
        school=raw["school"],
        password=raw["password"],
        admin=_name(raw["admin"]),
        pupil=_name(raw["pupil"]),
        teachers=tuple(_name(one) for one in raw["teachers"]),
        classes=tuple(classes),
        questions=tuple(questions),
        given_names=tuple(raw["given_names"].split()),
        family_names=tuple(raw["family_names"].split()),
        topics=tuple(raw["topics"]),
        praise=tuple(raw["praise"]),
        essays={slug: tuple(texts) for slug, texts in raw["essays"].items()},
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _name(parts: list[str]) -> Name:
    username, given, family = parts
    return username, given, family
