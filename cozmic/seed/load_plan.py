"""What a load is to be: how many people, which classes, who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random

SMALLEST_CLASS, LARGEST_CLASS = 20, 32
FEWEST_TAUGHT, MOST_TAUGHT = 2, 6
SECOND_CLASS, THIRD_CLASS = 0.45, 0.25
"""How many pupils have a second class, and how many of those a third."""
BUSY = (0.3, 0.6, 1.0, 1.0, 1.4, 2.5)
"""How much work classes give, beside each other."""
MOST_STUDENTS = 1_000_000
MOST_PRACTICE = 20


class BadShape(ValueError):
    """A load that cannot be made; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class LoadShape:
    """How much to load. With a class size all classes have so many pupils, each pupil one class, each teacher one."""

    students: int
    responses: int
    """About so many; a class's worth more or less."""
    seed: int = 1
    class_size: int | None = None
    assignments: int | None = None
    """How many published ones each class has; None: as many as the responses need."""
    practice: int = 0
    """How many quizzes each class has beside, open for weeks, that everybody may take ten times."""

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        if not 1 <= self.students <= MOST_STUDENTS:
            raise BadShape(f"Give from 1 to {MOST_STUDENTS:,} students.")
        if self.responses < 0:
            raise BadShape("Give 0 or more responses.")
        if self.class_size is not None and (
            self.class_size < 1 or self.students % self.class_size != 0
        ):
            raise BadShape("The number of students has to be a multiple of the class size.")
        if self.assignments is not None and not 1 <= self.assignments <= 200:
            raise BadShape("Give each class from 1 to 200 assignments.")
        if not 0 <= self.practice <= MOST_PRACTICE:
            raise BadShape(f"Give each class from 0 to {MOST_PRACTICE} practice quizzes.")


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """One class to be."""

    number: int
    teacher: int
    """Place in the list of teachers."""
    pupils: Sequence[int]
    """Places in the list of pupils."""
    quota: int
    """How many responses there are to be once this class is made."""
    is_even: bool
    """All pupils were there from the start and none has left, so that measurements know their number."""


def plan_classes(shape: LoadShape, dice: Random) -> list[PlannedClass]:
    """Return the classes; their teachers are numbered from 0 without gaps."""
    if shape.class_size is None:
        rosters = _make_rosters(shape.students, dice)
        taught = split(len(rosters), FEWEST_TAUGHT, MOST_TAUGHT, dice)
        weights = [len(roster) * dice.choice(BUSY) for roster in rosters]
    else:
        starts = range(0, shape.students, shape.class_size)
        rosters = [range(start, start + shape.class_size) for start in starts]
        taught = [1] * len(rosters)
        weights = [float(len(roster)) for roster in rosters]
    teachers = [teacher for teacher, number in enumerate(taught) for _ in range(number)]
    whole, sums = sum(weights), list(accumulate(weights))
    quotas = [round(shape.responses * part / whole) for part in sums]
    return [
        PlannedClass(number, teacher, roster, quota, is_even=shape.class_size is not None)
        for number, (teacher, roster, quota) in enumerate(zip(teachers, rosters, quotas, strict=True))
    ]  # fmt: skip


def _make_rosters(students: int, dice: Random) -> list[Sequence[int]]:
    """Everybody has a class; those with a second or third one meet others from the forms beside theirs."""
    rosters: list[Sequence[int]] = []
    pupils: Sequence[int] = range(students)
    for share in (1.0, SECOND_CLASS, THIRD_CLASS):
        pupils = [pupil for pupil in pupils if share == 1.0 or dice.random() < share]
        if rosters and len(pupils) < SMALLEST_CLASS:
            break
        ends = [0, *accumulate(split(len(pupils), SMALLEST_CLASS, LARGEST_CLASS, dice))]
        rosters.extend(pupils[start:end] for start, end in pairwise(ends))
    return rosters


def split(total: int, low: int, high: int, dice: Random) -> list[int]:
    """Return sizes from low to high, all sorts of them, that add up to the total; a small total stays whole."""
    if total <= high:
        return [total]
    parts = max(round(2 * total / (low + high)), -(-total // high))
    sizes = [total // parts + (place < total % parts) for place in range(parts)]
    for _ in range(parts):
        giver, taker = dice.randrange(parts), dice.randrange(parts)
        most = min(sizes[giver] - low, high - sizes[taker])
        if giver != taker and most > 0:
            moved = dice.randint(0, most)
            sizes[giver] -= moved
            sizes[taker] += moved
    return sizes
