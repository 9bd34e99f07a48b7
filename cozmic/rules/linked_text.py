"""Text that people wrote, with its web addresses told apart, so that a page can make them links and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Only these two schemes: a "javascript:" address would run in the page of whoever follows it.
ADDRESS = re.compile(r"https?://[^\s<>\"“”„]+", re.IGNORECASE)
AFTER = ".,;:!?…'’)]}*_"
PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, or an address."""

    text: str
    href: str = ""
    """The same text where it is an address; empty: plain text."""


def split_links(text: str) -> tuple[Piece, ...]:
    """Return the text in pieces, in order; their texts joined are the text again."""
    pieces, end = [], 0
    for match in ADDRESS.finditer(text):
        address = _trim(match.group())
        if "://" not in address or not address.split("://", 1)[1]:
            continue
        pieces += [Piece(text[end : match.start()]), Piece(address, href=address)]
        end = match.start() + len(address)
    pieces.append(Piece(text[end:]))
    return tuple(piece for piece in pieces if piece.text)


def _trim(address: str) -> str:
    """Leave out what belongs to the sentence: a full stop, or a bracket that the address did not open."""
    while address and address[-1] in AFTER:
        opening = PAIRS.get(address[-1])
        if opening and address.count(opening) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address
