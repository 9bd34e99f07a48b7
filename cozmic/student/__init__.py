"""The pupils' pages."""

from cozmic.student import dashboard  # noqa: F401  registers its views
from cozmic.student.blueprint import student

__all__ = ["student"]
