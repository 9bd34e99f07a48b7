"""What stands in the cache: ours, whole and in time, or nothing."""

from __future__ import annotations

import pickle
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.caching.bodies import HEAD, LARGEST, MAGIC, Body, pack, to_ms, unpack

PAGE = Body(b"<p>Hello</p>\0t" * 100, 1_800_000_000_000)


def test_what_is_packed_comes_back() -> None:
    assert unpack(pack(PAGE)) == PAGE
    assert len(pack(PAGE)) < len(PAGE.content)


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
        pack(PAGE)[:-1],
        pack(PAGE)[:20],
        pack(PAGE) + b"x",
        pack(PAGE).replace(MAGIC, b"CZP0"),
        HEAD.pack(MAGIC, 0, zlib.crc32(b"no zlib")) + b"no zlib",
    ],
)
def test_anything_else_is_nothing(value: bytes | None) -> None:
    assert unpack(value) is None


def test_a_value_that_unfolds_without_end_is_nothing() -> None:
    packed = zlib.compress(bytes(LARGEST + 1))
    assert len(packed) < 100_000
    assert unpack(HEAD.pack(MAGIC, 0, zlib.crc32(packed)) + packed) is None


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise(value: bytes) -> None:
    assert unpack(value) is None
    assert unpack(MAGIC + value) is None


def test_a_moment_is_rounded_down() -> None:
    assert to_ms(datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)) == 1999
