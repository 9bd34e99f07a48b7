"""Static files, served by WhiteNoise under a path that names their contents, so that browsers keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

FOLDER = Path(__file__).resolve().parent.parent / "static"


def serve_assets(app: Flask) -> None:
    """Serve cozmic/static/ at /static/<hash>/ and give templates `asset(path)`."""
    version = _hash(FOLDER)
    prefix = f"static/{version}/"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(FOLDER),
        prefix=prefix,
        autorefresh=app.config["DEVELOPMENT"],
        immutable_file_test=lambda _path, _url: True,
    )
    app.jinja_env.globals["asset"] = lambda path: f"/{prefix}{path}"


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
