"""Every index is one whose use has been proven: scripts/prove_indices.py knows it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import UniqueConstraint

from cozmic.config import ROOT
from cozmic.extensions import db
from scripts.indices.cases import CASES, SCREENS
from scripts.indices.measure import Query, list_indices
from scripts.indices.page import cells_of
from scripts.prove_indices import judge


def list_names() -> set[str]:
    """The names of all indices of the models, those of unique rules too; primary keys are what a row is known by."""
    names = set()
    for table in db.metadata.sorted_tables:
        names |= {str(one.name) for one in table.indexes}
        names |= {str(one.name) for one in table.constraints if isinstance(one, UniqueConstraint)}
    return names


def test_every_index_has_its_case_and_the_page_shows_it() -> None:
    """One that fails here needs a line in scripts/indices/cases.py; then `make indices` writes the page."""
    assert set(CASES) == list_names()
    page = (ROOT / "docs/reference/indices.md").read_text()
    assert [name for name in sorted(CASES) if f"`{name}`" not in page] == []


def test_every_case_names_a_screen_that_is_asked() -> None:
    named = {case.screen for case in CASES.values() if case.screen is not None}
    assert named <= set(SCREENS)


def test_the_proof_refuses_what_is_unknown_gone_or_not_in_the_plan() -> None:
    case = CASES["uq_users_username"]
    asked: dict[str, list[Query]] = {name: [] for name in SCREENS}
    faults = [
        judge("ix_new", "users", None, asked, is_constraint=False).fault,
        judge("uq_users_username", "", case, asked, is_constraint=True).fault,
        judge("uq_users_username", "users", case, asked, is_constraint=True).fault,
    ]
    assert faults == [
        "has no case in scripts/indices/cases.py",
        "is in scripts/indices/cases.py and not in the models",
        "is not used by “sign in”",
    ]


def test_the_proof_refuses_an_index_that_is_worth_too_little(postgres_app: Flask) -> None:
    """In an empty table an index saves nothing."""
    query = Query("SELECT id FROM users WHERE username = 'x'", {}, frozenset({"uq_users_username"}))
    case = CASES["uq_users_username"]
    with postgres_app.app_context():
        line = judge("uq_users_username", "users", case, {"sign in": [query]}, is_constraint=True)
        assert "uq_users_username" in list_indices()  # dropped for the measurement alone
    assert line.fault.startswith("is worth ")
    assert cells_of(line)[0] == "uq_users_username"
