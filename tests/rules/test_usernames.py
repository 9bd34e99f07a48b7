"""User names from names."""

from __future__ import annotations

import pytest

from cozmic.rules.usernames import find_username_fault, make_username


@pytest.mark.parametrize(
    ("given_name", "family_name", "username"),
    [
        ("Emma", "Thompson", "emma.t"),
        ("Emma", "", "emma"),
        ("", "Thompson", "thompson"),
        ("Zoë", "Łukasiewicz", "zoe.l"),
        ("Jürgen", "Größ", "jurgen.g"),
        ("Søren", "Ærø", "soren.a"),
        ("Anne-Marie", "O'Neill", "annemarie.o"),
        ("Mary Jane", "van der Berg", "maryjane.v"),
        ("花子", "山田", "pupil"),
        ("Мария", "Smith", "smith"),
        ("Emma", "Иванова", "emma"),
        ("İpek", "Işık", "ipek.i"),
        ("ﬁona", "Bell", "fiona.b"),
        ("🦊", "  ", "pupil"),
    ],
)
def test_a_name_becomes_a_plain_user_name(given_name: str, family_name: str, username: str) -> None:
    assert make_username(given_name, family_name, set()) == username


def test_the_second_emma_gets_a_number_and_the_third_the_next() -> None:
    assert make_username("Emma", "Taylor", {"emma.t"}) == "emma.t2"
    assert make_username("Emma", "Turner", {"emma.t", "emma.t2"}) == "emma.t3"
    assert make_username("花子", "", {"pupil"}) == "pupil2"


def test_a_very_long_name_stays_within_the_column() -> None:
    username = make_username("Wolfeschlegelsteinhausen" * 9, "B", set())
    assert len(username) <= 64
    assert find_username_fault(username) is None


@pytest.mark.parametrize("username", ["ada", "ada.l", "m2", "o-neill", "a_b", "x" * 64])
def test_plain_user_names_may_be_chosen(username: str) -> None:
    assert (find_username_fault(username) is None) is (len(username) > 2)


@pytest.mark.parametrize(
    "username",
    [
        "",
        "ab",
        "x" * 65,
        "ada@school.example",
        "Ada",
        "ada l",
        ".ada",
        "ada.",
        "a..b",
        "1st",
        "adä",
    ],
)
def test_user_names_that_could_confuse_are_refused(username: str) -> None:
    assert find_username_fault(username)
