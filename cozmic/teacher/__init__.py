"""The teachers' pages across their classes."""

from cozmic.teacher import classrooms, dashboard, grading  # noqa: F401  registers its views
from cozmic.teacher.blueprint import teacher

__all__ = ["teacher"]
