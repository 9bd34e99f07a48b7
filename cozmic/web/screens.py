"""What a view answers with: a screen for a GET, back to a screen after an act."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response


def screen(template: str, data: object = None, **frame: object) -> str:
    """Render a screen from the dataclass that its read returned; `frame` is what else its template needs."""
    g.drawn = data  # web/cached.py asks it when the clock changes the page
    return render_template(template, data=data, **frame)


def done(endpoint: str, message: str = "", **values: object) -> Response:
    """Answer an act that went well: 303 to a screen, with a message there."""
    if message:
        flash(message, "success")
    return redirect(url_for(endpoint, **values), code=303)  # type: ignore[arg-type]
