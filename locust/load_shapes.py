"""The shapes of a load test: how many of which people, what happens when, and how long."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

RAMP_PER_S = 20
"""People who come in a second, at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a run."""

    name: str
    seconds: float
    signal: str = ""
    """What begins with it, for those who wait for it (people_pupils.Signal)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of run."""

    name: str
    title: str
    people: Mapping[str, int]
    """How many of each kind; they come in the first part, "ramp", which lasts as long as that takes."""
    parts: tuple[Part, ...]
    per_s: float = RAMP_PER_S
    starts: int = 1
    """How often the server is started anew and everything done again."""
    main: str = "work"
    """The part that is judged; `--minutes` sets its length."""
    steps: tuple[int, int] = (0, 0)
    """For the knee: how many people at first, and how many more each time."""
    needs_exam: bool = False

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """The parts with the ramp before them."""
        return (Part("ramp", math.ceil(self.total / self.per_s) + 5), *self.parts)

    @property
    def total(self) -> int:
        """How many people in all."""
        return sum(self.people.values())

    @property
    def seconds(self) -> float:
        """How long one start of it lasts."""
        return sum(part.seconds for part in self.all_parts)

    def scaled(self, scale: float) -> Shape:
        """So many times the people; of each kind at least one is left, and there is one admin."""
        people = {
            kind: number if kind == "admin" else max(1, round(number * scale))
            for kind, number in self.people.items()
        }
        steps = (max(10, round(self.steps[0] * scale)), max(10, round(self.steps[1] * scale)))
        return replace(self, people=people, steps=steps if self.steps[0] else (0, 0))

    def lasting(self, minutes: float) -> Shape:
        """With so long a main part."""
        parts = tuple(
            replace(part, seconds=60 * minutes) if part.name == self.main else part for part in self.parts
        )  # fmt: skip
        return replace(self, parts=parts)

    def coming(self, per_s: float) -> Shape:
        """With so many people coming in a second, but no more than the most."""
        return replace(self, per_s=min(per_s, RAMP_PER_S))

    def starting(self, starts: int) -> Shape:
        """With so many fresh starts."""
        return replace(self, starts=starts)

    def as_json(self) -> str:
        """For the generator's process."""
        plan = asdict(self) | {"parts": [asdict(part) for part in self.all_parts]}
        return json.dumps(plan)


def mixed(number: int) -> dict[str, int]:
    """So many people as a school has them: one teacher to 25 pupils, one admin."""
    teachers = max(1, round(number / 26))
    return {"pupil": number - teachers - 1, "teacher": teachers, "admin": 1}


WORK = (Part("work", 60),)
SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in (
        Shape("smoke", "10 people for a minute", mixed(10), WORK, per_s=5),
        Shape("class", "100 people for 5 minutes", mixed(100), (Part("work", 300),), per_s=10),
        Shape(
            "bell", "300 sign in within 10 s while 500 others work, on a server that has just started",
            {**mixed(500), "bell": 300}, (Part("quiet", 15), Part("bell", 20, "bell"), Part("after", 10)),
            starts=6, main="bell",
        ),
        Shape(
            "exam", "600 in one quiz, all handing in within a minute",
            {"exam": 600, "exam teacher": 3, "teacher": 20, "admin": 1},
            (Part("answering", 40), Part("hand in", 75, "hand in")), main="hand in", needs_exam=True,
        ),
        Shape("2000", "2000 people for 10 minutes", mixed(2000), (Part("work", 600),)),
        Shape(
            "knee", "more and more people, until the 95th percentile passes 2 s", mixed(9000), WORK,
            steps=(1000, 500),
        ),
        Shape(
            "spike", "twice the knee for 30 s", {**mixed(1500), "spike": 4500},
            (Part("quiet", 30), Part("spike", 30, "spike"), Part("calm", 60, "calm")), main="spike",
        ),
        Shape("soak", "500 people for 30 minutes", mixed(500), (Part("work", 1800),)),
    )
}  # fmt: skip


def spike_of(knee: int) -> Shape:
    """A spike of twice the knee; half the knee is there before and after."""
    base = max(10, knee // 2)
    return replace(SHAPES["spike"], people={**mixed(base), "spike": 2 * knee - base})


def read_plan(text: str) -> dict[str, Any]:
    """Return what as_json wrote."""
    plan: dict[str, Any] = json.loads(text)
    return plan
