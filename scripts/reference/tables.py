"""What the models say about their tables: columns, rules, and what NULL means."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Enum,
    Float,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

import cozmic.models  # noqa: F401  registers the tables
from cozmic.extensions import Base
from cozmic.models.types import Points, UtcDateTime

WORDS: tuple[tuple[type[Any], str], ...] = (
    (UtcDateTime, "time"),
    (Points, "points"),
    (Boolean, "yes or no"),
    (JSON, "JSON"),
    (Text, "text"),
    (Integer, "number"),
    (Float, "number"),
)


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column, in words."""

    name: str
    kind: str
    parent: str | None
    """The table that it points to; None: to none."""
    is_key: bool
    may_be_null: bool
    note: str
    """The string under it in the model; empty where its name says it all."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table, in words."""

    name: str
    model: str
    purpose: str
    columns: tuple[ColumnFacts, ...]
    rules: tuple[str, ...]
    """What the database itself refuses, beyond types, NULL and foreign keys."""
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    """Columns that hold one word of a few, and the words."""


def list_tables() -> dict[str, TableFacts]:
    """Return every table of the models by name."""
    facts = (_table(mapper.class_, mapper.local_table) for mapper in Base.registry.mappers)
    return {one.name: one for one in sorted(facts, key=lambda one: one.name)}


def _table(model: type[Any], table: Any) -> TableFacts:
    notes = _notes_of(model)
    return TableFacts(
        name=table.name,
        model=model.__name__,
        purpose=_one_line(model.__doc__ or ""),
        columns=tuple(_column(column, notes.get(column.name, "")) for column in table.columns),
        rules=tuple(sorted(_rules(table))),
        choices=tuple(
            (column.name, tuple(column.type.enums))
            for column in table.columns
            if isinstance(column.type, Enum)
        ),
    )


def _column(column: Column[Any], note: str) -> ColumnFacts:
    keys = sorted(key.column.table.name for key in column.foreign_keys)
    return ColumnFacts(
        name=column.name,
        kind=_kind(column),
        parent=keys[0] if keys else None,
        is_key=column.primary_key,
        may_be_null=bool(column.nullable),
        note=note,
    )


def _kind(column: Column[Any]) -> str:
    if column.primary_key and not column.foreign_keys and isinstance(column.type, Integer):
        return "id"
    if isinstance(column.type, Enum):
        return "word"
    for kind, words in WORDS:
        if isinstance(column.type, kind):
            return words
    if isinstance(column.type, String):
        return f"text, {column.type.length}"
    raise TypeError(f"{column}: say in WORDS how {column.type!r} is called")


def _rules(table: Table) -> Iterator[str]:
    for constraint in table.constraints:
        # Those of enumerations are made by their types; their words are listed apart.
        if isinstance(constraint, CheckConstraint) and not constraint._type_bound:  # noqa: SLF001
            yield f"`{constraint.sqltext}`"
        elif isinstance(constraint, UniqueConstraint):
            yield f"one row for each {_listed(constraint.columns.keys())}"
    for index in table.indexes:
        if index.unique:
            condition = index.dialect_options["sqlite"].get("where")
            limit = "" if condition is None else f" while `{condition}`"
            yield f"one row for each {_listed(index.columns.keys())}{limit}"


def _listed(names: list[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _notes_of(model: type[Any]) -> dict[str, str]:
    """Return the strings that stand under attributes in a model's source, by attribute."""
    (body,) = (
        node.body
        for node in _parse(sys.modules[model.__module__]).body
        if isinstance(node, ast.ClassDef) and node.name == model.__name__
    )
    notes = {}
    for attribute, below in pairwise(body):
        if (
            isinstance(attribute, ast.AnnAssign)
            and isinstance(attribute.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            notes[attribute.target.id] = _one_line(str(below.value.value))
    return notes


@cache
def _parse(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _one_line(text: str) -> str:
    return " ".join(text.split())
