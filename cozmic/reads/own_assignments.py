"""The assignments of one class for one of its pupils."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cozmic.reads.own_work import OwnWork, list_own_work
from cozmic.rules.enums import WorkState
from cozmic.rules.next_change import moments_of, next_change
from cozmic.rules.schedule import by_moment

CAN_BE_DONE = {WorkState.NOT_STARTED, WorkState.IN_PROGRESS, WorkState.MISSING}


@dataclass(frozen=True, slots=True)
class OwnAssignments:
    """A pupil's assignments in a class: what can be done, what is still to open, what is behind."""

    to_do: tuple[OwnWork, ...]
    """Missing work that can still be handed in stands here too. The next due first."""
    coming: tuple[OwnWork, ...]
    done: tuple[OwnWork, ...]
    """Handed in, graded, closed, or due before the pupil joined. The latest due first."""
    changes_at: datetime | None
    """When the clock alone next changes it; None: never."""

    @property
    def is_empty(self) -> bool:
        """Whether there are none at all."""
        return not (self.to_do or self.coming or self.done)


def list_own_assignments(classroom_id: int, student_id: int, *, now: datetime) -> OwnAssignments:
    """Return what a pupil of the class sees. One query."""
    found = list_own_work(student_id, now=now, classroom_id=classroom_id)
    to_do = [one for one in found if one.state in CAN_BE_DONE and one.window.is_open(now)]
    coming = [one for one in found if one.state is WorkState.NOT_OPEN]
    elsewhere = {one.id for one in [*to_do, *coming]}
    return OwnAssignments(
        to_do=tuple(sorted(to_do, key=lambda one: by_moment(one.window.due_at))),
        coming=tuple(sorted(coming, key=lambda one: by_moment(one.window.opens_at))),
        done=tuple(one for one in found if one.id not in elsewhere),
        changes_at=next_change(now, moments_of(one.window for one in found)),
    )
