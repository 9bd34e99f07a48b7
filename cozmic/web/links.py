"""Whole addresses, for mails and for passing on."""

from __future__ import annotations

from flask import current_app, url_for


def whole_url(endpoint: str, **values: str | int) -> str:
    """Return the address of a page with host: under PUBLIC_URL where it is set, since a Host header can be forged."""
    public: str = current_app.config["PUBLIC_URL"]
    if public:
        return public + url_for(endpoint, **values)  # type: ignore[arg-type]
    return url_for(endpoint, _external=True, **values)  # type: ignore[arg-type]
