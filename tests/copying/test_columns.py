"""How values travel."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, DateTime, LargeBinary, MetaData, Numeric, String, Table
from sqlalchemy.schema import Column

from cozmic.copying.columns import NULL, TREE, escape, find_kind, tidy_json, unescape
from cozmic.copying.errors import CopyError
from cozmic.copying.tables import list_tables
from cozmic.extensions import db

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text())
def test_a_field_holds_any_text_on_one_line(text: str) -> None:
    field = escape(text)
    assert not {"\t", "\n", "\r"} & set(field)
    assert field != NULL
    assert unescape(field) == text


@given(TREES)
def test_json_in_one_form_is_the_same_value(tree: object) -> None:
    text = tidy_json(json.dumps(tree))
    assert text.isascii()
    assert json.loads(text) == tree
    assert tidy_json(text) == text


def test_what_jsonb_does_to_numbers_makes_no_difference() -> None:
    assert tidy_json("[1e16, -0.0, 1.50]") == tidy_json("[10000000000000000, 0.0, 1.5]")
    assert math.copysign(1, json.loads(tidy_json("-0.0"))) == 1


def test_json_null_is_not_the_databases() -> None:
    assert TREE.encode("null") == "null" != NULL


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (DateTime(timezone=True), "2026-01-05 08:00:00"),
        (DateTime(timezone=True), "2026-01-05 08:00:00.000000"),
        (DateTime(timezone=True), "2026-01-05T09:00:00+01:00"),
    ],
)
def test_a_moment_has_one_form(kind: DateTime, value: str) -> None:
    found = find_kind(kind)
    assert found is not None
    assert found.encode(value) == "2026-01-05 08:00:00.000000"


def test_bytes_go_there_and_back() -> None:
    found = find_kind(LargeBinary())
    assert found is not None
    assert found.decode(found.encode(b"\x00\\\n\xff")) == b"\x00\\\n\xff"


def test_every_table_of_the_models_can_be_copied() -> None:
    assert {table.name for table in list_tables(db.metadata)} == set(db.metadata.tables)


def test_a_column_that_nobody_thought_of_is_named() -> None:
    metadata = MetaData()
    Table("prices", metadata, Column("id", String, primary_key=True), Column("price", Numeric))
    with pytest.raises(CopyError, match=r"prices\.price"):
        list_tables(metadata)


def test_a_table_without_a_key_is_named() -> None:
    metadata = MetaData()
    Table("notes", metadata, Column("body", JSON))
    with pytest.raises(CopyError, match="notes has no primary key"):
        list_tables(metadata)
