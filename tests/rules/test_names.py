"""Names and initials."""

from __future__ import annotations

from cozmic.rules.names import find_namesakes, full_name, initials_of, name_order


def test_people_with_one_name_have_no_blank_behind_it() -> None:
    assert full_name("Ada", "Lovelace") == "Ada Lovelace"
    assert full_name("Cher", "") == "Cher"
    assert full_name(None, None) == ""


def test_initials_are_capitals_one_for_each_name() -> None:
    assert initials_of("émile", "du Bois") == "ÉD"
    assert initials_of("Cher", "") == "C"


def test_lists_go_by_family_name_whatever_its_case_and_accents() -> None:
    people = [
        ("Zoe", "Adams", 1),
        ("Adam", "émile", 2),
        ("Cher", "", 3),
        ("Ben", "Low", 4),
        ("Ann", "Low", 5),
        ("Ann", "Low", 6),
    ]
    shuffled = people[::-1]  # a sort that keeps the order it is given must not look right
    found = sorted(shuffled, key=lambda one: name_order(*one))
    assert [person_id for *_, person_id in found] == [1, 3, 2, 5, 6, 4]


def test_namesakes_are_those_of_more_than_one() -> None:
    assert find_namesakes(["Emma Low", "Ben Low", "Emma Low"]) == {"Emma Low"}
