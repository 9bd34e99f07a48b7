"""The application for gunicorn and for the flask command."""

from __future__ import annotations

import sys
import tempfile

from cozmic import create_app
from cozmic.config import ConfigError, Development

try:
    app = create_app()
except ConfigError as error:
    if "--help" not in sys.argv[1:]:
        # One line that names the cure; a traceback would bury it.
        sys.exit(f"cozmic: {error}")
    # What there is to run is told without settings; nothing is served or written.
    app = create_app(Development({"COZMIC_INSTANCE": tempfile.gettempdir()}))
