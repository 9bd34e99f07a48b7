"""Addresses as people read them from a board and type them."""

from __future__ import annotations

from cozmic.web.links import whole_url


def site_address() -> str:
    """The site's first page."""
    return _typed(whole_url("auth.home"))


def join_address() -> str:
    """The page for class codes."""
    return _typed(whole_url("auth.join"))


def _typed(url: str) -> str:
    """Browsers add https:// by themselves, and children leave it out."""
    return url.removeprefix("https://").rstrip("/")
