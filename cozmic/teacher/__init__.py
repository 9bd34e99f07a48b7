"""The teachers' pages across their classes."""

from cozmic.teacher import (  # noqa: F401  registers its views
    classrooms,
    dashboard,
    grading,
    question_forms,
    questions,
)
from cozmic.teacher.blueprint import teacher

__all__ = ["teacher"]
