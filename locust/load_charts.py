"""Charts as SVG, written by hand: lines over time. Presentation attributes only, so that any page may show them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 220, 56, 12, 34, 28
INKS = ("#5b4bd6", "#c2410c", "#0f766e", "#a21caf", "#475569")
GREY = "#7a7a8c"
"""Reads on white and on near-black alike."""
Line = Sequence[tuple[float, float]]


def chart(
    title: str, lines: Mapping[str, Line], *, unit: str = "", marks: Sequence[tuple[float, str]] = (), y: int = 0
) -> str:  # fmt: skip
    """Draw lines over seconds, as a group that begins `y` below the top."""
    points = [point for line in lines.values() for point in line if math.isfinite(point[1])]
    last = max((x for x, _ in points), default=1.0) or 1.0
    most = nice(max((value for _, value in points), default=1.0))
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x: float, value: float) -> tuple[float, float]:
        return LEFT + width * x / last, TOP + height * (1 - min(value, most) / most)

    parts = [
        f'<g transform="translate(0 {y})" font-family="sans-serif" font-size="11" fill="{GREY}">'
    ]
    parts.append(
        f'<text x="{LEFT}" y="14" font-size="13" font-weight="bold">{escape(title)}</text>'
    )
    for share in (0.0, 0.5, 1.0):
        _, at = place(0, most * share)
        parts.append(
            f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="{GREY}" stroke-opacity=".3"/>'
        )
        parts.append(
            f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{most * share:,.4g}{escape(unit)}</text>'
        )
    for at_s, name in marks:
        x, _ = place(min(max(at_s, 0), last), 0)
        parts.append(
            f'<path d="M{x:.1f} {TOP}V{TOP + height}" stroke="{GREY}" stroke-dasharray="3 3"/>'
        )
        parts.append(f'<text x="{x + 3:.1f}" y="{TOP + 10}">{escape(name)}</text>')
    for number in range(5):
        x, _ = place(last * number / 4, 0)
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{last * number / 4:,.0f} s</text>'
        )
    for number, (name, line) in enumerate(lines.items()):
        ink = INKS[number % len(INKS)]
        path = "L".join(
            f"{x:.1f} {at:.1f}" for x, at in (place(*point) for point in line if math.isfinite(point[1]))
        )  # fmt: skip
        if path:
            parts.append(
                f'<path d="M{path}" fill="none" stroke="{ink}" stroke-width="1.6" stroke-linejoin="round"/>'
            )
        x = WIDTH - RIGHT - 118 * (len(lines) - number)
        parts.append(
            f'<path d="M{x} 10h14" stroke="{ink}" stroke-width="3"/><text x="{x + 18}" y="14">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</g>"])


def sheet(charts: Sequence[str], alt: str) -> str:
    """Put charts that were drawn at y = 0, 220, 440 ... on one picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT * len(charts)}" role="img" '
        f'aria-label="{escape(alt)}">\n' + "\n".join(charts) + "\n</svg>\n"
    )


def nice(value: float) -> float:
    """Return the next round number above."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    step: float = 10.0 ** math.floor(math.log10(value))
    return next(step * times for times in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * times >= value)
