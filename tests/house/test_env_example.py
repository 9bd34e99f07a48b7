"""Every setting is in .env.example, with its reason."""

from __future__ import annotations

import ast
import re
from itertools import pairwise

from cozmic.config import ROOT

READERS = {"get", "read_int", "read_bool", "read_limit", "read_share", "number"}
SETTING = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
NAME = re.compile(r"[A-Z][A-Z0-9_]+")


def settings_read_by(path: str) -> set[str]:
    """The variables that a file reads: the names given to environ.get and to the functions around it."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name in READERS:
            texts = (arg.value for arg in node.args if isinstance(arg, ast.Constant))
            found |= {text for text in texts if isinstance(text, str) and NAME.fullmatch(text)}
    return found


def test_every_setting_that_is_read_stands_in_the_example_and_no_other() -> None:
    files = (
        "cozmic/config.py",
        "cozmic/config_database.py",
        "cozmic/config_reports.py",
        "gunicorn.conf.py",
    )
    read = {name for path in files for name in settings_read_by(path)}
    assert len(read) > 25
    listed = SETTING.findall((ROOT / ".env.example").read_text())
    assert sorted(listed) == sorted(read)


def test_every_setting_has_its_reason_in_the_line_above() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in pairwise(lines):
        if SETTING.match(line):
            assert re.match(r"# [A-Z].{10,}", above), line


def test_nothing_else_reads_the_environment() -> None:
    """DESIGN: config.py is the one place that reads it (gunicorn.conf.py aside); wsgi.py hands it over."""
    for path in (ROOT / "cozmic").rglob("*.py"):
        if path.name == "config.py":
            continue
        text = path.read_text()
        assert "os.getenv" not in text, path
        assert not re.search(r"os\.environ(?!\))", text), path
