"""What becomes of each line of a list of pupils."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cozmic.rules.enums import Role
from cozmic.rules.roster import Known, Place, Planned, Step, Wish, name_key, plan_roster

EMMA = ("Emma", "Thompson")


def known(place: Place = Place.NONE, role: Role = Role.STUDENT) -> dict[str, Known]:
    return {"emma.t": Known(7, role, "Emma", "Thompson", place)}


def plan_one(
    wish: Wish,
    people: Mapping[str, Known] | None = None,
    names: Mapping[str, Place] | None = None,
) -> Planned:
    return plan_roster([wish], people or {}, names or {})[0]


def test_a_name_alone_is_a_new_pupil() -> None:
    planned = plan_one(Wish(1, *EMMA))
    assert (planned.step, planned.user_id, planned.faults, planned.doubts) == (
        Step.ADD,
        None,
        (),
        (),
    )


@pytest.mark.parametrize(
    ("place", "step"),
    [(Place.NONE, Step.ENROL), (Place.ON_ROSTER, Step.NOTHING), (Place.REMOVED, Step.BRING_BACK)],
)
def test_a_known_pupil_gets_a_place_and_no_second_account(place: Place, step: Step) -> None:
    planned = plan_one(Wish(1, "EMMA", " thompson", "emma.t"), known(place))
    assert (planned.step, planned.user_id) == (step, 7)
    assert planned.faults == ()


@pytest.mark.parametrize(
    ("wish", "people"),
    [
        (Wish(1, "Ben", "Low", "emma.t"), known()),
        (Wish(1, *EMMA, "emma.t"), known(role=Role.TEACHER)),
    ],
    ids=["another name", "a teacher"],
)
def test_a_user_name_of_somebody_else_is_a_fault_that_tells_nothing_of_them(
    wish: Wish, people: dict[str, Known]
) -> None:
    planned = plan_one(wish, people)
    assert "does not belong to a pupil of this name" in planned.faults[0]
    assert planned.user_id is None
    if wish.given_name != "Emma":
        assert "Emma" not in planned.faults[0]


def test_a_free_user_name_is_taken_as_the_school_wants_it() -> None:
    planned = plan_one(Wish(1, *EMMA, "emma"))
    assert (planned.step, planned.username, planned.faults) == (Step.ADD, "emma", ())


def test_a_user_name_that_cannot_be_says_what_can() -> None:
    assert "Leave it empty" in plan_one(Wish(1, *EMMA, "émma t")).faults[0]


def test_a_user_name_twice_on_the_list_names_the_first_line() -> None:
    lines = plan_roster([Wish(2, *EMMA, "emma.t"), Wish(5, "Ben", "Low", "emma.t")], {}, {})
    assert lines[0].faults == ()
    assert "Line 2 has the user name" in lines[1].faults[0]


def test_a_name_twice_on_the_list_is_a_doubt() -> None:
    lines = plan_roster([Wish(2, *EMMA), Wish(5, "emma", "THOMPSON")], {}, {})
    assert lines[0].doubts == ()
    assert "line 2" in lines[1].doubts[0]
    assert lines[1].faults == ()


@pytest.mark.parametrize(
    ("place", "word"), [(Place.ON_ROSTER, "in the class already"), (Place.REMOVED, "was removed")]
)
def test_a_name_that_the_class_has_is_a_doubt(place: Place, word: str) -> None:
    assert word in plan_one(Wish(1, *EMMA), names={name_key(*EMMA): place}).doubts[0]


def test_a_known_pupil_is_no_doubt_though_the_class_has_the_name() -> None:
    names = {name_key(*EMMA): Place.ON_ROSTER}
    assert plan_one(Wish(1, *EMMA, "emma.t"), known(Place.ON_ROSTER), names).doubts == ()


def test_a_faulty_line_keeps_its_fault_and_is_nobodys_double() -> None:
    lines = plan_roster([Wish(1, "12", "", faults=("no letters",)), Wish(2, "12", "")], {}, {})
    assert lines[0].faults == ("no letters",)
    assert lines[1].doubts == ()
