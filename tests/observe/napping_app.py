"""The application with a page that takes five seconds, and a broken one.

Served by gunicorn as tests.observe.napping_app:app.
"""

from __future__ import annotations

import time

from cozmic import create_app
from cozmic.web.guards import open_to_all

app = create_app()


@app.get("/nap")
@open_to_all
def nap() -> str:
    """Hold a thread."""
    time.sleep(5)
    return "well rested"


@app.get("/broken")
@open_to_all
def broken() -> str:
    """Fail."""
    raise ZeroDivisionError
