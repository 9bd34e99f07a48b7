"""What stands in the cache: ours, whole and in time, or nothing."""

from __future__ import annotations

import os
import pickle
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.caching import bodies
from cozmic.caching.bodies import (
    LARGEST,
    LARGEST_VALUE,
    MAGIC,
    MOMENT,
    Body,
    pack,
    seal_key,
    to_ms,
    unpack,
)

KEY, NAME = seal_key("a secret"), "page:student.dashboard:7"
PAGE = Body(b"<p>Hello</p>\0t" * 100, 1_800_000_000_000)


def packed(body: Body = PAGE, name: str = NAME, key: bytes = KEY) -> bytes:
    value = pack(body, name, key)
    assert value is not None
    return value


def sealed(content: bytes, moment: bytes = MOMENT.pack(0)) -> bytes:
    """A value as we would have sealed it, whatever it holds."""
    return MAGIC + moment + bodies._seal(NAME, moment, content, KEY) + content


def test_what_is_packed_comes_back() -> None:
    assert unpack(packed(), NAME, KEY) == PAGE
    assert len(packed()) < len(PAGE.content)


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a value from the cache ran",)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"!" + pickle.dumps(_Bomb()),
        pickle.dumps(_Bomb()),
        packed()[:-1],
        packed()[:20],
        packed() + b"x",
        packed().replace(MAGIC, b"CZP1"),
        sealed(b"no zlib"),
        sealed(pickle.dumps(_Bomb())),
        packed(name="page:student.dashboard:8"),
        packed(key=seal_key("another secret")),
        packed().replace(MOMENT.pack(PAGE.until_ms), MOMENT.pack(PAGE.until_ms + 1)),
    ],
)
def test_anything_else_is_nothing(value: bytes | None) -> None:
    assert unpack(value, NAME, KEY) is None


def test_a_value_that_unfolds_without_end_is_nothing() -> None:
    folded = zlib.compress(bytes(LARGEST + 1))
    assert len(folded) < 100_000
    assert unpack(sealed(folded), NAME, KEY) is None


def test_a_page_that_is_too_large_is_not_stored() -> None:
    assert pack(Body(bytes(LARGEST + 1), 0), NAME, KEY) is None
    assert pack(Body(os.urandom(LARGEST_VALUE), 0), NAME, KEY) is None


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise(value: bytes) -> None:
    assert unpack(value, NAME, KEY) is None
    assert unpack(MAGIC + value, NAME, KEY) is None


def test_a_moment_is_rounded_down() -> None:
    assert to_ms(datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)) == 1999
