"""docs/reference/commands.md, from the Makefile and the commands of the application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cozmic.config import ROOT
from tests.apps import make_app

INTRODUCTION = """\
# Commands

<!-- Written by `make docs` from the Makefile and the commands themselves. -->

## make

| | |
|---|---|
{targets}

`make test ARGS="tests/rules -k numbers"` hands anything on to pytest.
`PORT=8080 make run` serves on another port, and `COZMIC_INSTANCE=/some/folder make run` keeps the database elsewhere.

## flask

These need the environment that `make` has made, and settings. On a laptop:

```sh
export COZMIC_CONFIG=development
.venv/bin/flask db upgrade
```

Without `COZMIC_CONFIG` the configuration is production's, which refuses to start without a `SECRET_KEY`:
[every setting](configuration.md).

| | |
|---|---|
| `flask db upgrade` | Bring the database to the newest migration. Does nothing where it is there already. |
| `flask db migrate -m "what changes"` | Draft a migration from the difference between the models and the database: [how](../how-to/add-a-migration.md). |
| `flask db check` | Say whether a migration is missing. |
| `flask db current`, `flask db history` | Say where this database stands, and which migrations there are. |
| `flask db downgrade` | Take the newest migration back. |
| `flask routes` | List the routes; [here they are with what they do](routes.md). |
"""  # noqa: E501  rows of a table cannot be broken
OTHERS = {"db", "run", "shell", "routes"}
"""What Flask and Flask-Migrate bring."""
TARGET = re.compile(r"^([a-z-]+):.*?## (.+)$", re.MULTILINE)


def build() -> dict[str, str]:
    """Return the page by its file name."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = "\n".join(f"| `make {name}` | {about} |" for name, about in TARGET.findall(makefile))
    with TemporaryDirectory() as folder:
        commands = dict(make_app("", Path(folder)).cli.commands)
    ours = [one for name, one in sorted(commands.items()) if name not in OTHERS]
    parts = [INTRODUCTION.format(targets=targets)]
    for command in ours:
        parts += _sections(command, "flask")
    return {"commands.md": "\n".join(parts)}


def _sections(command: click.Command, before: str) -> Iterator[str]:
    path = f"{before} {command.name}"
    if isinstance(command, click.Group):
        for _, inner in sorted(command.commands.items()):
            yield from _sections(inner, path)
        return
    context = click.Context(command, info_name=path)
    yield f"### {path}\n"
    yield f"{' '.join((command.help or '').split())}\n"
    options = [option for option in command.params if isinstance(option, click.Option)]
    if options:
        yield "| option | |\n|---|---|"
        for option in options:
            words, about = option.get_help_record(context) or ("", "")
            yield f"| `{words}` | {about} |"
        yield ""
