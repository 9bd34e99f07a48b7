"""The operators' pages."""

from cozmic.ops import people  # noqa: F401  registers its views
from cozmic.ops.blueprint import ops
from cozmic.ops.health import health

__all__ = ["health", "ops"]
