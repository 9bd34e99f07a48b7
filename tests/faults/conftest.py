"""Faults take servers of their own and minutes of processor: make check runs them after all others."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as long; pytest hands each folder's hook the items of all."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.long)
