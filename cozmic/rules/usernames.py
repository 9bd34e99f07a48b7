"""User names: made from a person's name, and judged when somebody chooses their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count

LONGEST_USERNAME = 64
SHORTEST_USERNAME = 3
LONGEST_PART = 40
FALLBACK = "pupil"
CHOSEN = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
# Letters that no decomposition takes apart.
PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
     "ŋ": "n", "ŧ": "t", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y"}
)  # fmt: skip


def username_stem(given_name: str, family_name: str) -> str:
    """Return the user name that a name suggests before any number: 'emma.t', 'emma' without a family name.

    Accents are written plainly; a name without one Latin letter gives 'pupil'.
    """
    given, family = _latin(given_name), _latin(family_name)
    if given and family:
        return f"{given[:LONGEST_PART]}.{family[0]}"
    return (given or family or FALLBACK)[:LONGEST_PART]


def make_username(given_name: str, family_name: str, taken: Collection[str]) -> str:
    """Return the first free user name for a name: 'emma.t', then 'emma.t2', 'emma.t3'."""
    stem = username_stem(given_name, family_name)
    if stem not in taken:
        return stem
    return next(name for number in count(2) if (name := f"{stem}{number}") not in taken)


def find_username_fault(username: str) -> str | None:
    """Return why a chosen user name cannot be taken and what would be right; None when it can."""
    if len(username) < SHORTEST_USERNAME:
        return f"A user name has at least {SHORTEST_USERNAME} characters."
    if len(username) > LONGEST_USERNAME:
        return f"A user name has at most {LONGEST_USERNAME} characters; this has {len(username)}."
    if CHOSEN.fullmatch(username) is None:
        return (
            "A user name has letters from a to z and digits, with single dots, hyphens or underscores between, "
            "and begins with a letter: ada.l, for example."
        )
    return None


def _latin(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(PLAIN))
    return "".join(letter for letter in decomposed if "a" <= letter <= "z")
