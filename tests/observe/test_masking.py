"""Statements and plans as they may be logged."""

from __future__ import annotations

import pytest

from cozmic.observe.masking import mask_plan, mask_values


@pytest.mark.parametrize(
    ("sql", "masked"),
    [
        ("SELECT a FROM b WHERE c = %(c_1)s AND d_2 = $3", "SELECT a FROM b WHERE c = %(c_1)s AND d_2 = $3"),
        ("SELECT 'Ben''s', 12.5e3, b1", "SELECT ?, …, b1"),
        (rb"UPDATE a SET b = E'Ben\'s \\' WHERE id=7", "UPDATE a SET b = ? WHERE id=?"),
        ("SELECT $$Ben$$ || $x$ it's $y$ Ben $x$ || X'00'", "SELECT ? || ? || ?"),
        ("SELECT 1, -- don't\n 'Ben' /* it's */ FROM \"it's 1\"", "SELECT ?, … FROM \"it's 1\""),
        ("SELECT 'Ben never ends", "SELECT ?"),
        (b"VALUES ('Ben', 1), ('Cleo', 2)", "VALUES (?, …), …"),
        ("SELECT a WHERE b IN (%(b_1)s, %(b_2)s, %(b_3)s)", "SELECT a WHERE b IN (%(b_1)s, …)"),
        ("SELECT a WHERE b IN (?, ?)\n   LIMIT ?", "SELECT a WHERE b IN (?, …) LIMIT ?"),
    ],
)  # fmt: skip
def test_no_value_is_left_of_a_statement(sql: str | bytes, masked: str) -> None:
    assert mask_values(sql) == masked


def test_what_is_cut_off_amid_a_value_shows_none_of_it() -> None:
    masked = mask_values("SELECT " + "a, " * 6664 + "'Ben Lovelace, who'")
    assert "Ben" not in masked


def test_a_plan_keeps_its_costs_and_loses_what_was_asked_for() -> None:
    plan = [
        "Index Scan using ix_user_1 on users u_1  (cost=0.42..8.44 rows=1 width=4)",
        "  Index Cond: (id = 17)",
        "  Filter: (((name)::text ~~* '%Ben''s (cost=1..2 rows=1 width=4)%'::text) AND (SubPlan 1))",
        "  Filter: (name = 'What Ben",
        "wrote in 2 lines'::text)",
    ]
    assert mask_plan(plan) == [
        plan[0],
        "  Index Cond: (id = ?)",
        "  Filter: (((name)::text ~~* ?::text) AND (SubPlan 1))",
        "  Filter: (name = ?::text)",
    ]
