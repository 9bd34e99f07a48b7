"""Signing in and out, one's own account, and the ways in."""

from cozmic.auth import account, forgotten, invitations, join, sign_in  # noqa: F401  register their views
from cozmic.auth.blueprint import auth

__all__ = ["auth"]
