"""The operators' pages."""

from cozmic.ops import classrooms, events, home, invitations, metrics, people, school  # noqa: F401  register their views
from cozmic.ops.blueprint import ops
from cozmic.ops.health import health

__all__ = ["health", "ops"]
