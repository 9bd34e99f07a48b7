"""The application for gunicorn and for the flask command."""

from __future__ import annotations

import sys

from cozmic import create_app
from cozmic.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    # One line that names the cure; a traceback would bury it.
    sys.exit(f"cozmic: {error}")
