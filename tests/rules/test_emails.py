"""E-mail addresses."""

from __future__ import annotations

import pytest

from cozmic.rules.emails import find_email_fault, tidy_email


def test_an_address_is_kept_in_lower_case_without_space() -> None:
    assert tidy_email("  Ada@School.Example ") == "ada@school.example"


@pytest.mark.parametrize(
    "email",
    [
        "ada@school.example",
        "ada.l+maths@mail.school.example",
        "ada@schule-köln.example",
        "a@b.test",
    ],
)
def test_whole_addresses_are_taken(email: str) -> None:
    assert find_email_fault(email) is None


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "@school.example", "ada school@example.org", "ada@school", "a@b@c.example",
     "adä@school.example", "ada@school.example\nBcc: x@y.example", "a@" + "b" * 250 + ".example"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(email: str) -> None:
    assert "ada@school.example" in str(find_email_fault(email))
