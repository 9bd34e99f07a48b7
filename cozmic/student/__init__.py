"""The pupils' pages."""

from cozmic.student import (  # noqa: F401  registers their views
    assignments,
    dashboard,
    progress,
    result,
    taking,
)
from cozmic.student.blueprint import student

__all__ = ["student"]
