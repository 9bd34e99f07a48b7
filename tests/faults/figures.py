"""What a fault test has seen, said in figures: `make faults` puts them in one table."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

Record = Callable[[str, object], None]
"""pytest's record_property."""
PROPERTY = "fault"
FULL = "COZMIC_FAULTS_FULL"
"""The variable by which `make faults` asks for full size; the suite runs the short form."""


def sized(short: int, full: int) -> int:
    """Return how large a test is to be."""
    return full if os.environ.get(FULL) else short


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table; None where a test has nothing to say of it."""

    broken: str
    """What was broken, in a few words."""
    asked_n: int | None = None
    """Requests that people sent meanwhile."""
    median_s: float | None = None
    """Within what half of them were answered."""
    slowest_s: float | None = None
    """How long the slowest of them waited."""
    failed_n: int | None = None
    """Those answered with 500 or more, and connections that broke off."""
    kept_n: int | None = None
    """Writes that were acknowledged."""
    lost_n: int | None = None
    """Those of them that were not in the database afterwards."""


def tell(
    record: Record, broken: str, *, asked_n: int | None = None, median_s: float | None = None,
    slowest_s: float | None = None, failed_n: int | None = None, kept_n: int | None = None,
    lost_n: int | None = None,
) -> None:  # fmt: skip
    """Note the figures with the test; to be called before it asserts, so that a failure has them too."""
    figures = Figures(broken, asked_n, median_s, slowest_s, failed_n, kept_n, lost_n)
    record(PROPERTY, json.dumps(asdict(figures)))
    print(f"\n{figures}")


def told(properties: Iterable[tuple[str, object]]) -> list[Figures]:
    """Return what a test has told."""
    return [Figures(**json.loads(str(value))) for name, value in properties if name == PROPERTY]
