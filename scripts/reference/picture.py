"""Pictures of tables as SVG: boxes in columns, their rows, and arrows from a row to the table it points to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count

MARGIN, PADDING = 20, 12
HEAD, ROW = 32, 21
GAP_X, GAP_Y = 64, 22
TITLE = 30
LETTER = 7.0
"""Width of one letter, a little generous: no text may run out of its box whatever the font."""

STYLE = """
svg { color-scheme: light dark; --page: #ffffff; --panel: #f4f6fb; --box: #ffffff; --line: #c3cbdc; --ink: #1b2440;
  --soft: #5b6683; --head: #e2e9fb; --arrow: #5068c8; --key: #8a5a00; }
@media (prefers-color-scheme: dark) { svg { --page: #10162a; --panel: #171f38; --box: #1d2747; --line: #3b4870;
  --ink: #e8ecf8; --soft: #a5b0cf; --head: #2b3a6b; --arrow: #93a8ff; --key: #f0c26a; } }
text { font: 13px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: var(--ink); }
.page { fill: var(--page); } .panel { fill: var(--panel); } .title { font-weight: 600; fill: var(--soft); }
.box { fill: var(--box); stroke: var(--line); } .head { fill: var(--head); } .name { font-weight: 600; }
.soft { fill: var(--soft); font-size: 12px; } .key { fill: var(--key); font-weight: 600; } .link { fill: var(--arrow); }
.rule { stroke: var(--line); stroke-opacity: .5; } .arrow { fill: none; stroke: var(--arrow); stroke-width: 1.5; }
.end { fill: var(--arrow); }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a box: a name on the left, words on the right, and the box that an arrow leads to."""

    left: str
    right: str = ""
    to: str | None = None
    """A box of the same picture in this column or one beside it; None: no arrow."""
    tone: str = ""
    """`key` for what names the row, `link` for a pointer to a table that is not in the picture."""


@dataclass(frozen=True, slots=True)
class Box:
    """A table."""

    name: str
    lines: tuple[Line, ...]

    @property
    def height(self) -> float:
        """In pixels."""
        return HEAD + ROW * len(self.lines) + (6 if self.lines else 0)


@dataclass(frozen=True, slots=True)
class Stack:
    """Boxes below each other, under a title where the picture has several groups."""

    boxes: tuple[Box, ...]
    title: str = ""
    loops_right: bool = False
    """Whether arrows within this stack run on its right: where the left is full of others."""

    @property
    def width(self) -> float:
        """In pixels: what its widest row needs."""
        rows = [len(line.left) + len(line.right) + 3 for box in self.boxes for line in box.lines]
        heads = [len(box.name) * 1.12 + 1 for box in self.boxes]
        return max(120, max([*rows, *heads]) * LETTER + 2 * PADDING)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands."""

    box: Box
    stack: int
    loops_right: bool
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Loop:
    """The stretch beside a stack that an arrow within it takes."""

    stack: int
    low: float
    high: float
    lane: int


@dataclass(slots=True)
class Drawing:
    """The parts of a picture, collected from back to front."""

    places: dict[str, Place]
    loops: list[Loop] = field(default_factory=list)

    def lane(self, stack: int, low: float, high: float) -> int:
        """Return how far out an arrow within a stack runs: in the first lane that is free from low to high."""
        taken = {
            loop.lane
            for loop in self.loops
            if loop.stack == stack and loop.low < high and low < loop.high
        }
        lane = next(number for number in count() if number not in taken)
        self.loops.append(Loop(stack, low, high, lane))
        return lane


def draw(label: str, stacks: Sequence[Stack]) -> str:
    """Return the SVG; raise ValueError for an arrow that would have to run across a box."""
    places = {place.box.name: place for place in _place(stacks)}
    width = max(place.x + place.width for place in places.values()) + MARGIN + GAP_X / 2
    height = max(place.y + place.box.height for place in places.values()) + MARGIN
    drawing = Drawing(places)
    parts = [
        *_panels(stacks, places, height),
        *(part for place in places.values() for part in _box(place)),
        *(part for place in places.values() for part in _arrows(drawing, place)),
    ]
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(label)}">',
            f"<title>{escape(label)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="page" width="{width:.0f}" height="{height:.0f}" rx="12"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _place(stacks: Sequence[Stack]) -> Iterator[Place]:
    x = MARGIN + GAP_X / 2
    for number, stack in enumerate(stacks):
        y: float = MARGIN + (TITLE if stack.title else 0)
        for box in stack.boxes:
            yield Place(box, number, stack.loops_right, x, y, stack.width)
            y += box.height + GAP_Y
        x += stack.width + GAP_X


def _panels(stacks: Sequence[Stack], places: dict[str, Place], height: float) -> Iterator[str]:
    for stack in stacks:
        if stack.title:
            place = places[stack.boxes[0].name]
            yield (
                f'<rect class="panel" x="{place.x - 18:.0f}" y="{MARGIN - 8}" width="{place.width + 36:.0f}" '
                f'height="{height - 2 * MARGIN + 16:.0f}" rx="10"/>'
            )
            yield f'<text class="title" x="{place.x:.0f}" y="{MARGIN + 14}">{escape(stack.title)}</text>'


def _box(place: Place) -> Iterator[str]:
    x, y, width, height = place.x, place.y, place.width, place.box.height
    yield f'<rect class="box" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="8"/>'
    yield (
        f'<path class="head" d="M{x + 1:.0f} {y + HEAD - 1:.0f} v-{HEAD - 9} a7 7 0 0 1 7 -7 '
        f'h{width - 16:.0f} a7 7 0 0 1 7 7 v{HEAD - 9} z"/>'
    )
    yield f'<text class="name" x="{x + PADDING:.0f}" y="{y + 21:.0f}">{escape(place.box.name)}</text>'
    for number, line in enumerate(place.box.lines):
        base = y + HEAD + ROW * number + 17
        yield f'<text class="{line.tone}" x="{x + PADDING:.0f}" y="{base:.0f}">{escape(line.left)}</text>'
        if line.right:
            yield (
                f'<text class="soft" x="{x + width - PADDING:.0f}" y="{base:.0f}" '
                f'text-anchor="end">{escape(line.right)}</text>'
            )


def _arrows(drawing: Drawing, place: Place) -> Iterator[str]:
    for number, line in enumerate(place.box.lines):
        if line.to is not None:
            y = place.y + HEAD + ROW * number + 12
            yield from _arrow(drawing, place, y, drawing.places[line.to])


def _arrow(drawing: Drawing, child: Place, y: float, parent: Place) -> Iterator[str]:
    end_y = parent.y + HEAD / 2
    if child.stack == parent.stack:
        lane = drawing.lane(child.stack, min(y, end_y), max(y, end_y))
        direction = -1 if child.loops_right else 1
        start_x = end_x = child.x + (child.width if child.loops_right else 0)
        out_x = start_x - direction * (18 + 9 * lane)
        curve = f"C{out_x:.0f} {y:.0f} {out_x:.0f} {end_y:.0f}"
    elif abs(child.stack - parent.stack) == 1:
        is_to_the_right = parent.stack > child.stack
        start_x = child.x + child.width if is_to_the_right else child.x
        end_x = parent.x if is_to_the_right else parent.x + parent.width
        middle = (start_x + end_x) / 2
        curve = f"C{middle:.0f} {y:.0f} {middle:.0f} {end_y:.0f}"
        direction = 1 if is_to_the_right else -1
    else:
        raise ValueError(f"{child.box.name} and {parent.box.name} are too far apart for an arrow")
    yield f'<path class="arrow" d="M{start_x:.0f} {y:.0f} {curve} {end_x - 7 * direction:.0f} {end_y:.0f}"/>'
    yield f'<circle class="end" cx="{start_x:.0f}" cy="{y:.0f}" r="3"/>'
    tip = f"M{end_x:.0f} {end_y:.0f} l{-9 * direction} -4.5 v9 z"
    yield f'<path class="end" d="{tip}"/>'
