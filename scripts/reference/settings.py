"""docs/reference/configuration.md, from .env.example."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cozmic.config import ROOT

INTRODUCTION = """\
# Configuration

<!-- Written by `make docs` from .env.example. Change that, not this page. -->

Everything that differs from place to place is an environment variable; there is no configuration file. `make run`
needs none of them. A setting that cannot be used stops the start with one line that says what would be right.
[`.env.example`](../../.env.example) holds the same list, to copy from.

`COZMIC_CONFIG` chooses what the rest starts from:

| | is for | differs by |
|---|---|---|
| `production` | a school; also when the variable is unset | refuses to start without a strong `SECRET_KEY`, or with `MAIL_URL` but no `PUBLIC_URL`; redirects to HTTPS; never makes demo logins |
| `development` | a laptop; `make run` sets it | a fixed secret, plain HTTP, the demo school |
| `testing` | the suite | quick password hashes, a clock that tests may move |

**Bold** settings are those that a school in production thinks about first.
"""  # noqa: E501  rows of a table cannot be broken
SECTION = re.compile(r"# -+ (.+?) \(([\w./]+)\) -+")
SETTING = re.compile(r"(#?)([A-Z][A-Z0-9_]+)=(.*)")


def build() -> dict[str, str]:
    """Return the page by its file name."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return {"configuration.md": "\n".join([*_page(lines), ""])}


def _page(lines: list[str]) -> Iterator[str]:
    yield INTRODUCTION
    reason: list[str] = []
    is_first = True
    for line in lines:
        if section := SECTION.fullmatch(line):
            yield from ([] if is_first else [""])
            is_first = False
            yield f"## {section[1]}\n\nRead by [`{section[2]}`](../../{section[2]}).\n"
            yield "| setting | default or example | what for |\n|---|---|---|"
            reason = []
        elif setting := SETTING.fullmatch(line):
            yield _row(setting, reason)
            reason = []
        elif line.startswith("# "):
            reason.append(line.removeprefix("# "))


def _row(setting: re.Match[str], reason: list[str]) -> str:
    is_optional, name, quoted = setting.groups()
    value = quoted.strip("'")
    shown = f"`{name}`" if is_optional else f"**`{name}`**"
    return f"| {shown} | {f'`{value}`' if value else '–'} | {_as_text(reason)} |"


def _as_text(reason: list[str]) -> str:
    """Join the lines of a comment; a command in it becomes code."""
    text = " ".join(reason)
    return re.sub(r"(?<=: )(python3 -c .+)$", r"`\1`", text).replace("|", "\\|")
