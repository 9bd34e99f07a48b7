"""Text as pupils type and paste it: what of it can be seen, and what of it is kept.

Format characters (category Cf: zero-width characters, direction marks, soft hyphens) show nothing, so they count
for nothing. Two things make the eye see something else than is there: control characters that are no white space,
and the direction overrides.
"""

from __future__ import annotations

from unicodedata import category

OVERRIDES = "\u202d\u202e"
REPLACEMENT = "\ufffd"


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return all(c.isspace() or category(c) in {"Cf", "Cc"} for c in text)


def is_deceptive(text: str) -> bool:
    """Whether it shows something else than it holds."""
    return any(c in OVERRIDES or _is_control(c) for c in text)


def tidy(text: str) -> str:
    """Return what can be seen of it: no format characters, white space trimmed and collapsed to single blanks."""
    return " ".join("".join(c for c in text if category(c) != "Cf").split())


def storable_line(text: str) -> str:
    """Return text as one line that any database keeps, surrounding white space gone.

    What cannot be kept becomes U+FFFD: dropping it could turn a wrong answer into a right one.
    """
    return "".join(" " if c.isspace() else _storable(c) for c in text).strip()


def storable_lines(text: str) -> str:
    """Return text of many lines that any database keeps; line ends become \\n."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c in "\n\t" else _storable(c) for c in unified)


def _is_control(c: str) -> bool:
    return category(c) == "Cc" and not c.isspace()


def _storable(c: str) -> str:
    if category(c) == "Cs" or _is_control(c):
        return REPLACEMENT
    return " " if category(c) == "Cc" else c
