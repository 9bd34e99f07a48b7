"""Lines over time, drawn on the server: what a template needs for one chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cozmic.rules.thresholds import Threshold

Values = Sequence[float | None]
PART_OF_WARNING = 1.25
"""A chart shows the warning's line with some air above it, however low the figures are: low is good news."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure over time."""

    name: str
    tone: str
    paths: tuple[str, ...]
    """Points of each stretch without a gap, in percent of the chart's width and height."""
    dots: tuple[tuple[float, float], ...]
    """Stretches of one point alone."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A level line: a gridline of the scale, or a border of the threshold."""

    y: float
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture with its words."""

    slug: str
    title: str
    lines: tuple[Line, ...]
    scale: tuple[Mark, ...]
    borders: tuple[Mark, ...]
    summary: str
    """What the picture shows, in a sentence."""


def draw_chart(
    slug: str, title: str, lines: Sequence[tuple[str, str, Values]], *, unit: str,
    threshold: Threshold | None = None, top: float = 0.0,
) -> Chart | None:  # fmt: skip
    """Return the chart of lines (name, tone, values evenly apart); None where no value is known."""
    known = [value for _, _, values in lines for value in values if value is not None]
    if not known:
        return None
    air = threshold.warning * PART_OF_WARNING if threshold else 0.0
    top = round_up(max(top, air, *known))
    borders = [] if threshold is None else [
        Mark(_y(border, top), f"{word} over {show(border, unit)}", tone)
        for word, border, tone in (("look", threshold.warning, "warn"), ("act", threshold.critical, "bad"))
        if border <= top
    ]  # fmt: skip
    return Chart(
        slug=slug,
        title=title,
        lines=tuple(_line(name, tone, values, top) for name, tone, values in lines),
        scale=tuple(Mark(_y(part * top, top), show(part * top, unit)) for part in (0, 0.5, 1)),
        borders=tuple(borders),
        summary=" ".join(_summarise(name, values, unit) for name, _, values in lines),
    )


def round_up(value: float) -> float:
    """Return the next value of 1, 2, 2.5 or 5 times a power of ten, so that half of it is readable too."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value * 0.999999)


def show(value: float, unit: str) -> str:
    """Return a figure with its unit: '85 %', '1.2 s', '40 ms'."""
    if unit == "s" and 0 < value < 1:
        return f"{value * 1000:.0f} ms"
    digits = 0 if value >= 10 or value == round(value) else 1
    return f"{value:.{digits}f} {unit}".strip()


def _y(value: float, top: float) -> float:
    return round(100 - 100 * min(max(value / top, 0.0), 1.0), 2)


def _line(name: str, tone: str, values: Values, top: float) -> Line:
    width = max(len(values) - 1, 1)
    stretches: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append((round(100 * place / width, 2), _y(value, top)))
    return Line(
        name=name,
        tone=tone,
        paths=tuple(
            " ".join(f"{x:g},{y:g}" for x, y in points) for points in stretches if len(points) > 1
        ),
        dots=tuple(points[0] for points in stretches if len(points) == 1),
    )


def _summarise(name: str, values: Values, unit: str) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return f"{name}: not measured."
    return f"{name}: lowest {show(min(known), unit)}, highest {show(max(known), unit)}, last {show(known[-1], unit)}."
