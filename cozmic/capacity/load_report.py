"""The report of a load test, read for what it says and without trust that it says all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cozmic.rules.capacity import Cost

NAMES = {
    "users": ("users", "people"),
    "rps": ("rps", "requests_per_second"),
    "p50_ms": ("p50_ms", "p50", "median_ms"),
    "p95_ms": ("p95_ms", "p95"),
    "think_s": ("think_s", "think"),
    "cores": ("cores", "processors"),
    "workers": ("workers",),
    "threads": ("threads",),
}
COSTS = {
    "app_ms": ("app", "application"),
    "database_ms": ("postgresql", "postgres", "database"),
    "redis_ms": ("redis",),
    "generator_ms": ("generator", "locust", "load"),
}


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was measured; None: the report does not say."""

    figures: Mapping[str, float]
    """By the names of NAMES, those that are there."""
    cost: Cost | None

    def find(self, name: str) -> float | None:
        """Return a figure, or None."""
        return self.figures.get(name)


def read_report(path: Path) -> LoadReport:
    """Read a report; raise click.ClickException for a file that is none."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be read as a report: {error}") from error
    if not isinstance(raw, dict):
        raise click.ClickException(f"{path} is no report of a load test.")
    flat = _flatten(raw)
    figures = {name: _first(flat, names) for name, names in NAMES.items()}
    costs = raw.get("cpu_ms_per_request")
    return LoadReport(
        {name: value for name, value in figures.items() if value is not None}, _read_cost(costs)
    )


def _flatten(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of the report itself, before those of what it holds."""
    flat: dict[str, Any] = {}
    for value in raw.values():
        if isinstance(value, dict):
            flat |= value
    return {**flat, **raw}


def _first(flat: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    for name in names:
        value = flat.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None


def _read_cost(raw: object) -> Cost | None:
    if not isinstance(raw, dict):
        return None
    parts = {name: _first(raw, names) or 0.0 for name, names in COSTS.items()}
    return Cost(**parts) if parts["app_ms"] else None
