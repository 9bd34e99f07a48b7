"""The pages of one class, for its teacher and its pupils."""

from cozmic.classroom import (  # noqa: F401  registers its views
    assignment_items,
    assignments,
    gradebook,
    grades,
    new_cards,
    people,
    roster_import,
    settings,
    stream,
    submissions,
)
from cozmic.classroom.blueprint import classroom

__all__ = ["classroom"]
