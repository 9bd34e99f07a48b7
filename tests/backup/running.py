"""Runs the commands, each in an application of its own, as they are run one after the other."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

from click.testing import Result

from tests.apps import make_app


def run(folder: Path, url: str, *arguments: str | Path, say: str | None = None) -> Result:
    """Run a command on a database; what is said is typed in."""
    app = make_app(url, folder)
    return app.test_cli_runner().invoke(args=list(map(str, arguments)), input=say)


def back_up(folder: Path, url: str, *arguments: str | Path) -> Path:
    """Make a backup and return where it is."""
    result = run(folder, url, "backup", *arguments)
    assert result.exit_code == 0, result.output
    found = re.search(r"^/.+\.zip$", result.output, re.MULTILINE)
    assert found, result.output
    return Path(found[0])


def altered(backup: Path, **changes: object) -> Path:
    """Return a copy of a backup whose manifest says something else, and agrees with itself."""
    import hashlib  # noqa: PLC0415

    path = backup.with_name("altered.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == "manifest.json":
                raw = json.dumps({**json.loads(raw), **changes}).encode()
                new.comment = old.comment[:-64] + hashlib.sha256(raw).hexdigest().encode()
            new.writestr(name, raw)
    return path


def flipped(backup: Path, share: float) -> Path:
    """Return a copy of a backup with one bit turned, so far into the file."""
    raw = bytearray(backup.read_bytes())
    raw[int(len(raw) * share)] ^= 1
    path = backup.with_name(f"flipped-{share}.zip")
    path.write_bytes(raw)
    return path


def cut(backup: Path, share: float) -> Path:
    """Return a copy of a backup that ends too early."""
    path = backup.with_name(f"cut-{share}.zip")
    shutil.copy(backup, path)
    with path.open("r+b") as file:
        file.truncate(int(backup.stat().st_size * share))
    return path
