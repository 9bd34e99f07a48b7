"""All of a pupil's assignments, in every class, grouped by what is to be done about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cozmic.reads.own_work import OwnWork, list_own_work
from cozmic.rules.enums import WorkState
from cozmic.rules.next_change import moments_of, next_change

DONE_ON_A_PAGE = 20


class Group(StrEnum):
    """What is to be done about an assignment, in the order shown."""

    IN_PROGRESS = "in_progress"
    TO_DO = "to_do"
    MISSING = "missing"
    COMING = "coming"
    HANDED_IN = "handed_in"
    DONE = "done"
    BEFORE_JOINING = "before_joining"


GROUP_OF = {
    WorkState.NOT_OPEN: Group.COMING,
    WorkState.NOT_STARTED: Group.TO_DO,
    WorkState.IN_PROGRESS: Group.IN_PROGRESS,
    WorkState.HANDED_IN: Group.HANDED_IN,
    WorkState.HELD: Group.HANDED_IN,
    WorkState.GRADED: Group.DONE,
    WorkState.MISSING: Group.MISSING,
    WorkState.EXCUSED: Group.BEFORE_JOINING,
}
LATEST_FIRST = {Group.MISSING, Group.HANDED_IN, Group.DONE, Group.BEFORE_JOINING}


@dataclass(frozen=True, slots=True)
class StudentAssignments:
    """The groups, each in its order; of what is done, one page."""

    groups: dict[Group, tuple[OwnWork, ...]]
    done_count: int
    before: int | None
    """The assignment after which this page of done work begins; None: the first page, with all other groups."""
    changes_at: datetime | None
    """When the clock alone next changes it; None: never."""
    older: int | None
    """The assignment after which the next page begins; None: there is none."""

    @property
    def is_empty(self) -> bool:
        """Whether the pupil has never been given anything."""
        return not any(self.groups.values())


def list_student_assignments(
    student_id: int, *, now: datetime, before: int | None = None
) -> StudentAssignments:
    """List a pupil's assignments, of archived classes only what was handed in. One query, whatever their number."""
    groups: dict[Group, list[OwnWork]] = {group: [] for group in Group}
    works = list_own_work(student_id, now=now)
    for work in works:
        group = GROUP_OF[work.state]
        if not work.is_archived or group in {Group.HANDED_IN, Group.DONE}:
            groups[group].append(work)
    ordered = {group: _in_order(group, works) for group, works in groups.items()}
    changes_at = next_change(now, moments_of(work.window for work in works))
    return _one_page(ordered, before, changes_at)


def _in_order(group: Group, works: Iterable[OwnWork]) -> tuple[OwnWork, ...]:
    """The next first, without a moment last; what lies behind, the latest first."""
    is_latest_first = group in LATEST_FIRST

    def key(work: OwnWork) -> tuple[bool, float, int]:
        seconds = work.moment.timestamp() if work.moment else 0.0
        sign = -1 if is_latest_first else 1
        return work.moment is None, sign * seconds, sign * work.id

    return tuple(sorted(works, key=key))


def _one_page(
    groups: dict[Group, tuple[OwnWork, ...]], before: int | None, changes_at: datetime | None
) -> StudentAssignments:
    done = groups[Group.DONE]
    places = {work.id: place for place, work in enumerate(done)}
    if before not in places:
        before = None
    start = places[before] + 1 if before is not None else 0
    page = done[start : start + DONE_ON_A_PAGE]
    has_older = len(done) > start + DONE_ON_A_PAGE
    shown = {Group.DONE: page} if before is not None else {**groups, Group.DONE: page}
    return StudentAssignments(
        groups=shown,
        done_count=len(done),
        before=before,
        changes_at=changes_at,
        older=page[-1].id if has_older else None,
    )
