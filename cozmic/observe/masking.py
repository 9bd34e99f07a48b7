"""SQL and query plans without the values in them: what children write, and whom a search was for, stands in no log."""

from __future__ import annotations

import re

LONGEST_TEXT, LONGEST_LINE = 20_000, 400
"""Characters of a statement that are looked at, and that a line of a plan keeps."""
MASK = "?"

_TOKEN = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<value>
        [eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)                 # a text with escapes
      | (?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|\Z)        # a text; one that was cut off goes to the end
      | (?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?:(?P=tag)|\Z)
      | (?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)? )
  | (?P<kept>
        "(?:[^"]|"")*(?:"|\Z)                           # a name in quotes
      | %\(\w+\)s | \$\d+ | \?\d*
      | \(cost=[\d.]+\ rows=\d+\ width=\d+\) | (?:Init|Sub)Plan\ \d+
      | [^\W\d]\w* )                                    # a name; the digits in it are no value
    """,
    re.VERBOSE | re.DOTALL,
)
_PLACE = r"(?:%\(\w+\)s|%s|\$\d+|\?|:\w+)(?:::\w+)?"
_PLACES = re.compile(rf"({_PLACE})(?:,\s*{_PLACE})+")
_ROWS = re.compile(r"(\([^()]*\))(?:,\s*\1)+")


def mask_values(sql: str | bytes) -> str:
    """Return a statement with ? for each value in it, and lists of values shortened. Some 300 us for 1,000 characters.

    The driver's batches hold values in their text; statements made by SQLAlchemy hold none.
    """
    text = sql.decode(errors="replace") if isinstance(sql, bytes) else sql
    masked = " ".join(_TOKEN.sub(_mask, text[:LONGEST_TEXT]).split())
    return _ROWS.sub(r"\1, …", _PLACES.sub(r"\1, …", masked))


def mask_plan(lines: list[str]) -> list[str]:
    """Return a plan with ? for each value in its conditions; costs and numbers of rows stay.

    As one text, since a value may go over several lines.
    """
    masked = _TOKEN.sub(_mask, "\n".join(lines))
    return [line[:LONGEST_LINE] for line in masked.split("\n")]


def _mask(found: re.Match[str]) -> str:
    if found["value"] is not None:
        return MASK
    return "" if found["comment"] is not None else found[0]
