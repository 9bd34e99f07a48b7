"""Roles in words."""

from __future__ import annotations

from cozmic.rules.enums import Role

ROLE_WORDS = {
    Role.STUDENT: "Pupil",
    Role.TEACHER: "Teacher",
    Role.ADMIN: "Admin",
    Role.GUARDIAN: "Guardian",
}


def role_word(role: Role | str) -> str:
    """Return what somebody is called at school: 'Pupil'."""
    return ROLE_WORDS[Role(role)]


def a_role(role: Role | str) -> str:
    """Return the same in a sentence: 'a pupil', 'an admin'."""
    word = role_word(role).lower()
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
