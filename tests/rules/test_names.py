"""Names and initials."""

from __future__ import annotations

from cozmic.rules.names import full_name, initials_of


def test_people_with_one_name_have_no_blank_behind_it() -> None:
    assert full_name("Ada", "Lovelace") == "Ada Lovelace"
    assert full_name("Cher", "") == "Cher"
    assert full_name(None, None) == ""


def test_initials_are_capitals_one_for_each_name() -> None:
    assert initials_of("émile", "du Bois") == "ÉD"
    assert initials_of("Cher", "") == "C"
