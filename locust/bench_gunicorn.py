"""gunicorn.conf.py for the bare application: the same settings without the hooks, which are the platform's own."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path

_settings = run_path(str(Path(__file__).resolve().parents[1] / "gunicorn.conf.py"))
globals().update(
    {name: value for name, value in _settings.items() if name[0] != "_" and not callable(value)}
)
