"""What becomes of each line of a list of pupils: a new account, a place for somebody known, or a question back."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cozmic.rules.enums import Role
from cozmic.rules.usernames import find_username_fault

NOT_THEIRS = (
    "The user name “{username}” does not belong to a pupil of this name. "
    "Correct it, or leave it empty for a new account."
)


class Place(StrEnum):
    """How a person stands to the class that the list is for."""

    NONE = "none"
    ON_ROSTER = "on_roster"
    REMOVED = "removed"


class Step(StrEnum):
    """What a line comes to."""

    ADD = "add"
    ENROL = "enrol"
    BRING_BACK = "bring_back"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Wish:
    """A line of the list: what it asks for, and what was wrong with it before anybody looked at the school."""

    line: int
    given_name: str
    family_name: str
    username: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the school who has a user name from the list."""

    user_id: int
    role: Role
    given_name: str
    family_name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Planned:
    """A line and what becomes of it."""

    line: int
    given_name: str
    family_name: str
    username: str
    """As the list asks for it; empty: one is made."""
    step: Step
    user_id: int | None
    """The pupil of every step but ADD."""
    faults: tuple[str, ...]
    """What must be put right first."""
    doubts: tuple[str, ...]
    """What the teacher must have looked at."""


def name_key(given_name: str, family_name: str) -> str:
    """Return what two spellings of one name have in common: no difference in case, width or spaces."""
    name = unicodedata.normalize("NFKC", f"{given_name} {family_name}").casefold()
    return " ".join(name.split())


def plan_roster(
    wishes: Sequence[Wish], known: Mapping[str, Known], names_in_class: Mapping[str, Place]
) -> tuple[Planned, ...]:
    """Return what becomes of each line.

    `known` holds people by user name; `names_in_class` the name_key of everybody with a place in the class. Of people
    who are not in the class nothing is told but whether user name and name belong together.
    """
    first_lines: dict[str, int] = {}
    taken_lines: dict[str, int] = {}
    return tuple(
        _plan(wish, known.get(wish.username), names_in_class, first_lines, taken_lines)
        for wish in wishes
    )


def _plan(
    wish: Wish,
    known: Known | None,
    names_in_class: Mapping[str, Place],
    first_lines: dict[str, int],
    taken_lines: dict[str, int],
) -> Planned:
    faults, doubts = list(wish.faults), []
    key = name_key(wish.given_name, wish.family_name)
    if not faults and wish.username:
        faults += _username_faults(wish, known, taken_lines)
    step = _step(known) if known and not faults else Step.ADD
    if not faults and step is Step.ADD:
        doubts = _doubts(wish, key, names_in_class, first_lines)
    if not wish.faults:
        first_lines.setdefault(key, wish.line)
    return Planned(
        line=wish.line, given_name=wish.given_name, family_name=wish.family_name,
        username=wish.username, step=step,
        user_id=known.user_id if known and step is not Step.ADD else None,
        faults=tuple(faults), doubts=tuple(doubts),
    )  # fmt: skip


def _username_faults(wish: Wish, known: Known | None, taken_lines: dict[str, int]) -> list[str]:
    before = taken_lines.setdefault(wish.username, wish.line)
    if before != wish.line:
        return [
            f"Line {before} has the user name “{wish.username}” already. Each belongs to one pupil."
        ]
    if known is None:
        fault = find_username_fault(wish.username)
        return [f"{fault} Leave it empty, and one is made."] if fault else []
    same = name_key(known.given_name, known.family_name) == name_key(
        wish.given_name, wish.family_name
    )
    if known.role is Role.STUDENT and same:
        return []
    return [NOT_THEIRS.format(username=wish.username)]


def _step(known: Known) -> Step:
    return {
        Place.NONE: Step.ENROL,
        Place.ON_ROSTER: Step.NOTHING,
        Place.REMOVED: Step.BRING_BACK,
    }[known.place]


def _doubts(
    wish: Wish, key: str, names_in_class: Mapping[str, Place], first_lines: Mapping[str, int]
) -> list[str]:
    doubts = []
    if key in first_lines:
        doubts.append(
            f"The same name stands on line {first_lines[key]}. Two pupils, or one too many?"
        )
    place = names_in_class.get(key, Place.NONE)
    if place is Place.ON_ROSTER:
        doubts.append("Somebody of this name is in the class already. Another pupil?")
    if place is Place.REMOVED:
        doubts.append(
            "Somebody of this name was removed from the class: bring them back on the People page."
        )
    return doubts
