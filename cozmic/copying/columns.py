"""Values as fields of the text that PostgreSQL's COPY writes: the one form in which rows travel and are compared.

A kind of column says how SQLite's value becomes a field and a field SQLite's value, and what PostgreSQL has to be
asked so that it writes the same field. Equal fields are equal Python values on both sides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine

NULL = "\\N"
LONGEST_KEPT = 64
_SPECIAL = re.compile(r"[\\\b\t\n\v\f\r]")
_ESCAPED = re.compile(r"\\(.)")
_LETTERS = {"\\": "\\", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_ESCAPES = {ord(sign): f"\\{letter}" for letter, sign in _LETTERS.items()}


def escape(text: str) -> str:
    """Return text as a field of COPY."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def unescape(field: str) -> str:
    """Return the text of a field."""
    return _ESCAPED.sub(lambda match: _LETTERS[match[1]], field) if "\\" in field else field


def tidy_json(text: str) -> str:
    """Return JSON in one form: keys sorted, ASCII only, and numbers as PostgreSQL's jsonb gives them back."""
    return _tidy_short_json(text) if len(text) <= LONGEST_KEPT else _tidy_json(text)


def _tidy_json(text: str) -> str:
    return json.dumps(json.loads(text, parse_float=_number), sort_keys=True)


_tidy_short_json = lru_cache(maxsize=50_000)(_tidy_json)  # most answers are one of a few


def _number(digits: str) -> float | int:
    """jsonb writes 1e16 as a whole number, and knows no negative zero."""
    value = float(digits)
    if "e" in repr(value) and value.is_integer():
        return int(value)
    return value or 0.0


def _moment(value: str) -> str:
    """SQLite's text for a moment, always with microseconds and in UTC."""
    if len(value) == 26:
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column's values become fields, and fields values."""

    encode: Callable[[Any], str]
    "SQLite's value, never None, to a field."
    decode: Callable[[str], Any]
    "A field, never NULL, to a value that either driver takes."
    postgres: str = "{}"
    "What PostgreSQL is asked for so that COPY writes the field; {} is the column."
    tidy: Callable[[str], str] | None = None
    "What PostgreSQL's field still needs; None: nothing."
    order: str = "{}"
    "How PostgreSQL has to compare the column so that it sorts as SQLite does."


WHOLE = Kind(encode=str, decode=int)
SWITCH = Kind(
    encode=lambda value: "1" if value else "0",
    decode=lambda field: field == "1",
    postgres="{}::int",
)
TEXT = Kind(encode=escape, decode=unescape, order='{} COLLATE "C"')
MOMENT = Kind(
    encode=_moment,
    decode=str,
    postgres="to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
)
DAY = Kind(encode=str, decode=str, postgres="to_char({}, 'YYYY-MM-DD')")
TREE = Kind(
    encode=lambda value: escape(tidy_json(value)),
    decode=unescape,
    tidy=lambda field: escape(tidy_json(unescape(field))),
)
REAL = Kind(
    encode=lambda value: repr(float(value)), decode=float, tidy=lambda field: repr(float(field))
)
RAW = Kind(
    encode=lambda value: f"\\\\x{value.hex()}", decode=lambda field: bytes.fromhex(field[3:])
)
_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, SWITCH),
    (Integer, WHOLE),
    (Float, REAL),
    (DateTime, MOMENT),
    (Date, DAY),
    (JSON, TREE),
    (LargeBinary, RAW),
    (String, TEXT),
)


def find_kind(kind: TypeEngine[Any]) -> Kind | None:
    """Return how columns of a type travel; None: nobody has said yet."""
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return next((found for type_, found in _KINDS if isinstance(kind, type_)), None)


def encode_all(kind: Kind, values: tuple[Any, ...]) -> list[str]:
    """Return the fields of one column of many rows."""
    encode = kind.encode
    return [NULL if value is None else encode(value) for value in values]


def decode_all(kind: Kind, fields: tuple[str, ...]) -> list[Any]:
    """Return the values of one column of many rows."""
    decode = kind.decode
    return [None if field == NULL else decode(field) for field in fields]
