"""Which passwords are taken, and how first ones are made."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from cozmic.rules.enums import Role
from cozmic.rules.passwords import COMMONEST, find_password_fault, make_first_password
from cozmic.rules.words import WORDS


def fault(password: str, role: Role = Role.TEACHER, username: str = "ada.lovelace") -> str | None:
    return find_password_fault(password, role=role, username=username)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "zz9 plural z alpha",
        "lower case only",
        "maple-rocket-42",
        "пароль-и-слово",
    ],
)
def test_length_is_enough_and_no_mixture_is_asked_for(password: str) -> None:
    assert fault(password) is None


def test_teachers_need_ten_characters_and_pupils_eight() -> None:
    assert "at least 10" in str(fault("blue-moon"))
    assert fault("blue-moon", Role.STUDENT) is None
    assert "at least 8" in str(fault("moonset", Role.STUDENT))
    assert "at least 10" in str(fault("blue-moon", Role.ADMIN))


@pytest.mark.parametrize("password", ["ada.lovelace", "ADA.Lovelace", "ecalevol.ada"])
def test_the_user_name_is_no_password(password: str) -> None:
    assert "user name" in str(fault(password))


@pytest.mark.parametrize(
    "password",
    ["password123", "Password2026!", "qwertyuiop", "1234567890", "0987654321", "aaaaaaaaaaaa", "letmein1234",
     "cozmic-demo", "123123123123", "passwordpassword", "iloveyou1234", "abcdefghij", "qwertyqwerty"],
)  # fmt: skip
def test_the_commonest_are_refused(password: str) -> None:
    assert "first passwords" in str(fault(password))


def test_blanks_around_a_password_do_not_make_it_longer() -> None:
    assert "at least" in str(fault("short   "))
    assert "at least" in str(fault(" " * 20))


def test_a_password_longer_than_is_hashed_is_refused() -> None:
    assert fault("ab cd ef gh" * 18) is None
    assert "at most 200" in str(fault("ab cd ef gh" * 20))


def test_there_are_words_enough_and_all_of_them_are_short_and_plain() -> None:
    assert len(WORDS) >= 400
    assert len(set(WORDS)) == len(WORDS)
    assert all(re.fullmatch(r"[a-z]{4,9}", word) for word in WORDS)


def test_a_first_password_is_two_words_and_a_number() -> None:
    def first(options: Sequence[str]) -> str:
        return options[0]

    def last(options: Sequence[str]) -> str:
        return options[-1]

    assert make_first_password(first) == f"{WORDS[0]}-{WORDS[0]}-10"
    assert make_first_password(last, words=3) == f"{WORDS[-1]}-{WORDS[-1]}-{WORDS[-1]}-99"


def test_every_first_password_would_be_taken_as_a_chosen_one() -> None:
    for word in WORDS:
        made = make_first_password(lambda options, word=word: word if word in options else "10")  # type: ignore[misc]
        assert find_password_fault(made, role=Role.ADMIN, username="ada") is None, made


def test_the_list_of_the_commonest_is_small_and_lower_case() -> None:
    assert 100 < len(COMMONEST) < 400
    assert all(word == word.casefold() for word in COMMONEST)
