"""The pages of one class, for its teacher and its pupils."""

from cozmic.classroom import people, roster_import, settings, stream  # noqa: F401  registers its views
from cozmic.classroom.blueprint import classroom

__all__ = ["classroom"]
