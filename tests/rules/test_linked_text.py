"""Web addresses in what people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.rules.linked_text import split_links


def links(text: str) -> list[str]:
    return [piece.href for piece in split_links(text) if piece.href]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Read https://example.org/a?b=c#d today", ["https://example.org/a?b=c#d"]),
        ("See https://example.org.", ["https://example.org"]),
        ("(https://example.org/x)", ["https://example.org/x"]),
        ("https://example.org/Moon_(body), and more", ["https://example.org/Moon_(body)"]),
        ("HTTP://EXAMPLE.ORG/a\nhttps://b.example", ["HTTP://EXAMPLE.ORG/a", "https://b.example"]),
        ("“https://example.org”", ["https://example.org"]),
    ],
)
def test_addresses_are_found_without_the_sentence_around_them(text: str, found: list[str]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://...",
        "www.example.org",
        "a//b",
    ],
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert links(text) == []


@given(
    st.lists(st.sampled_from(["https://", "x", ".", ")", "(", " ", "\n", "<", '"']), max_size=25)
)
def test_no_character_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(piece.text for piece in split_links(text)) == text
