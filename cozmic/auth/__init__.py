"""Signing in and out, one's own account, and the ways in."""

from cozmic.auth import sign_in  # noqa: F401  registers its views
from cozmic.auth.blueprint import auth

__all__ = ["auth"]
