"""Join codes, shown and typed."""

from __future__ import annotations

import pytest

from cozmic.rules.join_codes import ALPHABET, LENGTH, spaced_code, tidy_code


def test_no_two_signs_of_a_code_look_alike_and_none_makes_words() -> None:
    assert not set("AEIOU") & set(ALPHABET)
    assert not set("01258BILOSUVZ") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    ["cdfghjkm", "CDFG-HJKM", " c d f g\nh.j/k_m ", "\u200bCDFG\u2013HJKM", "ＣＤＦＧＨＪＫＭ"],
)
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    assert tidy_code(typed) == "CDFGHJKM"


@pytest.mark.parametrize("typed", ["", "-", "💥", "ß"])
def test_what_holds_no_letters_of_a_code_is_no_code(typed: str) -> None:
    assert len(tidy_code(typed)) < LENGTH


def test_a_shown_code_is_tidied_back_to_itself() -> None:
    assert spaced_code("CDFGHJKM") == "CDFG-HJKM"
    assert tidy_code(spaced_code("CDFGHJKM")) == "CDFGHJKM"
