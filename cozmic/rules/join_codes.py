"""Join codes: written on a board, read across a room, typed by a child."""

from __future__ import annotations

import unicodedata

# No vowels, so that no code spells a word; of each pair that looks alike (B 8, D 0, L 1, S 5, V U, Z 2 …) at most one.
ALPHABET = "CDFGHJKMNPQRTWXY34679"
LENGTH = 8
"""21 to the 8th is 38 thousand million codes: thirty guesses a minute find one of a hundred classes in 24 years."""
LONGEST_TYPED = 40


def tidy_code(typed: str) -> str:
    """Return a code as it is stored from what was typed: in any case or width, with spaces, dashes or dots between."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", typed).upper()
        if letter.isascii() and letter.isalnum()
    )


def spaced_code(code: str) -> str:
    """Return a code as it is shown: 'CDFG-HJKM'."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}" if half else code
